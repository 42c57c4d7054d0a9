package finik_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

// message is a GET that may be signed, with one thing changed.
func message(change func(m *finik.Message)) finik.Message {
	m := finik.Message{Method: "GET", Host: "h.example", Path: "/p"}
	change(&m)
	return m
}

func TestText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(m *finik.Message)
		want   string
	}{
		{"nothing", func(*finik.Message) {}, "get\n/p\nhost:h.example\n"},
		{"method", func(m *finik.Message) { m.Method = "pAtCh" }, "patch\n/p\nhost:h.example\n"},
		{"port", func(m *finik.Message) { m.Host = "h.example:8443" }, "get\n/p\nhost:h.example:8443\n"},
		{"IPv6", func(m *finik.Message) { m.Host = "[::1]:80" }, "get\n/p\nhost:[::1]:80\n"},
		{"raw path", func(m *finik.Message) { m.Path = "/жол/a b" }, "get\n/жол/a b\nhost:h.example\n"},
		{"escaped path", func(m *finik.Message) { m.Path = "/%22%5b%7E%f0%9f%98%80%EF%BF%BD" }, "get\n/\"[~😀\ufffd\nhost:h.example\n"},
		{"path with signs", func(m *finik.Message) { m.Path = "/a;b,c:d@e&f=g+h$i//." }, "get\n/a;b,c:d@e&f=g+h$i//.\nhost:h.example\n"},
		{"empty query", func(m *finik.Message) { m.Query = url.Values{} }, "get\n/p\nhost:h.example\n"},
		{"query", func(m *finik.Message) { m.Query = url.Values{"b": {"1 2"}, "a": nil} }, "get\n/p\nhost:h.example\na=&b=1%202\n"},
		{"headers", func(m *finik.Message) {
			m.Header = http.Header{"X-Api-B": {"2"}, "x-api-a": {" \t"[:0]}, "X-API-": {"é, x"}, "X-Ap": {"no"}, "X-Api": {"no"}, "Host": {"no"}, "X-Apia": {"no", "no"}}
		}, "get\n/p\nhost:h.example&x-api-:é, x&x-api-a:&x-api-b:2\n"},
		{"many headers", func(m *finik.Message) {
			m.Header = http.Header{}
			for i := range 12 {
				m.Header[fmt.Sprintf("X-Api-%c", 'L'-i)] = []string{"1"}
			}
		}, "get\n/p\nhost:h.example&x-api-a:1&x-api-b:1&x-api-c:1&x-api-d:1&x-api-e:1&x-api-f:1&x-api-g:1&x-api-h:1&x-api-i:1&x-api-j:1&x-api-k:1&x-api-l:1\n"},
		{"empty body", func(m *finik.Message) { m.Body = []byte{} }, "get\n/p\nhost:h.example\n"},
		{"body", func(m *finik.Message) { m.Body = []byte(`{"b":1.0,"a":{"z":1,"y":2}}`) }, "get\n/p\nhost:h.example\n{\"a\":{\"y\":2,\"z\":1},\"b\":1}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text, err := message(c.change).Text()
			require.NoError(t, err)
			assert.Equal(t, c.want, string(text))
		})
	}
}

