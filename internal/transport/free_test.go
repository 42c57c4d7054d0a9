package transport_test

import (
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

func TestFreePaths(t *testing.T) {
	t.Parallel()
	base, err := url.Parse("https://api.example.com/v1")
	require.NoError(t, err)
	for path, want := range map[string]string{
		"":                        "https://api.example.com/v1",
		"/":                       "https://api.example.com/v1",
		"balance/get":             "https://api.example.com/v1/balance/get",
		"/balance/get":            "https://api.example.com/v1/balance/get",
		"a%2Fb/c%20d":             "https://api.example.com/v1/a%2Fb/c%20d",
		"a:b/c":                   "",
		"a%3Ab":                   "https://api.example.com/v1/a:b",
		"?b=2&a=1&a=%26":          "https://api.example.com/v1?a=1&a=%26&b=2",
		"list?page=1":             "https://api.example.com/v1/list?page=1",
		"/x/é":                    "https://api.example.com/v1/x/%C3%A9",
		"https://evil.example/":   "",
		"//evil.example/x":        "",
		"/\\evil.example":         "",
		"///evil.example":         "",
		"../admin":                "",
		"x/../../admin":           "",
		"x/%2e%2E/admin":          "",
		"./x":                     "",
		"x//y":                    "",
		"x/":                      "",
		"x#y":                     "",
		"x%":                      "",
		"x%zz":                    "",
		"x y":                     "",
		"x%0d%0ay":                "",
		"\x00":                    "",
		"x%ff":                    "",
		"x?a=1;b=2":               "",
		"x?a=%zz":                 "",
		"x?apikey=1":              "",
		"x?ApiKey=1":              "",
		"x?a=1&token=2":           "",
		"x?%74oken=2":             "",
		"x?access_token=2":        "",
		"x?signature=":            "",
		"x?a=https://evil.test/#": "",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			r, faults := transport.Free(base, http.MethodGet, path, nil)
			if want == "" {
				require.Len(t, faults, 1)
				assert.Regexp(t, "^path: must ", faults[0])
				assert.NotContains(t, faults[0], "evil", "nothing of the path")
				return
			}
			require.Empty(t, faults)
			assert.Equal(t, want, r.URL.String())
			assert.Equal(t, transport.Once, r.Kind)
			assert.Equal(t, "https://api.example.com/v1", base.String(), "the base stays")
		})
	}
}

func TestFreeBodies(t *testing.T) {
	t.Parallel()
	base := &url.URL{Scheme: "https", Host: "api.example.com"}
	cycle := map[string]any{}
	cycle["a"] = cycle
	type named struct {
		Amount *decimal.Decimal `json:"amount,omitempty"`
		Note   string           `json:"note,omitempty"`
		Out    float64          `json:"-"`
	}
	for name, c := range map[string]struct {
		in   any
		want string // "" is refused
	}{
		"map":               {map[string]any{"b": 1, "a": []any{true, nil, "<&>"}}, `{"a":[true,null,"<&>"],"b":1}`},
		"raw":               {json.RawMessage(`{"a": 1.50}`), `{"a":1.50}`},
		"raw, no JSON":      {json.RawMessage(`{`), ""},
		"tags":              {named{Note: "", Out: 1}, `{}`},
		"number":            {map[string]any{"a": json.Number("1.50")}, `{"a":1.50}`},
		"decimal":           {map[string]any{"a": decimal.MustParse("1.50")}, `{"a":"1.50"}`},
		"time":              {time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC), `"2026-01-15T00:00:00Z"`},
		"unsigned":          {uint64(math.MaxUint64), `18446744073709551615`},
		"float":             {1.5, ""},
		"float inside":      {map[string]any{"a": []any{map[string]float32{"b": 1}}}, ""},
		"float in a field":  {struct{ A *float64 }{new(1.5)}, ""},
		"not UTF-8":         {"\xff", ""},
		"not UTF-8, inside": {map[string]string{"a": "\xff"}, ""},
		"not UTF-8, a name": {map[string]string{"\xff": "a"}, ""},
		"function":          {func() {}, ""},
		"channel":           {struct{ C chan int }{}, ""},
		"cycle":             {cycle, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, faults := transport.Free(base, http.MethodPost, "x", c.in)
			if c.want == "" {
				require.Len(t, faults, 1)
				assert.Regexp(t, "^in: must ", faults[0])
				return
			}
			require.Empty(t, faults)
			assert.Equal(t, c.want, string(r.Body))
			assert.Equal(t, "application/json", r.Header.Get("Content-Type"))
		})
	}
	r, faults := transport.Free(base, http.MethodPost, "x", nil)
	assert.Empty(t, faults)
	assert.Nil(t, r.Body)
}

func TestFreeMethods(t *testing.T) {
	t.Parallel()
	base := &url.URL{Scheme: "https", Host: "api.example.com"}
	for method, allowed := range map[string]bool{
		"GET": true, "POST": true, "PUT": true, "PATCH": true, "DELETE": true,
		"": false, "get": false, "HEAD": false, "CONNECT": false, "OPTIONS": false, "POST ": false, "G\r\nT": false,
	} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			_, faults := transport.Free(base, method, "x", nil)
			if allowed {
				assert.Empty(t, faults)
			} else {
				assert.Equal(t, []string{"method: must be GET, POST, PUT, PATCH or DELETE"}, faults)
			}
		})
	}
	_, faults := transport.Free(base, http.MethodGet, "../x", map[string]any{})
	assert.Equal(t, []string{"path: must not have an element that is empty, a dot or two dots", "in: must be nil with GET"}, faults)
}
