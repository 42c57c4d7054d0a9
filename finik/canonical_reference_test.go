package finik_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/testform"
)

// The reference reads a body into a tree with encoding/json and prints it the
// long way: sort keys made of whole names, numbers by trial, exact arithmetic.

type tree struct {
	kind    byte // { [ " 0 and a for the rest
	text    string
	items   []tree
	names   []string
	refused bool // a number that must not be sent
}

func readTree(t testing.TB, d *json.Decoder) tree {
	t.Helper()
	token, err := d.Token()
	require.NoError(t, err)
	switch v := token.(type) {
	case json.Delim:
		n := tree{kind: byte(v)}
		for d.More() {
			if v == '{' {
				name, err := d.Token()
				require.NoError(t, err)
				n.names = append(n.names, name.(string))
			}
			n.items = append(n.items, readTree(t, d))
		}
		_, err := d.Token()
		require.NoError(t, err)
		return n
	case string:
		return tree{kind: '"', text: v}
	case json.Number:
		text, refused := referenceNumber(t, v.String())
		return tree{kind: '0', text: text, refused: refused}
	}
	if token == nil {
		return tree{kind: 'a', text: "null"}
	}
	return tree{kind: 'a', text: fmt.Sprint(token)}
}

// referenceNumber tries ever more digits until they are those of the double.
func referenceNumber(t testing.TB, text string) (printed string, refused bool) {
	t.Helper()
	double, _ := strconv.ParseFloat(text, 64)
	if math.IsInf(double, 0) {
		return "null", true
	}
	sign := ""
	if double < 0 {
		sign = "-"
	}
	digits, exponent := "0", 0
	for n := range 17 {
		mantissa, power, _ := strings.Cut(strconv.FormatFloat(math.Abs(double), 'e', n, 64), "e")
		digits = strings.TrimRight(strings.ReplaceAll(mantissa, ".", ""), "0")
		exponent, _ = strconv.Atoi(power)
		if back, err := strconv.ParseFloat(mantissa+"e"+power, 64); err == nil && back == math.Abs(double) {
			break
		}
	}
	switch {
	case double == 0:
		printed = "0"
	case exponent >= 21 || exponent < -6:
		printed = sign + digits[:1]
		if len(digits) > 1 {
			printed += "." + digits[1:]
		}
		printed += fmt.Sprintf("e%+d", exponent)
	case exponent < 0:
		printed = sign + "0." + strings.Repeat("0", -exponent-1) + digits
	default:
		padded := digits + strings.Repeat("0", 22)
		printed = sign + strings.TrimRight(padded[:exponent+1]+"."+strings.TrimRight(padded[exponent+1:], "0"), ".")
	}
	if strings.Trim(text, "-0.") == "" {
		return printed, false
	}
	want, ok := new(big.Rat).SetString(text)
	require.True(t, ok, text)
	got, ok := new(big.Rat).SetString(printed)
	require.True(t, ok, printed)
	safe := new(big.Rat).SetInt64(1<<53 - 1)
	unsafe := got.IsInt() && new(big.Rat).Abs(got).Cmp(safe) > 0 && !strings.Contains(printed, "e") && len(digits) > 15
	return printed, want.Cmp(got) != 0 || unsafe
}

func (n tree) anyRefused() bool {
	return n.refused || slices.ContainsFunc(n.items, tree.anyRefused)
}

