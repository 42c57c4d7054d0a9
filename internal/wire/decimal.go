package wire

import (
	"math"
	"strconv"

	"github.com/govalues/decimal"
)

// Decimal returns the value of text, a decimal number. It never rounds. text must
// follow JSON's grammar for numbers: "", whitespace and a plus sign are refused.
// The limits are:
//
//   - text has at most 64 bytes.
//   - The exponent after e is from -19 to 19.
//   - The number has at most 19 significant digits and 19 decimal places. Zeros at the start, and zeros at the end of
//     the fraction, do not count here.
//
// The result has as many decimal places as text: 100.00000000 has 8, and 15e-3 has
// 3. If the places do not fit the limits, Decimal leaves out zeros at the end of
// the fraction.
//
// The error is an [*Error] with the Offset 0 and the Pointer "", and the result is
// then zero. A text longer than 64 bytes is always of KindRange. A shorter text is
// of KindType if it breaks the grammar, and of KindRange if it is beyond another
// limit.
func Decimal(text string) (decimal.Decimal, error) {
	d, err := parseDecimal(text)
	if err != nil {
		own := *err // the caller may keep it
		return decimal.Decimal{}, &own
	}
	return d, nil
}

// errType and errRange are the errors of the functions that parse a text, such as
// parseNumber. Their Offset is 0 and their Pointer is "". All calls return the same two
// errors: callers copy an error and must not change it.
var (
	errType  = &Error{Kind: KindType}  // the text is not a number
	errRange = &Error{Kind: KindRange} // the number is beyond the limits
)

// Limits of a number that [Decimal] accepts.
const (
	maxNumberLen = 64 // bytes of the text; this limit is checked first
	maxExponent  = 19 // the exponent after e must be from -19 to 19
)

// number is the value coef / 10^scale, with a minus sign if neg is true. The zero
// value of the struct is 0. parseNumber makes a number.
type number struct {
	neg   bool   // there is a minus sign, also for -0
	coef  uint64 // at most 19 decimal digits
	scale int    // digits of the fraction, from 0 to 19; before number.fit perhaps below or above
}

func parseDecimal[T ~string | ~[]byte](text T) (decimal.Decimal, *Error) {
	n, err := parseNumber(text)
	if err != nil {
		return decimal.Decimal{}, err
	}
	return n.decimal(), nil
}

// parseNumber reads all of text by JSON's grammar for numbers: -? (0 |
// [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?. It returns the number and nil, or
// a number that means nothing and one of these errors, checked in this order:
//
//   - errRange: text is longer than 64 bytes.
//   - errType: text breaks the grammar, as "" does.
//   - errRange: the number is beyond the limits of [Decimal].
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
		exp, err := parseExponent(text[i:])
		if err != nil {
			return n, err
		}
		n.scale -= exp
	}
	return n.fit(digits)
}

// parseExponent reads all of text as an exponent: it returns -7 for e-7, and 19
// for E19. text must not be empty: "" panics. With an error the result is 0. The
// error is errType if text is not an exponent. It is errRange if the exponent is
// below -19 or above 19; text may have any number of digits.
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

// fit returns a copy of n with the value of text and a scale from 0 to 19. text
// holds all digits of the number without the point. Zeros at its start do not
// count. n.neg and n.scale must be set, and n.coef must be 0. fit may write into
// the spare capacity of text.
//
// For a negative n.scale fit appends zeros to text. A number with more than 19
// digits, or with a scale above 19, loses zeros at the end of its fraction until
// it fits. If the number does not fit without rounding, the error is errRange, and
// the returned number means nothing.
func (n number) fit(text []byte) (number, *Error) {
	for len(text) > 0 && text[0] == '0' {
		text = text[1:]
	}
	if len(text) == 0 {
		n.scale = min(max(n.scale, 0), decimal.MaxScale)
		return n, nil
	}
	for ; n.scale < 0; n.scale++ {
		text = append(text, '0')
	}
	for len(text) > decimal.MaxPrec || n.scale > decimal.MaxScale {
		if n.scale == 0 || text[len(text)-1] != '0' {
			return n, errRange
		}
		text = text[:len(text)-1]
		n.scale--
	}
	for _, c := range text {
		n.coef = n.coef*10 + uint64(c-'0')
	}
	return n, nil
}

// decimal returns n as a decimal.Decimal with the scale of n. n must come from
// parseNumber without an error: decimal then never fails. Minus zero becomes zero.
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

// int64 returns n as an int64. A fraction of zeros, as in 10.0, is dropped. If n
// has any other fraction or does not fit into an int64, the result is 0 and the
// error is errRange.
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
