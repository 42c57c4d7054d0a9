package wire_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/wire"
)

type identified struct {
	ID    string            `json:"id" wire:"strict"`
	Name  string            `json:"name"`
	State Status            `json:"state"`
	Free  json.RawMessage   `json:"free"`
	Names []string          `json:"names"`
	Map   map[string]string `json:"map"`
	Inner *identified       `json:"inner"`
	List  []identified      `json:"list"`
}

// What is odd in a text is U+FFFD, once for a half of a pair and for each byte,
// as encoding/json has it; free-form content keeps its bytes.
func TestOddBytesInTexts(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`\ud83d`: "\uFFFD", `A \uD83D b`: "A \uFFFD b", `\udc00\ud83d`: "\uFFFD\uFFFD", `\ud83d\u0041`: "\uFFFDA", `\ud83d\ud83d\ude00`: "\uFFFD😀", `\ud83d\n`: "\uFFFD\n",
		"\xd0": "\uFFFD", "a\xffb": "a\uFFFDb", "\xe2\x82": "\uFFFD\uFFFD", "\xed\xa0\x80": "\uFFFD\uFFFD\uFFFD", "\xc0\xaf": "\uFFFD\uFFFD", "\\n\xf0\x9f": "\n\uFFFD\uFFFD",
	} {
		for _, mark := range []string{"", "\ufeff"} {
			var got identified
			require.NoError(t, wire.Decode([]byte(mark+`{"other":"`+in+`","name":"`+in+`","state":"`+in+`","free":["`+in+`"],"names":["x","`+in+`"],"map":{"`+in+`":"`+in+`"},"id":"1"}`), &got), in)
			assert.Equal(t, identified{ID: "1", Name: want, State: Status(want), Free: json.RawMessage(`["` + in + `"]`), Names: []string{"x", want}, Map: map[string]string{want: want}}, got, in)
		}
		for pointer, text := range map[string]string{
			"/id":              `{"id":"` + in + `"}`,
			"/inner/id":        `{"inner":{"name":"` + in + `","id":"` + in + `"}}`,
			"/list/1/inner/id": `{"list":[{"id":"1"},{"inner":{"id":"` + in + `"}}]}`,
		} {
			var e *wire.Error
			require.ErrorAs(t, wire.Decode([]byte(text), new(identified)), &e, text)
			assert.Equal(t, wire.KindSyntax, e.Kind, text)
			assert.Equal(t, pointer, e.Pointer, text)
		}
	}
}

func TestByteOrderMark(t *testing.T) {
	t.Parallel()
	const mark = "\ufeff"
	var doc document
	require.NoError(t, wire.Decode([]byte(mark+` {"id":7}`), &doc))
	require.Equal(t, "7", doc.ID)
	require.NoError(t, wire.DecodePHP([]byte(mark+`[]`), &doc))
	elements, err := wire.Elements([]byte(mark + `[1,{}]`))
	require.NoError(t, err)
	require.Equal(t, [][]byte{[]byte("1"), []byte("{}")}, elements)
	require.Equal(t, "{}", string(wire.Raw([]byte(mark+"{}"))))
	require.Equal(t, mark+"{}", string(wire.Text([]byte(mark+mark+"{}"))))
	err = wire.Decode([]byte(mark+`{"n":true}`), &doc)
	require.EqualError(t, err, "JSON: type error at offset 8 in /n")
	for _, text := range []string{mark, mark + mark + "{}", "{}" + mark, " " + mark + "{}", "\xef\xbb{}"} {
		require.Error(t, wire.Decode([]byte(text), &doc), "%q", text)
		_, err = wire.Elements([]byte(text))
		require.Error(t, err, "%q", text)
	}
}

func TestOtherEncodings(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"\xff\xfe{\x00}\x00", "\xfe\xff\x00{\x00}", "{\x00}\x00", "\x00{\x00}", "{\x00\x00\x00}\x00\x00\x00", "\x00\x00\x00{\x00\x00\x00}", "\xff\xfe\x00\x00{\x00\x00\x00", "\xff\xfe[\x00]\x00"} {
		const want = "JSON: syntax error: the text is in UTF-16 or UTF-32, it must be in UTF-8"
		require.EqualError(t, wire.Decode([]byte(text), new(document)), want, "%q", text)
		_, err := wire.Elements([]byte(text))
		require.EqualError(t, err, want, "%q", text)
	}
}
