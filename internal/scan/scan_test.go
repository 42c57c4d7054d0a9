package scan_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/internal/scan"
)

func TestNumber(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"0", "-0", "12", "1.50", "-1e5", "1E-7", "10.25e+3"} {
		s := scan.Scanner{Body: []byte(text + ",")}
		assert.Equal(t, text, string(s.Number()))
		assert.Nil(t, s.Err)
	}
	for _, text := range []string{"", "-", "01", ".5", "1.", "1e", "1e+", "x"} {
		s := scan.Scanner{Body: []byte(text)}
		s.Number()
		assert.True(t, s.Err != nil || s.I < len(s.Body), text)
	}
}

// Plain stops where a loop over single bytes would.
func TestPlain(t *testing.T) {
	t.Parallel()
	for _, stop := range []string{`"`, `\`, "\x00", "\x1f", "\n", ""} {
		for before := range 20 {
			for _, filler := range []string{"a", " ", "~", "\x7f", "é", "!"} {
				text := strings.Repeat(filler, before) + stop + strings.Repeat("z", 9)
				s := scan.Scanner{Body: []byte(text)}
				s.Plain()
				want := len(text)
				if stop != "" {
					want = before * len(filler)
				}
				assert.Equal(t, want, s.I, text)
				assert.Nil(t, s.Err)
			}
		}
	}
	s := scan.Scanner{Body: []byte("abc\xd0\"")}
	s.Plain()
	assert.EqualError(t, s.Err, "must be valid UTF-8 (at byte 0)")
}

func TestEscaped(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`\"`, `\\`, `\/`, `\b`, `\f`, `\n`, `\r`, `\t`, `\u0041`, `\u00e9`, `\ud83d\ude00`, `\uFFFD`} {
		var want string
		assert.NoError(t, json.Unmarshal([]byte(`"`+text+`"`), &want))
		s := scan.Scanner{Body: []byte(text)}
		assert.Equal(t, want, string(s.Escaped(false)), text)
		assert.Nil(t, s.Err)
		assert.Equal(t, len(text), s.I)
	}
	for _, text := range []string{`\ud83d`, `\ude00\ud83d`, `\ud83dA`, `\ud83d\n`, `\ud83d\u0041`} {
		s := scan.Scanner{Body: []byte(text)}
		s.Escaped(false)
		assert.EqualError(t, s.Err, "must not have half a surrogate pair (at byte 6)", text)
		s = scan.Scanner{Body: []byte(text)}
		assert.Contains(t, []rune{0xd83d, 0xde00}, s.Escaped(true), text)
		assert.Nil(t, s.Err)
		assert.Equal(t, 6, s.I)
	}
	for _, text := range []string{`\`, `\x`, `\u12`, `\u12g4`, `\U0041`} {
		s := scan.Scanner{Body: []byte(text)}
		s.Escaped(true)
		assert.ErrorContains(t, s.Err, "known escape sequences", text)
	}
}

func TestTheFirstFaultCounts(t *testing.T) {
	t.Parallel()
	s := scan.Scanner{Body: []byte("tru")}
	s.Literal("true")
	s.Fail("another")
	assert.False(t, s.Comma())
	assert.EqualError(t, s.Err, "must have a value here (at byte 0)")
	assert.Zero(t, (&scan.Scanner{}).Next())
}

func TestIsWord(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"payment_description": true, "_x1": true, "": false, "1x": false, "a b": false, "+996": false,
		strings.Repeat("a", 64): true, strings.Repeat("a", 65): false, "naïve": false,
	} {
		assert.Equal(t, want, scan.IsWord(name), name)
		assert.Equal(t, want, scan.IsWord([]byte(name)), name)
	}
}
