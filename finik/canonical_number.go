package finik

import (
	"bytes"
	"math"
	"strconv"

	"github.com/payclients/payclients-go/internal/scan"
)

const (
	// exactDigits is how many significant digits always survive a double: no two
	// such numbers become the same one, so its shortest spelling has exactly
	// these digits.
	exactDigits = 15
	// exactPower limits the exponents for which that is true.
	exactPower = 300
	// plainDigits is how many digits an integer may have before JavaScript prints
	// an exponent.
	plainDigits = 21

	maxSafeInteger = "9007199254740991" // 2^53-1
)

// number prints the number at w.I as JavaScript does. A failure is in w.Err.
func (w *writer) number() {
	from := w.I
	text := w.Number()
	if w.Err != nil {
		return
	}
	if len(text) <= exactDigits && isInteger(text) {
		w.out = append(w.out, text...)
		return
	}
	n := readNumeral(text)
	if n.isExact() {
		w.out = n.append(w.out)
		return
	}
	// The only error is a range error, which shows as infinity.
	double, _ := strconv.ParseFloat(string(text), 64)
	if math.IsInf(double, 0) {
		if !w.received {
			w.I = from
			w.Fail("must not have numbers beyond the range of a double")
			return
		}
		w.out = append(w.out, "null"...)
		return
	}
	var room [32]byte
	printed := readNumeral(strconv.AppendFloat(room[:0], double, 'e', -1, 64))
	if !w.received && (n.cut || n.point != printed.point || !bytes.Equal(n.digits(), printed.digits())) {
		w.I = from
		w.Fail("must not have numbers that a double prints with other digits: send them as strings")
		return
	}
	if !w.received && n.isUnsafe() {
		w.I = from
		w.Fail("must not have integers beyond " + maxSafeInteger + ": send them as strings")
		return
	}
	w.out = printed.append(w.out)
}

// isInteger reports whether a number consists of digits only, with an optional
// minus, and is not -0.
func isInteger(text []byte) bool {
	for i, c := range text {
		if !scan.IsDigit(c) && (c != '-' || i > 0) {
			return false
		}
	}
	return text[0] != '-' || text[1] != '0'
}

// numeral is ±0.d1d2d3… × 10^point, without leading and trailing zeros. Zero has
// no digits.
type numeral struct {
	negative bool
	cut      bool // further digits did not fit into room
	count    int
	point    int64
	room     [24]byte
}

// readNumeral parses a number that follows JSON's grammar.
func readNumeral(text []byte) (n numeral) {
	i, zeros, fraction := 0, 0, false
	if text[0] == '-' {
		n.negative = true
		i++
	}
	for ; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '.':
			fraction = true
			continue
		case !scan.IsDigit(c):
			n.point += exponent(text[i+1:])
			return n
		case c == '0' && n.count == 0: // at the beginning
			if fraction {
				n.point--
			}
			continue
		case c == '0':
			zeros++
		default:
			for ; zeros > 0; zeros-- {
				n.add('0')
			}
			n.add(c)
		}
		if !fraction {
			n.point++
		}
	}
	return n
}

func (n *numeral) add(digit byte) {
	if n.cut = n.count == len(n.room); !n.cut {
		n.room[n.count] = digit
		n.count++
	}
}

func (n *numeral) digits() []byte { return n.room[:n.count] }

// exponent parses an exponent. Values beyond every double and every text length
// become 1e15.
func exponent(text []byte) int64 {
	const beyond = 1e15
	sign := int64(1)
	if text[0] == '-' || text[0] == '+' {
		if text[0] == '-' {
			sign = -1
		}
		text = text[1:]
	}
	n := int64(0)
	for _, c := range text {
		n = min(n*10+int64(c-'0'), beyond)
	}
	return sign * n
}

// isExact reports whether n, as a double, prints with the same digits.
func (n *numeral) isExact() bool {
	return n.count == 0 || n.count <= exactDigits && -exactPower < n.point && n.point < exactPower
}

// isUnsafe reports whether n is an integer that prints with all digits and whose
// double may also stand for its neighbours.
func (n *numeral) isUnsafe() bool {
	if n.point < int64(n.count) || n.point > plainDigits {
		return false
	}
	const length = int64(len(maxSafeInteger))
	return n.point > length || n.point == length && string(n.digits()) > maxSafeInteger
}

// append appends n as JavaScript's Number.prototype.toString prints it.
func (n *numeral) append(dst []byte) []byte {
	digits, point := n.digits(), n.point
	if len(digits) == 0 {
		return append(dst, '0')
	}
	if n.negative {
		dst = append(dst, '-')
	}
	switch {
	case int64(len(digits)) <= point && point <= plainDigits:
		return appendZeros(append(dst, digits...), point-int64(len(digits)))
	case 0 < point && point <= plainDigits:
		dst = append(dst, digits[:point]...)
		dst = append(dst, '.')
		return append(dst, digits[point:]...)
	case -6 < point && point <= 0:
		return append(appendZeros(append(dst, "0."...), -point), digits...)
	}
	dst = append(dst, digits[0])
	if len(digits) > 1 {
		dst = append(dst, '.')
		dst = append(dst, digits[1:]...)
	}
	dst = append(dst, 'e')
	if point > 0 {
		dst = append(dst, '+')
	}
	return strconv.AppendInt(dst, point-1, 10)
}

func appendZeros(dst []byte, n int64) []byte {
	for range n {
		dst = append(dst, '0')
	}
	return dst
}