func TestTextRefuses(t *testing.T) {
	t.Parallel()
	header := func(name string, values ...string) func(m *finik.Message) {
		return func(m *finik.Message) { m.Header = http.Header{"X-Api-Key": {"k"}, name: values} }
	}
	path := func(path string) func(m *finik.Message) { return func(m *finik.Message) { m.Path = path } }
	host := func(host string) func(m *finik.Message) { return func(m *finik.Message) { m.Host = host } }
	method := func(method string) func(m *finik.Message) { return func(m *finik.Message) { m.Method = method } }
	body := func(body string) func(m *finik.Message) { return func(m *finik.Message) { m.Body = []byte(body) } }
	for _, c := range []struct {
		change func(m *finik.Message)
		rule   string
	}{
		{method(""), "method: must not be empty"},
		{method("GET "), "method: must consist of letters"},
		{method("GET\n"), "method: must consist of letters"},
		{method("ПОСТ"), "method: must consist of letters"},
		{host(""), "host: must be printable ASCII without spaces, and not empty"},
		{host("h\nx-api-key:1"), "host: must be printable ASCII without spaces, and not empty"},
		{host("h example"), "host: must be printable ASCII without spaces, and not empty"},
		{host("пример.kg"), "host: must be printable ASCII without spaces, and not empty"},
		{path("p"), "path: must begin with a slash"},
		{path("/p?a=b"), "path: must not have a query or a fragment"},
		{path("/p#f"), "path: must not have a query or a fragment"},
		{path("/p\nx"), "path: must not have control characters"},
		{path("/p%0Ax"), "path: must not have control characters"},
		{path("/p%7f"), "path: must not have control characters"},
		{path("/\xff"), "path: must be valid UTF-8"},
		{path("/%"), "path: must not have a percent sign without two hexadecimal digits"},
		{path("/%4"), "path: must not have a percent sign without two hexadecimal digits"},
		{path("/%4g"), "path: must not have a percent sign without two hexadecimal digits"},
		{path("/%25"), "path: must not have an escaped percent sign"},
		{path("/%2541"), "path: must not have an escaped percent sign"},
		{path("/a%2Fb"), "path: must not have an escaped one of ;/?:@&=+$,#"},
		{path("/a%3fb"), "path: must not have an escaped one of ;/?:@&=+$,#"},
		{path("/%ff"), "path: must have valid UTF-8 behind its escapes"},
		{path("/%d0"), "path: must have valid UTF-8 behind its escapes"},
		{path("/%d0a%b6"), "path: must have valid UTF-8 behind its escapes"},
		{path("/%d0%41"), "path: must have valid UTF-8 behind its escapes"},
		{path("/%b6"), "path: must have valid UTF-8 behind its escapes"},
		{path("/%c0%80"), "path: must have valid UTF-8 behind its escapes"},
		{path("/%ed%a0%80"), "path: must have valid UTF-8 behind its escapes"},
		{path("/%f4%90%80%80"), "path: must have valid UTF-8 behind its escapes"},
		{header("X-Api-Foo"), "header X-Api-Foo: must have one value"},
		{header("X-Api-Foo", "1", "2"), "header X-Api-Foo: must have one value"},
		{header("x-api-foo_", "1"), "header x-api-foo_: must have a name of letters, digits and hyphens"},
		{header("x-api-é", "1"), "header x-api-é: must have a name of letters, digits and hyphens"},
		{header("x-api-a", " 1"), "header x-api-a: must not have spaces around its value"},
		{header("x-api-a", "1\t"), "header x-api-a: must not have spaces around its value"},
		{header("x-api-a", "1\r\n2"), "header x-api-a: must not have control characters in its value"},
		{header("x-api-a", "1\x002"), "header x-api-a: must not have control characters in its value"},
		{header("x-api-a", "\xff"), "header x-api-a: must be valid UTF-8"},
		{body("null"), "body: must be a JSON object (at byte 0)"},
		{body(" "), "body: must be a JSON object (at byte 1)"},
		{body("{}"), "body: must have a member (at byte 2)"},
	} {
		t.Run(fmt.Sprint(c.rule), func(t *testing.T) {
			text, err := message(c.change).Text()
			require.ErrorIs(t, err, finik.ErrInvalidRequest, c.rule)
			assert.EqualError(t, err, "finik: invalid request: "+c.rule)
			assert.Nil(t, text, c.rule)
		})
	}
	for range 20 { // whatever the order of the map
		_, err := message(header("x-api-key", "k")).Text()
		require.ErrorContains(t, err, ": must have one spelling of its name")
	}
}

