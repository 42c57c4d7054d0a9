package ecommpay_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/internal/testform"
)

// What follows is a second implementation of the rules, made of other parts:
// tokens, maps, fmt, sort, regexp and big integers.

type referenceLine struct {
	path, value string
	parts       []referencePart // of the path
}

// referencePart is digits or one character.
type referencePart struct {
	text   string
	number *big.Int // nil for a character
}

var (
	escapedPair = regexp.MustCompile(`\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}`)
	escapedHalf = regexp.MustCompile(`\\u[dD][89a-fA-F][0-9a-fA-F]{2}`)
)

func referenceText(body []byte, less func(a, b referenceLine) bool) (string, error) {
	half := escapedHalf.MatchString(escapedPair.ReplaceAllString(strings.ReplaceAll(string(body), `\\`, "x"), "x"))
	if !utf8.Valid(body) || !json.Valid(body) || half {
		return "", errors.New("not valid")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	tree, err := referenceValue(decoder, 0)
	if err != nil {
		return "", err
	}
	object, ok := tree.(map[string]any)
	if !ok {
		return "", errors.New("not an object")
	}
	delete(object, "signature")
	lines := referenceLines(nil, object)
	for i := range lines {
		lines[i].parts = referenceParts(lines[i].path)
	}
	sort.Slice(lines, func(i, j int) bool { return less(lines[i], lines[j]) })
	texts := make([]string, 0, len(lines))
	for _, l := range lines {
		texts = append(texts, fmt.Sprintf("%s:%s", l.path, l.value))
	}
	return strings.Join(texts, ";"), nil
}

func referenceValue(decoder *json.Decoder, depth int) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	opening, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	if depth == 256 {
		return nil, errors.New("too deep")
	}
	object, array := map[string]any{}, []any{}
	for decoder.More() {
		var name any
		if opening == '{' {
			if name, err = decoder.Token(); err != nil {
				return nil, err
			}
		}
		value, err := referenceValue(decoder, depth+1)
		if err != nil {
			return nil, err
		}
		if opening == '[' {
			array = append(array, value)
			continue
		}
		if _, twice := object[name.(string)]; twice {
			return nil, errors.New("twice")
		}
		object[name.(string)] = value
	}
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	if opening == '{' {
		return object, nil
	}
	return array, nil
}

func referenceLines(path []string, value any) []referenceLine {
	var lines []referenceLine
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			if name != "frame_mode" {
				lines = append(lines, referenceLines(append(path[:len(path):len(path)], strings.ReplaceAll(name, ":", "::")), member)...)
			}
		}
	case []any:
		for i, element := range v {
			lines = append(lines, referenceLines(append(path[:len(path):len(path)], strconv.Itoa(i)), element)...)
		}
	case bool:
		lines = append(lines, referenceLine{path: strings.Join(path, ":"), value: map[bool]string{true: "1", false: "0"}[v]})
	case nil:
		lines = append(lines, referenceLine{path: strings.Join(path, ":")})
	default:
		lines = append(lines, referenceLine{path: strings.Join(path, ":"), value: fmt.Sprint(v)})
	}
	return lines
}

func referenceParts(path string) []referencePart {
	var parts []referencePart
	for path != "" {
		n := len(path) - len(strings.TrimLeft(path, "0123456789"))
		part := referencePart{text: path[:max(n, 1)]}
		if n > 0 {
			part.number, _ = new(big.Int).SetString(part.text, 10)
		}
		parts, path = append(parts, part), path[len(part.text):]
	}
	return parts
}

func byNature(a, b referenceLine) bool {
	for i := range min(len(a.parts), len(b.parts)) {
		x, y := a.parts[i], b.parts[i]
		if x.text == y.text {
			continue
		}
		if x.number != nil && y.number != nil && x.number.Cmp(y.number) != 0 {
			return x.number.Cmp(y.number) < 0
		}
		return x.text < y.text
	}
	if len(a.parts) != len(b.parts) {
		return len(a.parts) < len(b.parts)
	}
	return a.value < b.value
}

func byLine(a, b referenceLine) bool { return a.path+":"+a.value < b.path+":"+b.value }

func byPath(a, b referenceLine) bool {
	return a.path < b.path || a.path == b.path && a.value < b.value
}

// bodies makes JSON texts, spelled in many ways.
type bodies struct{ *rand.Rand }

func (g bodies) object(depth int) string {
	var b strings.Builder
	b.WriteString("{" + g.blank())
	seen := map[string]bool{}
	for range g.size() {
		name := g.name()
		if seen[name] {
			continue
		}
		if len(seen) > 0 {
			b.WriteString("," + g.blank())
		}
		seen[name] = true
		b.WriteString(g.quote(name) + g.blank() + ":" + g.blank() + g.value(depth) + g.blank())
	}
	return b.String() + "}"
}

