package finik_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

// sentFields are fields as they leave.
func sentFields(t testing.TB, fields finik.Fields) (string, error) {
	t.Helper()
	var body struct{ Fields json.RawMessage }
	c := unsigned(t, finik.BetaURL, over(func(r *http.Request) (*http.Response, error) {
		data, err := io.ReadAll(r.Body)
		if err == nil {
			err = json.Unmarshal(data, &body)
		}
		return newResponse(200, `{"statusCode":200}`), err
	}))
	_, err := c.CheckRecipient(t.Context(), finik.CheckRecipientRequest{ServiceID: "s", Fields: fields})
	return string(body.Fields), err
}

type (
	word   string
	count  int8
	listed []word
)

func TestFieldsOnTheWire(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fields finik.Fields
		want   string
	}{
		"text":       {finik.Fields{"a": "б\"\\\n\u2028<&>\u0001😀"}, `{"a":"б\"\\\n` + "\u2028" + `<&>\u0001😀"}`},
		"empty text": {finik.Fields{"": ""}, `{"":""}`},
		"bool":       {finik.Fields{"a": true, "b": false}, `{"a":true,"b":false}`},
		"integers": {
			finik.Fields{"a": 1, "b": int8(-2), "c": uint16(3), "d": int64(1<<53 - 1), "e": -int64(1<<53 - 1), "f": uint64(7), "g": count(4)},
			`{"a":1,"b":-2,"c":3,"d":9007199254740991,"e":-9007199254740991,"f":7,"g":4}`,
		},
		"decimals": {
			finik.Fields{"a": decimal.MustNew(15000, 2), "b": decimal.MustNew(-5, 0), "c": decimal.Decimal{}, "d": decimal.MustParse("0.0000000000000000001")},
			`{"a":"150.00","b":"-5","c":"0","d":"0.0000000000000000001"}`,
		},
		"numbers": {finik.Fields{"a": json.Number("10.5"), "b": json.Number("0"), "c": json.Number("1e+21")}, `{"a":10.5,"b":0,"c":1e+21}`},
		"nested": {
			finik.Fields{"b": map[string]any{"z": 1, "a": finik.Fields{"x": []any{1, "2", true}}}, "a": map[string]string{"k": "v"}, "c": []string{"x"}, "d": listed{"y"}, "e": [2]int{1, 2}, "f": map[word]int{"w": 1}},
			`{"a":{"k":"v"},"b":{"a":{"x":[1,"2",true]},"z":1},"c":["x"],"d":["y"],"e":[1,2],"f":{"w":1}}`,
		},
		"empty nested": {finik.Fields{"a": map[string]any{}, "b": []string{}}, `{"a":{},"b":[]}`},
		"order":        {finik.Fields{"10": 1, "9": 1, "b": 1, "B": 1, "a.b": 1, "_": 1}, `{"9":1,"10":1,"B":1,"_":1,"a.b":1,"b":1}`},
		"dots":         {finik.Fields{"account.value.persacc": "1", "total": decimal.MustNew(1, 0)}, `{"account.value.persacc":"1","total":"1"}`},
	} {
		t.Run(name, func(t *testing.T) {
			before := maps.Clone(tt.fields)
			got, err := sentFields(t, tt.fields)
			require.NoError(t, err, name)
			assert.Equal(t, tt.want, got, name)
			assert.Equal(t, before, tt.fields, "the caller's map is never changed")
		})
	}
}

func TestFieldsThatAreRefused(t *testing.T) {
	t.Parallel()
	deep := map[string]any{}
	deep["again"] = deep // without end
	number := 1
	for name, tt := range map[string]struct {
		value any
		path  string
	}{
		"float64": {1.5, `Fields["k"]`}, "float32": {float32(1), `Fields["k"]`}, "whole float": {1.0, `Fields["k"]`}, "nan": {math.NaN(), `Fields["k"]`},
		"nested float": {map[string]any{"a": []any{1, 2.5}}, `Fields["k"]["a"][1]`}, "floats": {[]float64{1}, `Fields["k"][0]`},
		"complex": {1i, `Fields["k"]`}, "nil": {nil, `Fields["k"]`}, "pointer": {&number, `Fields["k"]`}, "struct": {struct{}{}, `Fields["k"]`},
		"time": {time.Now(), `Fields["k"]`}, "func": {func() {}, `Fields["k"]`}, "bytes": {[]byte("x"), `Fields["k"]`}, "raw": {json.RawMessage("1"), `Fields["k"]`},
		"big": {int64(1 << 53), `Fields["k"]`}, "small": {-int64(1 << 53), `Fields["k"]`}, "max": {uint64(math.MaxUint64), `Fields["k"]`},
		"map of ints": {map[int]string{1: "a"}, `Fields["k"]`}, "bad text": {"\xff", `Fields["k"]`}, "surrogate": {"\xed\xa0\x80", `Fields["k"]`},
		"bad key": {map[string]any{"\xff": 1}, `Fields["k"]`}, "endless": {deep, `Fields["k"]["again"]`},
		"10.50": {json.Number("10.50"), `Fields["k"]`}, "1.0": {json.Number("1.0"), `Fields["k"]`}, "-0": {json.Number("-0"), `Fields["k"]`},
		"2^53": {json.Number("9007199254740993"), `Fields["k"]`}, "1e400": {json.Number("1e400"), `Fields["k"]`}, "no number": {json.Number("x"), `Fields["k"]`},
		"empty number": {json.Number(""), `Fields["k"]`}, "injection": {json.Number(`1,"z":2`), `Fields["k"]`}, "NaN": {json.Number("NaN"), `Fields["k"]`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sentFields(t, finik.Fields{"a": "fine", "k": tt.value})
			require.ErrorIs(t, err, finik.ErrInvalidRequest, name)
			assert.ErrorContains(t, err, tt.path, name)
			assert.NotContains(t, err.Error(), "fine")
		})
	}
	for _, none := range []finik.Fields{nil, {}} {
		t.Run(fmt.Sprint("nil=", none == nil), func(t *testing.T) {
			_, err := sentFields(t, none)
			require.ErrorIs(t, err, finik.ErrInvalidRequest)
		})
	}
	_, err := sentFields(t, finik.Fields{"b": 1.5, "a": 2.5})
	assert.EqualError(t, err, `finik: invalid request: Fields["a"]: must not be a float, which rounds: use decimal.Decimal, an integer or a string; `+
		`Fields["b"]: must not be a float, which rounds: use decimal.Decimal, an integer or a string`)
}

// Whatever text goes in comes out, or is refused before it leaves.
func FuzzFields(f *testing.F) {
	for _, s := range []string{"", "a", "\"", "\\", "\u2028", "😀", "\xff", "\x00", "__proto__", "1", "01", strings.Repeat("x", 5000), "<script>", "%41", "a.b"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, key, value string) {
		got, err := sentFields(t, finik.Fields{key: value, "nested": map[string]any{key: []any{value}}})
		if err != nil {
			require.ErrorIs(t, err, finik.ErrInvalidRequest)
			return
		}
		var back map[string]any
		require.NoError(t, json.Unmarshal([]byte(got), &back))
		if key != "nested" {
			assert.Equal(t, map[string]any{key: value, "nested": map[string]any{key: []any{value}}}, back)
		}
	})
}