func TestReceivedText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, body, want string }{
		{"nested order stays", `{"b":{"z":1,"a":2},"B":{"b":{"y":1,"x":2}},"a":[]}`, `{"a":[],"b":{"z":1,"a":2},"B":{"b":{"y":1,"x":2}}}`},
		{"but for indices", `{"f":{"z":1,"10":2,"a":3,"9":4,"01":5}}`, `{"f":{"9":4,"10":2,"z":1,"a":3,"01":5}}`},
		{
			"numbers", `{"a":[10.0,10.50,1E2,-0,9007199254740993,12345678901234567890,1e400,-1e400,1e-400,0.1000000000000000055]}`,
			`{"a":[10,10.5,100,0,9007199254740992,12345678901234567000,null,null,0,0.1]}`,
		},
		{"halves of pairs", `{"a":"\uD800x\udc00","\uDBFF":"\ud83d\ude00\ud83d"}`, `{"a":"\ud800x\udc00","\udbff":"😀\ud83d"}`},
		{"names outside ASCII come last", `{"я":1,"z":2,"é":3}`, `{"z":2,"é":3,"я":1}`},
		{"control characters come first", `{"a&":1,"a\n":2}`, `{"a\n":2,"a&":1}`},
		{"__proto__ is not left out", `{"b":1,"__proto__":2}`, `{"__proto__":2,"b":1}`},
		{"an array becomes an object", `[{"b":1,"a":2},3]`, `{"0":{"b":1,"a":2},"1":3}`},
		{"an empty one too", ` [ ] `, `{}`},
		{"an empty object", `{}`, `{}`},
		{"null is no body", `null`, ``},
		{"no body", ``, ``},
		{"500 arrays", `{"a":` + strings.Repeat("[", 500) + strings.Repeat("]", 500) + `}`, `{"a":` + strings.Repeat("[", 500) + strings.Repeat("]", 500) + `}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text, err := finik.Message{Method: "POST", Host: "h", Path: "/", Body: []byte(c.body)}.ReceivedText()
			require.NoError(t, err)
			assert.Equal(t, "post\n/\nhost:h\n"+c.want, string(text))
		})
	}
	for i, body := range []string{
		`{"a":1,"a":1}`, `{"x":{"b":1,"a":2,"b":3}}`, `{"x":{"1":1,"1":2}}`, `[{"a":1,"\u0061":2}]`, `{"\ud800":1,"\uD800":2}`,
		`{`, `{"a":1}}`, `{'a':1}`, `{"a":1,}`, `{"a":"` + "\xff" + `"}`, `{"a":"\q"}`, `"a"`, `1`, `true`, `nul`, ` `,
		strings.Repeat("[", 1001) + strings.Repeat("]", 1001),
	} {
		t.Run(fmt.Sprint("body ", i), func(t *testing.T) {
			text, err := finik.Message{Method: "POST", Host: "h", Path: "/", Body: []byte(body)}.ReceivedText()
			require.ErrorIs(t, err, finik.ErrInvalidRequest, body)
			assert.Nil(t, text)
		})
	}
}

// What is around the body is decoded as JavaScript does, and refused where that
// throws.
func TestReceivedTextAroundTheBody(t *testing.T) {
	t.Parallel()
	m := finik.Message{
		Method: "POST", Host: "h", Path: "/a%2Fb%25%D0%B6",
		Query:  url.Values{"q": {"%41%2f%d0%b6"}, "e": nil},
		Header: http.Header{"X-Api-Foo_bar": {"1"}, "X-Api-Timestamp": {"2"}, "Signature": {"3"}},
	}
	text, err := m.ReceivedText()
	require.NoError(t, err)
	assert.Equal(t, "post\n/a%2Fb%ж\nhost:h&x-api-foo_bar:1&x-api-timestamp:2\ne=&q=A%252f%D0%B6\n", string(text))
	for rule, change := range map[string]func(m *finik.Message){
		"query: must not have a percent sign without two hexadecimal digits": func(m *finik.Message) { m.Query = url.Values{"q": {"100%"}} },
		"query: must not have two values of one name":                        func(m *finik.Message) { m.Query = url.Values{"q": {"1", "2"}} },
		"path: must have valid UTF-8 behind its escapes":                     func(m *finik.Message) { m.Path = "/%ff" },
		"header X-Api-Foo: must have one value":                              func(m *finik.Message) { m.Header = http.Header{"X-Api-Foo": {"1", "1"}} },
	} {
		_, err := message(change).ReceivedText()
		assert.EqualError(t, err, "finik: invalid request: "+rule)
	}
}

func TestMessageHidesItsHeaders(t *testing.T) {
	t.Parallel()
	const secret = "not-to-be-seen"
	m := finik.Message{Method: "POST", Host: "h", Path: "/p", Header: http.Header{"X-Api-Key": {secret}}, Body: []byte(`{"a":"` + secret + `"}`)}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+" "+verb+" "+verb+"\n", m, &m, struct{ M any }{m})
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("message", "m", m)
	slog.New(slog.NewTextHandler(&out, nil)).Info("message", "m", m)
	text, err := json.Marshal(map[string]any{"m": m})
	require.NoError(t, err)
	out.Write(text)
	assert.NotContains(t, out.String(), secret)
	assert.NotContains(t, out.String(), fmt.Sprintf("%x", secret))
	assert.Contains(t, out.String(), "finik message POST /p")
}

func FuzzReceivedText(f *testing.F) {
	for _, v := range vectors(f).Webhooks {
		f.Add([]byte(*v.Input.Body), v.Input.Path, "a=b")
	}
	f.Add([]byte(`{"a":{"b":1,"0":2},"я":"\ud800"}`), "/%D0%B6", "q=%2541")
	f.Add([]byte(`[1e400]`), "/", "")
	f.Fuzz(func(t *testing.T, body []byte, path, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		m := finik.Message{Method: "POST", Host: "h", Path: path, Query: values, Body: body}
		text, err := m.ReceivedText()
		if err != nil {
			require.ErrorIs(t, err, finik.ErrInvalidRequest)
			require.Nil(t, text)
			return
		}
		if len(body) > 0 {
			require.True(t, json.Valid(body))
		}
		// What was printed once is printed the same again.
		lines := strings.SplitN(string(text), "\nhost:h\n", 2)
		require.Len(t, lines, 2)
		printed := lines[1][strings.LastIndexByte(lines[1], '\n')+1:]
		again, err := finik.Message{Method: "POST", Host: "h", Path: "/", Body: []byte(printed)}.ReceivedText()
		require.NoError(t, err)
		require.Equal(t, "post\n/\nhost:h\n"+printed, string(again))
	})
}
