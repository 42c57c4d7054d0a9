package wire_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/wire"
)

var numberGrammar = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// wantDecimal is what Decimal must give, computed with math/big: the value and
// the scale, or refused.
func wantDecimal(text string) (value *big.Rat, scale int, ok bool) {
	if len(text) > 64 || !numberGrammar.MatchString(text) {
		return nil, 0, false
	}
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	exp := 0
	if exponent != "" {
		var err error
		if exp, err = strconv.Atoi(exponent); err != nil || exp < -19 || exp > 19 {
			return nil, 0, false
		}
	}
	value, _ = new(big.Rat).SetString(text)
	_, fraction, _ := strings.Cut(mantissa, ".")
	// The scale is the largest one, not above the printed one, in which the
	// digits fit.
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(19), nil)
	for scale = min(max(len(fraction)-exp, 0), 19); scale >= 0; scale-- {
		shifted := new(big.Rat).Mul(value, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)))
		if !shifted.IsInt() {
			return nil, 0, false
		}
		if shifted.Num().CmpAbs(limit) < 0 {
			return value, scale, true
		}
	}
	return nil, 0, false
}

func checkDecimal(t *testing.T, text string) {
	t.Helper()
	got, err := wire.Decimal(text)
	want, scale, ok := wantDecimal(text)
	label := text[:min(len(text), 80)]
	if !ok {
		var e *wire.Error
		require.ErrorAs(t, err, &e, "%q gave %v", label, got)
		assert.Contains(t, []string{wire.KindType, wire.KindRange}, e.Kind, label)
		assert.Zero(t, got, label)
	} else {
		require.NoError(t, err, label)
		value, _ := new(big.Rat).SetString(got.String())
		require.Zero(t, want.Cmp(value), "%q gave %v", label, got)
		require.Equal(t, scale, got.Scale(), "%q gave %v", label, got)
	}

	// As a number and as a text in a document.
	var doc struct {
		A decimal.Decimal  `json:"a"`
		P *decimal.Decimal `json:"p"`
	}
	quoted, _ := json.Marshal(text)
	err = wire.Decode([]byte(`{"a":`+string(quoted)+`,"p":`+string(quoted)+`}`), &doc)
	require.Equal(t, ok || text == "", err == nil, label)
	if ok {
		require.Equal(t, got, doc.A)
		require.Equal(t, got, *doc.P)
	}
	if numberGrammar.MatchString(text) {
		doc.A, doc.P = decimal.One, nil
		err = wire.Decode([]byte(`{"a":`+text+`,"p":`+text+`}`), &doc)
		require.Equal(t, ok, err == nil, label)
		if ok {
			require.Equal(t, got, doc.A)
			require.Equal(t, got, *doc.P)
			encoded, err := wire.Encode(doc)
			require.NoError(t, err)
			require.JSONEq(t, `{"a":`+got.String()+`,"p":`+got.String()+`}`, string(encoded))
		}
	}

	// As an integer.
	fits := ok && want.IsInt() && want.Num().IsInt64()
	for _, in := range []string{string(quoted), text} {
		if in == text && !numberGrammar.MatchString(text) {
			continue
		}
		var n struct{ N int64 }
		require.Equal(t, fits, wire.Decode([]byte(`{"N":`+in+`}`), &n) == nil, label)
		if fits {
			require.Equal(t, want.Num().Int64(), n.N, label)
		}
	}
}

// decimalTexts returns numbers at the limits, and texts that are not numbers.
func decimalTexts() []string {
	return []string{
		"", " ", "0", "-0", "-0.00", "0.0000000000000000000", "0.00000000000000000000", "0e19", "0e-19", "0e20", "00", "01", "-01", "1.", ".1", "-", "+1", "--1",
		"1e", "1e+", "1e-", "1e1.5", "1E5", "1e+5", "1e-5", "1e05", "1e019", "1e0000000000000000000000000019", "NaN", "nan", "Inf", "-Infinity", "infinity", "null",
		"1/3", "0x10", "1_000", "1,000", "1 000", " 1", "1 ", "1\n", "１２", "100.00000000", "1.50e2", "1.0E7", "8.03", "9971.34", "-3.9", "50.0000",
		"9999999999999999999", "-9999999999999999999", "10000000000000000000", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
		"0.9999999999999999999", "0.1000000000000000000000000000000000000", "0.00000000000000000001", "1e-19", "1e-20", "1e18", "1e19", "123456789012345678.9", "1234567890123456789.0",
		"1234567890123456789.1", "1234567890123.00000000", "1e1000000", "1e100000000", "1e999999999999999999999", "9.9e18", "0.1e-18", "0.1e-19",
		"99999999999999999990", "0." + strings.Repeat("0", 61), "0." + strings.Repeat("0", 63), strings.Repeat("9", 64), strings.Repeat("9", 65), strings.Repeat("9", 100_000),
		"0." + strings.Repeat("3", 100_000), "1" + strings.Repeat("0", 100_000), "1." + strings.Repeat("0", 100_000), "0." + strings.Repeat("0", 100_000) + "1", "1e" + strings.Repeat("9", 100_000),
		strings.Repeat("-", 100_000), strings.Repeat("0", 100_000),
	}
}