// reference prints n. keep leaves objects within as they are.
func (n tree) reference(collation string, top, keep bool) string {
	switch n.kind {
	case '"':
		return referenceText(n.text)
	case '[':
		parts := make([]string, len(n.items))
		for i, item := range n.items {
			parts[i] = item.reference(collation, false, keep)
		}
		return "[" + strings.Join(parts, ",") + "]"
	case '{':
		order := make([]int, len(n.names))
		keys := make([][]int, len(n.names))
		for i, name := range n.names {
			order[i] = i
			switch index, err := strconv.ParseUint(name, 10, 32); {
			case err == nil && index < math.MaxUint32 && strconv.FormatUint(index, 10) == name:
				keys[i] = []int{0, int(index >> 16), int(index & 0xFFFF)}
			case top:
				keys[i] = append([]int{1}, collationKey(collation, name)...)
			case keep:
				keys[i] = []int{1}
			default:
				keys[i] = []int{1}
				for _, unit := range utf16.Encode([]rune(name)) {
					keys[i] = append(keys[i], int(unit))
				}
			}
		}
		slices.SortStableFunc(order, func(a, b int) int { return slices.Compare(keys[a], keys[b]) })
		parts := make([]string, len(order))
		for i, at := range order {
			parts[i] = referenceText(n.names[at]) + ":" + n.items[at].reference(collation, false, keep)
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return n.text
}

// collationKey is what ICU would make of a name: the weights of all characters,
// an end, then the cases of all characters.
func collationKey(collation, name string) []int {
	var primary, tertiary []int
	for _, r := range name {
		at := strings.IndexRune(collation, r) + 1
		letter := strings.IndexByte(collation, 'a')
		if at > letter {
			tertiary = append(tertiary, (at-letter-1)%2)
			at = letter + 1 + (at-letter-1)/2
		} else {
			tertiary = append(tertiary, 0)
		}
		primary = append(primary, at)
	}
	return append(append(primary, 0), tertiary...)
}

func referenceText(text string) string {
	short := map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}
	var b strings.Builder
	for _, r := range text {
		switch escape, ok := short[r]; {
		case ok:
			b.WriteString(escape)
		case r < ' ':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return `"` + b.String() + `"`
}

// bodies makes JSON objects, spelled at random.
type bodies struct{ *rand.Rand }

func newBodies(seed uint64) bodies { return bodies{rand.New(rand.NewPCG(seed, 2))} }

func (g bodies) pick(choices ...string) string { return choices[g.IntN(len(choices))] }

func (g bodies) blank() string {
	if g.IntN(3) > 0 {
		return ""
	}
	return g.pick(" ", "\n", "\t", "\r\n", "   ")
}

func (g bodies) object(depth int, top bool) string {
	seen := map[string]bool{}
	var parts []string
	for range g.IntN(7) + 1 {
		name := g.name(top)
		if seen[name] || name == "__proto__" {
			continue
		}
		seen[name] = true
		parts = append(parts, g.blank()+g.quoted(name)+g.blank()+":"+g.blank()+g.value(depth)+g.blank())
	}
	if top && len(parts) == 0 {
		parts = []string{`"a":1`}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func (g bodies) name(top bool) string {
	switch g.IntN(6) {
	case 0:
		return g.pick("0", "1", "9", "10", "42", "578", "007", "4294967294", "4294967295", "-1", "1.5", "18446744073709551616")
	case 1:
		return g.pick("accountId", "fields", "service", "transactionId", "userId", "Amount", "amount", "AMOUNT", "CardType", "")
	}
	alphabet := []rune(" _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$019aAbBcCxXzZ")
	if !top {
		alphabet = append(alphabet, []rune("\x00\b\n\x1f\x7féЖёя\u2028\ue000\uff21😀𐀀")...)
	}
	name := make([]rune, g.IntN(4)+1)
	for i := range name {
		name[i] = alphabet[g.IntN(len(alphabet))]
	}
	return string(name)
}

// quoted spells characters in one of their ways.
func (g bodies) quoted(text string) string {
	var b strings.Builder
	for _, r := range text {
		plain := string(r)
		switch {
		case r < ' ' || r == '"' || r == '\\':
			plain = strings.Trim(referenceText(plain), `"`)
			if r == '"' {
				plain = `\"`
			}
			if len(plain) > 1 && g.IntN(2) == 0 {
				plain = fmt.Sprintf(`\u%04X`, r)
			}
		case g.IntN(8) > 0:
		case r == '/':
			plain = `\/`
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			plain = fmt.Sprintf(`\u%04x\u%04X`, high, low)
		default:
			plain = fmt.Sprintf(`\u%04x`, r)
		}
		b.WriteString(plain)
	}
	return `"` + b.String() + `"`
}

func (g bodies) value(depth int) string {
	if depth > 0 {
		switch g.IntN(6) {
		case 0:
			return g.object(depth-1, false)
		case 1:
			parts := make([]string, g.IntN(4))
			for i := range parts {
				parts[i] = g.blank() + g.value(depth-1) + g.blank()
			}
			return "[" + strings.Join(parts, ",") + "]"
		}
	}
	switch g.IntN(5) {
	case 0:
		return g.pick("true", "false", "null")
	case 1, 2:
		return g.number()
	}
	return g.quoted(g.name(false) + g.name(false))
}

func (g bodies) number() string {
	sign := g.pick("", "", "-")
	switch g.IntN(8) {
	case 0:
		return sign + strconv.Itoa(g.IntN(1000))
	case 1: // money
		return sign + fmt.Sprintf("%d.%02d", g.IntN(100_000_000), g.IntN(100))
	case 2:
		return sign + strconv.FormatInt(g.Int64N(1<<53), 10)
	case 3: // any double, as Go prints it
		double := math.Float64frombits(g.Uint64())
		if math.IsNaN(double) || math.IsInf(double, 0) {
			return "0.0"
		}
		return strconv.FormatFloat(double, g.pick("e", "g", "E")[0], -1, 64)
	case 4: // an amount in another spelling
		return sign + fmt.Sprintf("%d.%de%s%d", g.IntN(1000), g.IntN(1000), g.pick("", "+", "-", "-0"), g.IntN(25))
	case 5:
		return sign + g.pick("0", "0.0", "0e5", "0E-7", "1.0", "10.50", "1e21", "1E20", "100e-2", "0.000001", "0.0000001", "5e-324", "1.7976931348623157e308")
	case 6:
		return sign + g.pick("9007199254740991", "9007199254740993", "9007199254740992", "123456789012345678", "1e400", "1e-400", "0.1000000000000000055", "100000000000000000000", "9007199254740992e3")
	}
	return sign + strconv.FormatFloat(g.Float64()*math.Pow10(g.IntN(12)), 'f', g.IntN(8), 64)
}

// Our text is that of a second implementation, for whatever may be sent, and
// whatever must not be is refused by both.
func TestBodiesAgainstReference(t *testing.T) {
	t.Parallel()
	collation := vectors(t).Collation
	g := newBodies(1)
	sent, refused, moved := 0, 0, 0
	bodies := testform.Scale(1_400, 7_000)
	for range bodies {
		body := g.object(g.IntN(5), true)
		d := json.NewDecoder(strings.NewReader(body))
		d.UseNumber()
		read := readTree(t, d)
		want := read.reference(collation, true, false)
		got, err := finik.CanonicalJSON([]byte(body))
		if read.anyRefused() {
			require.ErrorIs(t, err, finik.ErrInvalidRequest, body)
			refused++
		} else {
			require.NoError(t, err, body)
			require.Equal(t, want, string(got), body)
			again, err := finik.CanonicalJSON(got)
			require.NoError(t, err, body)
			require.Equal(t, want, string(again))
			sent++
		}

		text, err := finik.Message{Method: "POST", Host: "h", Path: "/", Body: []byte(body)}.ReceivedText()
		require.NoError(t, err, body)
		require.Equal(t, "post\n/\nhost:h\n"+read.reference(collation, true, true), string(text), body)

		// The control: what Go would make of it by itself is wrong for many.
		var naive any
		d = json.NewDecoder(strings.NewReader(body))
		d.UseNumber()
		require.NoError(t, d.Decode(&naive))
		if marshalled, err := json.Marshal(naive); err != nil || !bytes.Equal(marshalled, []byte(want)) {
			moved++
		}
	}
	assert.GreaterOrEqual(t, sent, bodies*5/7)
	assert.Greater(t, refused, bodies/35)
	assert.Greater(t, moved, bodies/7)
}
