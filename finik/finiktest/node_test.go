package finiktest_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik/finiktest"
)

// The text that a server verifies is that of the Node implementation, also for
// what a careful client never sends.
func TestTheTextOfNode(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../testdata/finik_signatures.json")
	require.NoError(t, err)
	var file struct {
		Vectors []struct {
			Name  string
			Input struct {
				Method, Path, Host string
				Headers            map[string]json.RawMessage
				Query              [][2]*string
				Body               *string
			}
			Server struct{ Canonical, Error string }
		}
	}
	require.NoError(t, json.Unmarshal(data, &file))
	require.NotEmpty(t, file.Vectors)
	beyond := map[string]bool{"body/sort-cyrillic": true, "body/sort-accents": true, "body/lone-surrogate": true} // see node.go
	checked := 0
	for _, v := range file.Vectors {
		t.Run(v.Name, func(t *testing.T) {
			header, query, body := http.Header{}, url.Values{}, ""
			for name, value := range v.Input.Headers {
				header[name] = []string{strings.Trim(string(value), `"`)}
			}
			for _, pair := range v.Input.Query {
				value := ""
				if pair[1] != nil {
					value = *pair[1]
				}
				query.Add(*pair[0], value)
			}
			if v.Input.Body != nil {
				body = *v.Input.Body
			}
			text, err := finiktest.NodeText(v.Input.Method, v.Input.Host, v.Input.Path, query.Encode(), header, []byte(body))
			if v.Server.Error != "" {
				assert.Error(t, err, v.Name)
				return
			}
			require.NoError(t, err, v.Name)
			if beyond[v.Name] {
				return
			}
			assert.Equal(t, v.Server.Canonical, text, v.Name)
			checked++
		})
	}
	assert.Equal(t, len(file.Vectors)-len(beyond)-2, checked, "two are errors")
}
