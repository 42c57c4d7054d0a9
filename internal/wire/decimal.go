package wire

import (
	"math"
	"strconv"

	"github.com/govalues/decimal"
)

// Decimal reads a decimal number exactly or refuses it. It never rounds. The text
// must follow JSON's grammar for numbers, have at most 64 bytes, an exponent
// within ±19 and at most 19 significant digits. Zeros at the end of the fraction
// do not count as digits. The scale is kept as printed (100.00000000 has 8) as far
// as 19 digits allow. The error is an [*Error]: of KindType for a text that breaks
// the grammar, such as "", and of KindRange for a number beyond the limits. The
// result is then zero.
func Decimal(text string) (decimal.Decimal, error) {
	d, fault := parseDecimal(text)
	if fault != nil {
		own := *fault // the caller may keep it
		return decimal.Decimal{}, &own
	}
	return d, nil
}

// Faults without a place.
var (
	errType  = &Error{Kind: KindType}
	errRange = &Error{Kind: KindRange}
)

const (
	maxNumberLen = 64 // bytes, checked before anything is computed
	maxExponent  = 19
)

// number is ±coef / 10^scale, with at most 19 digits in coef and a scale from 0
// to 19.
type number struct {
	neg   bool
	coef  uint64
	scale int
}

func parseDecimal[T ~string | ~[]byte](text T) (decimal.Decimal, *Error) {
	n, fault := parseNumber(text)
	if fault != nil {
		return decimal.Decimal{}, fault
	}
	return n.decimal(), nil
}

// parseNumber reads all of text by JSON's grammar for numbers: -? (0 |
// [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?. The error is nil, errType if the
// text breaks the grammar, or errRange if the number is beyond the limits of
// Decimal.
func parseNumber[T ~string | ~[]byte](text T) (number, *Error) {
	var n number
	if len(text) > maxNumberLen {
		return n, errRange
	}
	var buf [maxNumberLen + maxExponent]byte // the digits without point
	digits := buf[:0]
	i := 0
	if i < len(text) && text[i] == '-' {
		n.neg = true
		i++
	}
	start := i
	for ; i < len(text) && isDigit(text[i]); i++ {
		digits = append(digits, text[i])
	}
	if i == start || i-start > 1 && text[start] == '0' {
		return n, errType
	}
	if i < len(text) && text[i] == '.' {
		i++
		start = i
		for ; i < len(text) && isDigit(text[i]); i++ {
			digits = append(digits, text[i])
		}
		if n.scale = i - start; n.scale == 0 {
			return n, errType
		}
	}
	if i < len(text) {
		exp, fault := parseExponent(text[i:])
		if fault != nil {
			return n, fault
		}
		n.scale -= exp
	}
	return n.fit(digits)
}

// parseExponent reads all of text, which must not be empty, as an exponent such as
// e-7. It returns the exponent, from -19 to 19. The error is errType for a text
// that is not an exponent, and errRange for every larger exponent, even if the
// exponent has thousands of digits.
func parseExponent[T ~string | ~[]byte](text T) (int, *Error) {
	if text[0] != 'e' && text[0] != 'E' {
		return 0, errType
	}
	i, sign := 1, 1
	if i < len(text) && (text[i] == '+' || text[i] == '-') {
		if text[i] == '-' {
			sign = -1
		}
		i++
	}
	if i == len(text) {
		return 0, errType
	}
	exp := 0
	for ; i < len(text); i++ {
		if !isDigit(text[i]) {
			return 0, errType
		}
		exp = min(exp*10+int(text[i]-'0'), maxExponent+1)
	}
	if exp > maxExponent {
		return 0, errRange
	}
	return sign * exp, nil
}

// fit returns n with its coefficient. n has its sign and its scale already. digits
// holds all digits without the point; zeros at its start do not count. fit removes
// zeros at the end of the fraction only if the number would not fit with them. It
// returns errRange if the number does not fit even without them.
func (n number) fit(digits []byte) (number, *Error) {
	for len(digits) > 0 && digits[0] == '0' {
		digits = digits[1:]
	}
	if len(digits) == 0 {
		n.scale = min(max(n.scale, 0), decimal.MaxScale)
		return n, nil
	}
	for ; n.scale < 0; n.scale++ {
		digits = append(digits, '0')
	}
	for len(digits) > decimal.MaxPrec || n.scale > decimal.MaxScale {
		if n.scale == 0 || digits[len(digits)-1] != '0' {
			return n, errRange
		}
		digits = digits[:len(digits)-1]
		n.scale--
	}
	for _, c := range digits {
		n.coef = n.coef*10 + uint64(c-'0')
	}
	return n, nil
}

// decimal returns n as a decimal.Decimal. It never fails: the digits and the scale
// of a number always fit.
func (n number) decimal() decimal.Decimal {
	if n.coef <= math.MaxInt64 {
		v := int64(n.coef)
		if n.neg {
			v = -v
		}
		return decimal.MustNew(v, n.scale)
	}
	// The constructors take no more than an int64; the parser takes all 19 digits.
	digits := strconv.FormatUint(n.coef, 10)
	point := len(digits) - n.scale
	d := decimal.MustParse(digits[:point] + "." + digits[point:])
	if n.neg {
		d = d.Neg()
	}
	return d
}

// int64 returns n as an integer. It returns errRange if n has a fraction other
// than zero, or does not fit into an int64.
func (n number) int64() (int64, *Error) {
	for ; n.scale > 0; n.scale-- {
		if n.coef%10 != 0 {
			return 0, errRange
		}
		n.coef /= 10
	}
	switch {
	case n.coef <= math.MaxInt64 && n.neg:
		return -int64(n.coef), nil
	case n.coef <= math.MaxInt64:
		return int64(n.coef), nil
	case n.neg && n.coef == -math.MinInt64:
		return math.MinInt64, nil
	}
	return 0, errRange
}

func isDigit(c byte) bool {
	return '0' <= c && c <= '9'
}
