package finik_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

func TestQuery(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name              string
		query             url.Values
		canonical, onWire string
	}{
		{"none", nil, "", ""},
		{"empty", url.Values{}, "", ""},
		{"order", url.Values{"b": {"1"}, "a": {"2"}, "B": {"3"}, "10": {"4"}, "9": {"5"}, "": {"6"}}, "=6&10=4&9=5&B=3&a=2&b=1", "=6&10=4&9=5&B=3&a=2&b=1"},
		{"UTF-16 order", url.Values{"\uff21": {"1"}, "😀": {"2"}, "z": {"3"}}, "z=3&%F0%9F%98%80=2&%EF%BC%A1=1", "z=3&%F0%9F%98%80=2&%EF%BC%A1=1"},
		{"reserved", url.Values{"a&b=c": {";,/?:@&=+$#"}}, "a&b=c=;,/?:@&=+$#", "a%26b%3Dc=%3B%2C%2F%3F%3A%40%26%3D%2B%24%23"},
		{"escaped by both", url.Values{"q": {"\"<>[]{}|\\^` \n\x7f"}}, "q=%22%3C%3E%5B%5D%7B%7D%7C%5C%5E%60%20%0A%7F", "q=%22%3C%3E%5B%5D%7B%7D%7C%5C%5E%60%20%0A%7F"},
		{"no value", url.Values{"a": nil, "b": {}, "c": {""}}, "a=&b=&c=", "a=&b=&c="},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			line, err := finik.CanonicalQuery(c.query)
			require.NoError(t, err)
			assert.Equal(t, c.canonical, line)
			raw, err := finik.EncodeQuery(c.query)
			require.NoError(t, err)
			assert.Equal(t, c.onWire, raw)
			back, err := url.ParseQuery(raw)
			require.NoError(t, err)
			assert.Len(t, back, len(c.query))
			for name, values := range c.query {
				assert.Equal(t, append(values, "")[0], back.Get(name))
			}
		})
	}
}

func TestQueryRefuses(t *testing.T) {
	t.Parallel()
	for rule, queries := range map[string][]url.Values{
		"query: must not have two values of one name": {{"a": {"1", "2"}}, {"a": {"", ""}}},
		"query: must not have a percent sign":         {{"a": {"100%"}}, {"a": {"%41"}}, {"%41": {"a"}}, {"%": nil}},
		"query: must be valid UTF-8":                  {{"a": {"\xff"}}, {"\xed\xa0\x80": {"a"}}},
	} {
		t.Run(rule, func(t *testing.T) {
			for _, q := range queries {
				_, err := finik.CanonicalQuery(q)
				require.ErrorIs(t, err, finik.ErrInvalidRequest)
				assert.EqualError(t, err, "finik: invalid request: "+rule)
				raw, err := finik.EncodeQuery(q)
				assert.EqualError(t, err, "finik: invalid request: "+rule)
				assert.Empty(t, raw)
				text, err := finik.Message{Method: "GET", Path: "/", Host: "h", Query: q}.Text()
				assert.EqualError(t, err, "finik: invalid request: "+rule)
				assert.Nil(t, text)
			}
		})
	}
}