func TestDecimalIsExactOrRefused(t *testing.T) {
	t.Parallel()
	texts := decimalTexts()
	for shift := range 32 {
		for _, d := range []int64{-1, 0, 1} {
			e := int64(1)<<shift + d
			texts = append(texts, fmt.Sprintf("1e%d", e), fmt.Sprintf("1e-%d", e), fmt.Sprintf("-12.50E+%d", e), fmt.Sprintf("0e%d", e), fmt.Sprintf("0.001e%d", e))
		}
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 2500 {
		texts = append(texts, randomNumber(rnd))
	}
	for scale := range 9 {
		for range 30 {
			whole := strconv.FormatInt(rnd.Int64N(1_000_000_000), 10)
			texts = append(texts, strings.TrimSuffix(whole+"."+fmt.Sprintf("%08d", rnd.IntN(100_000_000))[:scale], "."))
		}
	}
	require.Greater(t, len(texts), 3000)
	for _, text := range texts {
		checkDecimal(t, text)
	}
}

// randomNumber is a number near the limits of length, digits and exponent,
// sometimes with a flaw.
func randomNumber(rnd *rand.Rand) string {
	digits := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "0000123456789999"[rnd.IntN(16)]
		}
		return string(b)
	}
	text := ""
	if rnd.IntN(3) == 0 {
		text = "-"
	}
	if whole := strings.TrimLeft(digits(rnd.IntN(23)), "0"); whole == "" || rnd.IntN(4) == 0 {
		text += "0"
	} else {
		text += whole
	}
	if rnd.IntN(3) > 0 {
		text += "." + digits(1+rnd.IntN(22)) + strings.Repeat("0", rnd.IntN(25))
	}
	if rnd.IntN(3) == 0 {
		text += []string{"e", "E", "e+", "e-", "E-"}[rnd.IntN(5)] + strconv.Itoa(rnd.IntN(23))
	}
	if rnd.IntN(12) == 0 {
		at := rnd.IntN(len(text) + 1)
		text = text[:at] + string("+-.eE 0x_,/"[rnd.IntN(11)]) + text[at:]
	}
	return text
}

func TestDecimalErrorsAreCopies(t *testing.T) {
	t.Parallel()
	_, err := wire.Decimal("x")
	var e *wire.Error
	require.ErrorAs(t, err, &e)
	e.Pointer = "/changed"
	_, err = wire.Decimal("y")
	require.EqualError(t, err, "JSON: type error at offset 0")
}

func TestIntegers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"0": 0, "-0": 0, "0.0": 0, "-0.000e5": 0, "1": 1, "-1": -1, "10000.0": 10000, "1e4": 10000, "1.0E7": 10_000_000, "12.50e2": 1250, "1000e-3": 1,
		"1067250921664811008": 1067250921664811008, "9223372036854775807": 9223372036854775807, "-9223372036854775808": -9223372036854775808,
		"9223372036854775807.000": 9223372036854775807, "922337203685477580700e-2": 9223372036854775807, "1768491980195": 1768491980195, "1401089240377": 1401089240377,
	} {
		for _, in := range []string{text, `"` + text + `"`} {
			var doc struct {
				N int64  `json:"n"`
				P *int64 `json:"p"`
			}
			require.NoError(t, wire.Decode([]byte(`{"n":`+in+`,"p":`+in+`}`), &doc), in)
			assert.Equal(t, want, doc.N, in)
			assert.Equal(t, want, *doc.P, in)
		}
	}
	for in, kind := range map[string]string{
		"0.5": wire.KindRange, "10000.01": wire.KindRange, "1e-1": wire.KindRange, "9223372036854775808": wire.KindRange, "-9223372036854775809": wire.KindRange,
		"1e19": wire.KindRange, "1e400": wire.KindRange, `"0.5"`: wire.KindRange, `""`: wire.KindType, `"abc"`: wire.KindType, `"1 "`: wire.KindType, `"null"`: wire.KindType,
		`"0x1"`: wire.KindType, `"+1"`: wire.KindType, `"01"`: wire.KindType, "true": wire.KindType, "{}": wire.KindType, "[1]": wire.KindType, strings.Repeat("1", 65): wire.KindRange,
	} {
		for _, v := range []any{&struct{ N int64 }{}, &struct{ N *int64 }{}, &struct{ N int }{}, &struct{ N Count }{}} {
			err := wire.Decode([]byte(`{"N":`+in+`}`), v)
			assert.Equal(t, &wire.Error{Kind: kind, Offset: 5, Pointer: "/N"}, err, "%s into %T", in, v)
		}
	}
	var small struct{ N int32 }
	require.NoError(t, wire.Decode([]byte(`{"N":-2147483648}`), &small))
	require.Error(t, wire.Decode([]byte(`{"N":2147483648}`), &small))
	var named struct{ N Count }
	require.NoError(t, wire.Decode([]byte(`{"N":"1e4"}`), &named))
	require.Equal(t, Count(10000), named.N)
	require.Error(t, wire.Decode([]byte(`{"N":40000}`), &named))
}

// Count is an integer of its own type.
type Count int16
