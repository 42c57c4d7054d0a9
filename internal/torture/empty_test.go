package torture_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/torture"
	"github.com/payclients/payclients-go/internal/transport"
)

// nothings are successes that hold no list, as a proxy makes them. They carry no
// header of the provider's.
var nothings = []torture.Answer{
	{Status: http.StatusOK},
	{Status: http.StatusOK, Body: []byte("null")},
	{Status: http.StatusOK, Body: []byte(" \n")},
	{Status: http.StatusNoContent},
	{Status: http.StatusResetContent},
}

type emptied struct {
	torture.Operation

	answer torture.Answer
	page   int // that is emptied, from 0
}

func (e emptied) String() string {
	return fmt.Sprintf("%s, %d %q on page %d", named(e.Operation), e.answer.Status, e.answer.Body, e.page)
}

// Only a list ends a list: where a page has no body, or null, the call fails, and
// rows of earlier pages stay delivered.
func TestNothingIsNoEndOfAList(t *testing.T) {
	t.Parallel()
	var cases []emptied
	for _, o := range tried() {
		lists := strings.Contains(o.Name, "Pages") || strings.HasPrefix(o.Name, "List") || strings.HasPrefix(o.Name, "All") || strings.HasPrefix(o.Name, "Walk")
		if !lists && o.Kind != transport.ReadOnly {
			continue
		}
		for _, answer := range nothings {
			for page := range 2 {
				cases = append(cases, emptied{o, answer, page})
			}
		}
	}
	each(t, cases, emptied.String, func(t *testing.T, e emptied) {
		t.Helper()
		proxy := before(t, start(t, e.Operation), false)
		client := proxy.Client()
		defer client.CloseIdleConnections()
		proxy.Break(torture.Instead(func(x *torture.Exchange) {
			x.Write(e.answer.With("Connection", "close").Bytes())
		}), e.page, -1)
		got, err := e.Call(t.Context(), torture.Settings{URL: proxy.URL, HTTPClient: client, Retry: quick})
		if proxy.Hits() <= e.page {
			require.NoError(t, err) // the answer has one page
			return
		}
		require.Error(t, err, "%d rows", len(got))
		typed(t, e.Operation, err)
		status, ok := e.Status(err)
		assert.True(t, ok, "%v", err)
		assert.Equal(t, e.answer.Status, status)
		if e.page > 0 && e.Width == 1 && strings.Contains(e.Name, "Pages") {
			assert.NotEmpty(t, got, "the first page was delivered")
		}
	})
}
