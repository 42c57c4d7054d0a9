package wire_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/wire"
)

func TestField(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"id":"x"}`: "x", ` { "id" : "x" } `: "x", `{"id":""}`: "", `{"id":1067250921664811008}`: "1067250921664811008", `{"id":-1.50e3}`: "-1.50e3", `{"id":"a\"\u00e9\\"}`: `a"é\`,
		`{"\u0069d":"x"}`: "x", `{"i\u0064":"x","ID":"y"}`: "x", `{"a":{"id":"y"},"id":"x","b":[{"id":"z"}]}`: "x", `{"a":"\"id\":\"y\"","id":"x"}`: "x", `{"a":"}","id":"x"}`: "x", `{"a":1,"a":2,"id":"x"}`: "x",
	} {
		got, ok := wire.Field([]byte(in), "id")
		assert.True(t, ok, in)
		assert.Equal(t, want, got, in)
	}
	for _, in := range []string{
		``, ` `, `{`, `{}`, `[]`, `"id"`, `{"id":null}`, `{"id":true}`, `{"id":{}}`, `{"id":["x"]}`, `{"id":{"id":"x"}}`, `{"Id":"x"}`, `{"id ":"x"}`, `{"a":{"id":"x"}}`, `{"id":"x","id":"x"}`, `{"id":"x","\u0069d":1}`, `{"id":null,"id":"x"}`,
		`{"id":"x"`, `{"id":"x",}`, `{"id":"x"}}`, `{"id":"x"} 1`, `{"id":"x","b":tru}`, `{"id":01}`, `{"id":"\ud800"}`, "{\"id\":\"\xff\"}", `{id:"x"}`, `[{"id":"x"}]`, "\ufeff\ufeff{\"id\":\"x\"}",
	} {
		got, ok := wire.Field([]byte(in), "id")
		assert.False(t, ok, in)
		assert.Empty(t, got, in)
	}
	for in, want := range map[string]string{`{"id":"a\ud800"}`: "a\uFFFD", "{\"id\":\"\xffa\"}": "\uFFFDa", `{"id":7}`: "7", `{"id":{}}`: ""} {
		got, ok := wire.Words([]byte(in), "id")
		assert.Equal(t, want, got, in)
		assert.Equal(t, want != "", ok, in)
	}
	got, ok := wire.Field([]byte("\ufeff{\"a\":\"\xff\",\"operation\\u005fcreate_id\":\"12\"}"), "operation_create_id")
	require.True(t, ok)
	require.Equal(t, "12", got)
}

// generator makes values that look like the inside of other values.
type generator struct{ *rand.Rand }

func (g generator) text() string {
	parts := []string{`"`, `\`, `\\`, `\"`, `[`, `]`, `{`, `}`, `,`, `:`, `"operation_create_id":"1"`, `"},{"`, "\n", "\x00", "é", "😀", "\u2028", "a", "0", " ", `]`, `"]`, `\u005f`, "operation_create_id", "</"}
	text := ""
	for range g.IntN(5) {
		text += parts[g.IntN(len(parts))]
	}
	return text
}

// quote spells s, with some characters escaped that need not be.
func (g generator) quote(s string) string {
	quoted, _ := json.Marshal(s)
	var b strings.Builder
	for _, r := range string(quoted[1 : len(quoted)-1]) {
		if b.Len() > 0 && !strings.HasSuffix(b.String(), `\`) && (r == '_' || r == 'a' || r == '0') && g.IntN(3) == 0 && !strings.Contains(string(quoted), `\`) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return `"` + b.String() + `"`
}

func (g generator) blank() string {
	return []string{"", "", "", " ", "\n", "\t\r "}[g.IntN(6)]
}

func (g generator) value(depth int) string {
	switch n := g.IntN(8); {
	case n < 3:
		return g.quote(g.text())
	case n < 4:
		return []string{"0", "-1.5e+3", "1067250921664811008", "100.00000000"}[g.IntN(4)]
	case n < 5 || depth == 0:
		return []string{"null", "true", "false", "[]", "{ }"}[g.IntN(5)]
	case n < 6:
		items := make([]string, g.IntN(4))
		for i := range items {
			items[i] = g.blank() + g.value(depth-1) + g.blank()
		}
		return "[" + strings.Join(items, ",") + "]"
	default:
		object, _, _ := g.object(depth)
		return object
	}
}

// object is an object in which operation_create_id may be there, be of any
// kind, be spelt with escapes or repeat. It returns what Field should make of
// that.
func (g generator) object(depth int) (text, want string, ok bool) {
	var members []string
	for i := range g.IntN(5) {
		members = append(members, g.quote(fmt.Sprint(i, g.text()))+g.blank()+":"+g.blank()+g.value(depth-1))
	}
	times := []int{0, 1, 1, 1, 1, 2}[g.IntN(6)]
	for range times {
		var value string
		switch g.IntN(4) {
		case 0:
			want, ok = "1067250921664811008", true
			value = want
		case 1:
			value = g.value(0)
			if want, ok = "", value[0] == '"'; ok {
				_ = json.Unmarshal([]byte(value), &want)
			} else if ok = value[0] == '-' || value[0] >= '0' && value[0] <= '9'; ok {
				want = value
			}
		default:
			want, ok = g.text(), true
			value = g.quote(want)
		}
		at := g.IntN(len(members) + 1)
		members = append(members[:at], append([]string{g.quote("operation_create_id") + g.blank() + ":" + g.blank() + value}, members[at:]...)...)
	}
	if times > 1 {
		want, ok = "", false
	}
	return "{" + g.blank() + strings.Join(members, g.blank()+","+g.blank()) + g.blank() + "}", want, ok
}

func TestPeeksAgreeWithTheFullDecode(t *testing.T) {
	t.Parallel()
	g := generator{rand.New(rand.NewPCG(5, 6))}
	found := 0
	for range 3000 {
		items := make([]string, 1+g.IntN(4))
		for i := range items {
			if items[i] = g.value(3); g.IntN(4) > 0 {
				items[i], _, _ = g.object(3)
			}
		}
		data := []byte(g.blank() + "[" + g.blank() + strings.Join(items, g.blank()+","+g.blank()) + g.blank() + "]" + g.blank())
		require.True(t, json.Valid(data), string(data))

		elements, err := wire.Elements(data)
		require.NoError(t, err)
		require.Len(t, elements, len(items))
		for i := range items {
			require.Equal(t, items[i], string(elements[i]))
		}
		last := elements[len(elements)-1]
		var full struct {
			ID string `json:"operation_create_id"`
		}
		if wire.Decode(last, &full) == nil {
			got, ok := wire.Field(last, "operation_create_id")
			require.Equal(t, full.ID, got, string(last))
			if ok {
				found++
			}
		}
	}
	require.Greater(t, found, 500)

	for range 3000 {
		text, want, wantOK := g.object(2)
		got, ok := wire.Field([]byte(text), "operation_create_id")
		require.Equal(t, wantOK, ok, text)
		require.Equal(t, want, got, text)
	}
}