func (g bodies) value(depth int) string {
	switch n := g.IntN(12); {
	case n < 2 && depth > 0:
		return g.object(depth - 1)
	case n < 4 && depth > 0:
		// Rows of one shape, with exceptions.
		elements := make([]string, g.size())
		row := g.object(depth - 1)
		for i := range elements {
			elements[i] = row
			if g.IntN(3) == 0 {
				elements[i] = g.value(depth - 1)
			}
		}
		return "[" + g.blank() + strings.Join(elements, g.blank()+","+g.blank()) + g.blank() + "]"
	case n < 6:
		return g.pick("0", "-0", "7", "1000", "-3.9", "50.00", "1e5", "2.5E-3", "9223372036854775807", "123456789012345678901234567890")
	case n < 8:
		return g.pick("true", "false", "null", "[]", "{}", "[[]]", `{"x":{}}`)
	}
	return g.quote(g.pick("", "a", "x;y", "a:b", "Иван", "😀", "line\nbreak", `back\slash "quoted"`, "\x00\x1f\x7f", "true", "007", "\uFFFD"))
}

func (g bodies) size() int {
	if g.IntN(12) == 0 {
		return g.IntN(25)
	}
	return g.IntN(5)
}

func (g bodies) name() string {
	if g.IntN(2) == 0 {
		return g.pick("id", "item", "sum_initial", "amount", "operations", "signature", "frame_mode", "", ":", "a:b", "0", "ключ", "é", "a b", "a!", "A", "!")
	}
	name := g.pick("", "item", "item1_", "id ", "a:", "é", "l") + strconv.Itoa(g.IntN(130))
	return g.pick("", "", "", "0", "00", "18446744073709551616", "x") + name + g.pick("", "", "", "a", ":", "_", "!", "0")
}

func (g bodies) quote(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r < ' ' || r == '"' || r == '\\' || g.IntN(12) == 0:
			if r > 0xFFFF {
				r -= 0x10000
				fmt.Fprintf(&b, `\u%04x\u%04X`, 0xD800+r>>10, 0xDC00+r&0x3FF)
				continue
			}
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	return `"` + b.String() + `"`
}

func (g bodies) blank() string { return g.pick("", "", "", "", " ", "\n\t", "\r\n  ") }

func (g bodies) pick(texts ...string) string { return texts[g.IntN(len(texts))] }

func TestCanonicalAgainstReference(t *testing.T) {
	t.Parallel()
	g := bodies{rand.New(rand.NewPCG(3, 5))}
	lines, ordered := 0, 0
	bodies := testform.Scale(1_000, 5_000)
	for i := range bodies {
		body := []byte(g.object(1 + i%3))
		want, err := referenceText(body, byNature)
		require.NoError(t, err, "%s", body)
		got, err := ecommpay.Canonical(body)
		require.NoError(t, err, "%s", body)
		require.Equal(t, want, string(got), "%s", body)
		signature, err := ecommpay.Sign("secret", body)
		require.NoError(t, err)
		require.Equal(t, base64.StdEncoding.EncodeToString(hmacOf("secret", []byte(want))), signature)
		lines += strings.Count(want, ";")
		if i%10 > 0 {
			continue
		}
		for _, less := range []func(a, b referenceLine) bool{byNature, byLine, byPath} {
			text, err := referenceText(body, less)
			require.NoError(t, err)
			require.NoError(t, ecommpay.Verify("secret", withSignature(t, "secret", body, text)), "%s", body)
			if text != want {
				ordered++
			}
		}
	}
	require.Greater(t, lines, 4*bodies)
	require.Greater(t, ordered, bodies/100, "texts in another order than the natural one")
}

// A text with one byte changed is refused or read as the reference has it.
func TestCanonicalOfDamagedBodies(t *testing.T) {
	t.Parallel()
	g := bodies{rand.New(rand.NewPCG(7, 11))}
	refused, accepted := 0, 0
	for range 3000 {
		body := []byte(g.object(2))
		switch i := g.IntN(len(body)); g.IntN(4) {
		case 0:
			body[i] ^= byte(1 << g.IntN(8))
		case 1:
			body = append(body[:i], body[i+1:]...)
		case 2:
			body = body[:i]
		default:
			part := g.pick(`"`, `\`, `\ud800`, `\udc00`, `\x`, `{`, `]`, `,`, `:`, `0`, `-`, `.`, `e`, "\xff", "\xed\xa0\x80", "\ufeff", `"id":1,`, "tru")
			body = append(body[:i:i], append([]byte(part), body[i:]...)...)
		}
		want, wrong := referenceText(body, byNature)
		got, err := ecommpay.Canonical(body)
		if wrong != nil {
			refused++
			require.ErrorIs(t, err, ecommpay.ErrInvalidRequest, "%q", body)
			continue
		}
		accepted++
		require.NoError(t, err, "%q", body)
		require.Equal(t, want, string(got), "%q", body)
	}
	require.Greater(t, refused, 500)
	require.Greater(t, accepted, 500)
}

// withSignature is body with the signature of a text, in a place of its own.
func withSignature(t testing.TB, secret string, body []byte, text string) []byte {
	t.Helper()
	members := map[string]json.RawMessage{}
	require.NoError(t, json.Unmarshal(body, &members))
	signature, err := json.Marshal(hmacOf(secret, []byte(text)))
	require.NoError(t, err)
	members["signature"] = signature
	signed, err := json.Marshal(members)
	require.NoError(t, err)
	return signed
}
