package finik_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

func TestCanonicalJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, body, want string }{
		{"blanks go", "\r\n\t {\t\"b\" : [ 1 , {} , [ ] ] , \"a\" : { } } \n", `{"a":{},"b":[1,{},[]]}`},
		{"case is the last thing to count", `{"B":1,"b":2,"a":3,"A":4,"ab":5,"Ab":6,"aB":7}`, `{"a":3,"A":4,"ab":5,"aB":7,"Ab":6,"b":2,"B":1}`},
		{"shorter comes first, whatever its case", `{"aa":1,"A":2,"AAA":3}`, `{"A":2,"aa":1,"AAA":3}`},
		{"within, code units count", `{"x":{"b":1,"B":2,"a_":3,"a":4,"_":5}}`, `{"x":{"B":2,"_":5,"a":4,"a_":3,"b":1}}`},
		{
			"indices", `{"a":{"10":1,"9":2,"01":3,"4294967295":4,"4294967294":5,"-1":6,"1.0":7,"":8}}`,
			`{"a":{"9":2,"10":1,"4294967294":5,"":8,"-1":6,"01":3,"1.0":7,"4294967295":4}}`,
		},
		{"__proto__ within", `{"x":{"__proto__":1,"a":2}}`, `{"x":{"__proto__":1,"a":2}}`},
		{"names like those of Object", `{"toString":1,"constructor":2,"__proto":3}`, `{"__proto":3,"constructor":2,"toString":1}`},
		{
			"escapes", `{"a":"\u0041\/\u002f\u0022\u005c\u0000\u001F\u007f\u2028\ud83d\ude00\ufffd\b\f\n\r\t"}`,
			`{"a":"A//\"\\\u0000\u001f` + "\x7f\u2028😀\ufffd" + `\b\f\n\r\t"}`,
		},
		{"names with escapes", `{"x":{"\u0062":1,"\"":2,"\t":3,"a":4}}`, `{"x":{"\t":3,"\"":2,"a":4,"b":1}}`},
		{"zeros", `{"a":[0,-0,0.0,-0.0e5,0e99999999999999999999,0E-400]}`, `{"a":[0,0,0,0,0,0]}`},
		{"spellings of a number", `{"a":[1.0,10.50,1E5,1e+2,120e-1,0.1e1,1.10e1,100e-2,1e0]}`, `{"a":[1,10.5,100000,100,12,1,11,1,1]}`},
		{"where exponents begin", `{"a":[1e20,1e21,12e20,123e-8,1e-6,1e-7,0.00000123]}`, `{"a":[100000000000000000000,1e+21,1.2e+21,0.00000123,0.000001,1e-7,0.00000123]}`},
		{"extremes", `{"a":[1.7976931348623157e308,5e-324,2.2250738585072014e-308,-1.5e300]}`, `{"a":[1.7976931348623157e+308,5e-324,2.2250738585072014e-308,-1.5e+300]}`},
		{"long and exact", `{"a":[0.1000000000000000055511151231257827,1]}`, ""},
		{"seventeen digits", `{"a":[0.30000000000000004,5e-7,2251799813685249.5]}`, `{"a":[0.30000000000000004,5e-7,2251799813685249.5]}`},
		{"the largest integers", `{"a":[9007199254740991,-9007199254740991,90071992547409910e-1]}`, `{"a":[9007199254740991,-9007199254740991,9007199254740991]}`},
		{"beyond them but sure", `{"a":[100000000000000000000,123456789012345000000]}`, `{"a":[100000000000000000000,123456789012345000000]}`},
		{"zeros at the end, any number", `{"a":1.` + strings.Repeat("0", 1000) + `}`, `{"a":1}`},
		{"a text keeps its zeros", `{"a":"150.00"}`, `{"a":"150.00"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			given := []byte(c.body)
			got, err := finik.CanonicalJSON(given)
			assert.Equal(t, c.body, string(given), "the body that was given stays")
			if c.want == "" {
				require.ErrorIs(t, err, finik.ErrInvalidRequest)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, string(got))
			again, err := finik.CanonicalJSON(got)
			require.NoError(t, err)
			assert.Equal(t, c.want, string(again))
		})
	}
}

func TestCanonicalJSONRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ body, rule string }{
		{``, "must be a JSON object (at byte 0)"},
		{` `, "must be a JSON object (at byte 1)"},
		{`null`, "must be a JSON object (at byte 0)"},
		{`[1]`, "must be a JSON object (at byte 0)"},
		{`"a"`, "must be a JSON object (at byte 0)"},
		{"\ufeff{}", "must be a JSON object (at byte 0)"},
		{`<html>`, "must be a JSON object (at byte 0)"},
		{`{}`, "must have a member (at byte 2)"},
		{`{"a":1}{}`, "must end after the object (at byte 7)"},
		{`{"a":1}x`, "must end after the object (at byte 7)"},
		{`{"a":1`, "must have a comma or a closing bracket here (at byte 6)"},
		{`{"a":[1}`, "must have a comma or a closing bracket here (at byte 7)"},
		{`{"a":1,}`, "must have a name here (at byte 7)"},
		{`{a:1}`, "must have a name here (at byte 1)"},
		{`{"a" 1}`, "must have a colon here (at byte 5)"},
		{`{"a":}`, "must have a value here (at byte 5)"},
		{`{"a":[1,]}`, "must have a value here (at byte 8)"},
		{`{"a":nul}`, "must have a value here (at byte 5)"},
		{`{"a":01}`, "must have a comma or a closing bracket here (at byte 6)"},
		{`{"a":+1}`, "must have a value here (at byte 5)"},
		{`{"a":.5}`, "must have a value here (at byte 5)"},
		{`{"a":-}`, "must have a value here (at byte 6)"},
		{`{"a":1.}`, "must have a value here (at byte 7)"},
		{`{"a":1e+}`, "must have a value here (at byte 8)"},
		{`{"a":NaN}`, "must have a value here (at byte 5)"},
		{`{"a":Infinity}`, "must have a value here (at byte 5)"},
		{"{\"a\":\"\n\"}", "must have quoted strings without control characters (at byte 6)"},
		{`{"a":"x`, "must have quoted strings without control characters (at byte 7)"},
		{`{"a":"\x"}`, "must have known escape sequences only (at byte 8)"},
		{`{"a":"\u12g4"}`, "must have known escape sequences only (at byte 8)"},
		{`{"a":"\u123`, "must have known escape sequences only (at byte 8)"},
		{`{"a":"\ud800"}`, "must not have half a surrogate pair (at byte 12, member a)"},
		{`{"a":"\ud83d\u0041"}`, "must not have half a surrogate pair (at byte 12, member a)"},
		{`{"a":"\ude00\ud83d"}`, "must not have half a surrogate pair (at byte 12, member a)"},
		{`{"a":{"\ud800":1}}`, "must not have half a surrogate pair (at byte 13, member a)"},
		{"{\"a\":\"\xff\"}", "must be valid UTF-8 (at byte 6, member a)"},
		{"{\"a\":\"\xed\xa0\x80\"}", "must be valid UTF-8 (at byte 6, member a)"},
		{"{\"a\":\"\xc0\x80\"}", "must be valid UTF-8 (at byte 6, member a)"},
		{`{"a":1,"a":1}`, "must not repeat a name within an object (at byte 13)"},
		{`{"a":1,"b":2,"\u0061":1}`, "must not repeat a name within an object (at byte 24)"},
		{`{"x":[{"a":1,"b":2,"a":3}]}`, "must not repeat a name within an object (at byte 25)"},
		{`{"x":{"1":1,"0":2,"1":3}}`, "must not repeat a name within an object (at byte 24)"},
		{`{"__proto__":1}`, "must have names of printable ASCII other than __proto__ (at byte 12)"},
		{`{"é":1}`, "must have names of printable ASCII other than __proto__ (at byte 5)"},
		{`{"a\n":1}`, "must have names of printable ASCII other than __proto__ (at byte 6)"},
		{"{\"a\x7f\":1}", "must have names of printable ASCII other than __proto__ (at byte 5)"},
		{`{"a":9007199254740992}`, "must not have integers beyond 9007199254740991: send them as strings (at byte 5)"},
		{`{"a":-9007199254740992}`, "must not have integers beyond 9007199254740991: send them as strings (at byte 5)"},
		{`{"a":9007199254740993}`, "must not have numbers that a double prints with other digits: send them as strings (at byte 5)"},
		{`{"a":12345678901234567890}`, "must not have numbers that a double prints with other digits: send them as strings (at byte 5)"},
		{`{"a":0.1000000000000000055}`, "must not have numbers that a double prints with other digits: send them as strings (at byte 5)"},
		{`{"a":1.00000000000000001}`, "must not have numbers that a double prints with other digits: send them as strings (at byte 5)"},
		{`{"a":1e-400}`, "must not have numbers that a double prints with other digits: send them as strings (at byte 5)"},
		{`{"a":1e400}`, "must not have numbers beyond the range of a double (at byte 5)"},
		{`{"a":-1e99999999999999999999}`, "must not have numbers beyond the range of a double (at byte 5)"},
		{`{"a":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}`, "must not be nested more than 1,000 deep (at byte 1004)"},
		{`{"a":` + strings.Repeat(`{"a":`, 100_000), "must not be nested more than 1,000 deep (at byte 5000)"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got, err := finik.CanonicalJSON([]byte(c.body))
			require.ErrorIs(t, err, finik.ErrInvalidRequest, "%.60s", c.body)
			assert.EqualError(t, err, "finik: invalid request: body: "+c.rule, "%.60s", c.body)
			assert.Nil(t, got)
		})
	}
	deepest := `{"a":` + strings.Repeat("[", 999) + strings.Repeat("]", 999) + `}`
	got, err := finik.CanonicalJSON([]byte(deepest))
	require.NoError(t, err)
	assert.Equal(t, deepest, string(got))
}

func TestCanonicalErrorsQuoteNothing(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"phone":"+996000000001","phone":2}`, `{"phone":"+996000000001"`, `{"a":"+996000000001\q"}`, `{"a":99600000000100000001}`,
	} {
		t.Run(body, func(t *testing.T) {
			_, err := finik.CanonicalJSON([]byte(body))
			require.Error(t, err)
			assert.NotContains(t, err.Error(), "99600000")
		})
	}
}

// The order of the table is that of the file of vectors.
func TestCollation(t *testing.T) {
	t.Parallel()
	collation := vectors(t).Collation
	body := map[string]int{}
	for _, r := range collation {
		body["x"+string(r)] = 1
	}
	require.Len(t, body, 95)
	text, err := json.Marshal(body)
	require.NoError(t, err)
	got, err := finik.CanonicalJSON(text)
	require.NoError(t, err)
	var want strings.Builder
	for i, r := range collation {
		fmt.Fprintf(&want, `%s%s:1`, []string{",", "{"}[max(0, 1-i)], referenceText("x"+string(r)))
	}
	assert.Equal(t, want.String()+"}", string(got))
}

// Work grows with the size of a body and not faster, whatever it is made of.
func TestHostileBodiesAreCheap(t *testing.T) {
	t.Parallel()
	wide := make([]string, 100_000)
	for i := range wide {
		wide[i] = fmt.Sprintf(`"%d":0`, len(wide)-i)
	}
	nest := func(before, after string, filler int) string {
		return strings.Repeat(before, 990) + `"` + strings.Repeat("x", filler) + `"` + strings.Repeat(after, 990)
	}
	for name, body := range map[string]string{
		"one wide object":      `{"x":{` + strings.Join(wide, ",") + `}}`,
		"indices behind names": nest(`{"z":1,"0":`, `}`, 1<<20-20_000),
		"long names":           `{"x":{` + strings.Join(slices.Repeat([]string{`"` + strings.Repeat("k", 1000) + `":0`}, 1000), ",") + `}}`,
		"digits":               `{"a":1` + strings.Repeat("0", 1<<20) + `}`,
		"fraction":             `{"a":0.` + strings.Repeat("0", 1<<20) + `1}`,
		"escapes":              `{"a":"` + strings.Repeat(`\u0000`, 1<<18) + `"}`,
	} {
		begun := time.Now()
		text, err := finik.Message{Method: "POST", Host: "h", Path: "/", Body: []byte(body)}.ReceivedText()
		assert.Less(t, time.Since(begun), 30*time.Second, name)
		assert.LessOrEqual(t, len(text), 2*len(body)+100, name)
		assert.Equal(t, name == "long names", err != nil, name)
	}
}

func FuzzCanonicalJSON(f *testing.F) {
	for _, v := range vectors(f).Vectors {
		if v.Input.Body != nil {
			f.Add([]byte(*v.Input.Body))
		}
	}
	for _, body := range []string{`{"a":-0.0e-0}`, `{"a":"\ud83d\ude00"}`, `{"a":{"b":1,"0":2}}`, `{"a":1e20,"B":[1E-7]}`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		given := bytes.Clone(body)
		got, err := finik.CanonicalJSON(body)
		require.Equal(t, given, body)
		if err != nil {
			require.ErrorIs(t, err, finik.ErrInvalidRequest)
			require.Nil(t, got)
			return
		}
		again, err := finik.CanonicalJSON(got)
		require.NoError(t, err)
		require.Equal(t, string(got), string(again))
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		read := readTree(t, d)
		require.False(t, read.anyRefused())
		require.Equal(t, read.reference(collationASCII, true, false), string(got))
		// Whoever sorts at no level, or at the top only, gets the same text.
		received, err := finik.Message{Method: "POST", Host: "h", Path: "/", Body: got}.ReceivedText()
		require.NoError(t, err)
		require.Equal(t, "post\n/\nhost:h\n"+string(got), string(received))
	})
}

const collationASCII = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789aAbBcCdDeEfFgGhHiIjJkKlLmMnNoOpPqQrRsStTuUvVwWxXyYzZ"
