package wire

import (
	"encoding/binary"
	"math/bits"
)

// maxDepth is the largest number of arrays and objects that may lie within one
// another: [[]] has two levels. A text with more levels is refused. encoding/json
// has the same limit.
const maxDepth = 10_000

// skipValue checks the JSON value at data[i]; whitespace before the value is
// skipped. It returns the index behind the value and true. If the value is not
// valid, or the data ends before or within it, it returns the index of the error
// and false. depth is the number of arrays and objects around the value: more than
// maxDepth levels in all are an error too. Names that repeat and invalid UTF-8 are
// not errors here.
func skipValue(data []byte, i, depth int) (int, bool) {
	open := make([]byte, 0, 64) // what is open: '{' or '['
	var needName, ok bool
	for {
		if i = skipSpace(data, i); i == len(data) {
			return i, false
		}
		if needName {
			if i, ok = skipName(data, i); !ok {
				return i, false
			}
		}
		switch c := data[i]; c {
		case '{', '[':
			if depth+len(open) == maxDepth {
				return i, false
			}
			open = append(open, c)
			i = skipSpace(data, i+1)
			if i == len(data) {
				return i, false
			}
			if data[i] != c+2 { // '}' is '{'+2 and ']' is '['+2
				needName = c == '{'
				continue
			}
			open = open[:len(open)-1]
			i++
		default:
			if i, ok = skipScalar(data, i); !ok {
				return i, false
			}
		}
		if i, ok = skipClosing(data, i, &open); !ok || len(open) == 0 {
			return i, ok
		}
		needName = open[len(open)-1] == '{'
	}
}

// skipClosing skips whitespace and closing brackets behind a value. i is the index
// behind the value. *open holds the opening brackets around the value, the
// innermost last. skipClosing removes from *open each bracket that is closed. It
// stops in four cases:
//
//   - *open is empty from the start. skipClosing skips nothing, and returns i and true.
//   - *open becomes empty. skipClosing returns the index behind the bracket that closed last, and true. It does not
//     skip a comma or whitespace behind this bracket.
//   - A comma comes while *open is not empty. skipClosing returns the index behind the comma and true.
//   - The data ends, or another byte comes than a comma or the closing bracket that fits, while *open is not empty.
//     skipClosing returns the index of this error and false.
func skipClosing(data []byte, i int, open *[]byte) (int, bool) {
	for len(*open) > 0 {
		i = skipSpace(data, i)
		if i == len(data) {
			return i, false
		}
		last := len(*open) - 1
		switch data[i] {
		case ',':
			return i + 1, true
		case (*open)[last] + 2:
			*open = (*open)[:last]
			i++
		default:
			return i, false
		}
	}
	return i, true
}

// skipName skips the member name at i, the colon, and the whitespace around the
// colon. It returns the index of the first byte of the value and true. If no valid
// name and colon stand there, or the data ends before the value, it returns the
// index of the error and false. i must be less than len(data). The value is not
// checked.
func skipName(data []byte, i int) (int, bool) {
	if data[i] != '"' {
		return i, false
	}
	i, ok := skipString(data, i)
	if !ok {
		return i, false
	}
	if i = skipSpace(data, i); i == len(data) || data[i] != ':' {
		return i, false
	}
	i = skipSpace(data, i+1)
	return i, i < len(data)
}

func skipScalar(data []byte, i int) (int, bool) {
	switch data[i] {
	case '"':
		return skipString(data, i)
	case 't':
		return skipLiteral(data, i, "true")
	case 'f':
		return skipLiteral(data, i, "false")
	case 'n':
		return skipLiteral(data, i, "null")
	}
	return skipNumber(data, i)
}

func skipString(data []byte, i int) (int, bool) {
	for i++; i < len(data); i++ {
		if i, _ = skipPlain(data, i); i == len(data) {
			break
		}
		switch c := data[i]; {
		case c == '"':
			return i + 1, true
		case c == '\\':
			i++
			if i == len(data) {
				return i, false
			}
			switch data[i] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			case 'u':
				for range 4 {
					if i++; i == len(data) || !isHex(data[i]) {
						return i, false
					}
				}
			default:
				return i, false
			}
		case c < ' ':
			return i, false
		}
	}
	return i, false
}

// skipPlain finds the end of the bytes of a JSON string that need no decoding,
// from i on. It reads eight bytes at a time. end is the index of the first quote,
// backslash or control character, or len(data) if there is none. ascii reports
// whether all bytes in data[i:end] are ASCII. If not, they may be invalid UTF-8:
// skipPlain does not check this.
func skipPlain(data []byte, i int) (end int, ascii bool) {
	const low, high = 0x0101010101010101, 0x8080808080808080
	all := uint64(0)
	for ; len(data)-i >= 8; i += 8 {
		w := binary.LittleEndian.Uint64(data[i:])
		quote, slash := w^(low*'"'), w^(low*'\\')
		// The lowest byte marked is right: a borrow marks wrongly only bytes
		// above it.
		if m := ((w-low*' ')&^w | (quote-low)&^quote | (slash-low)&^slash) & high; m != 0 {
			n := bits.TrailingZeros64(m) &^ 7
			return i + n/8, (all|w&(1<<n-1))&high == 0
		}
		all |= w
	}
	for ; i < len(data) && data[i] != '"' && data[i] != '\\' && data[i] >= ' '; i++ {
		all |= uint64(data[i])
	}
	return i, all&high == 0
}

func skipLiteral(data []byte, i int, literal string) (int, bool) {
	if len(data)-i < len(literal) || string(data[i:i+len(literal)]) != literal {
		return i, false
	}
	return i + len(literal), true
}

func skipNumber(data []byte, i int) (int, bool) {
	if data[i] == '-' {
		i++
	}
	if i < len(data) && data[i] == '0' {
		i++
	} else if end := skipDigits(data, i); end > i {
		i = end
	} else {
		return i, false
	}
	if i < len(data) && data[i] == '.' {
		end := skipDigits(data, i+1)
		if end == i+1 {
			return end, false
		}
		i = end
	}
	if i < len(data) && (data[i] == 'e' || data[i] == 'E') {
		i++
		if i < len(data) && (data[i] == '+' || data[i] == '-') {
			i++
		}
		end := skipDigits(data, i)
		if end == i {
			return i, false
		}
		i = end
	}
	return i, true
}

func skipDigits(data []byte, i int) int {
	for i < len(data) && isDigit(data[i]) {
		i++
	}
	return i
}

func skipSpace(data []byte, i int) int {
	for i < len(data) && data[i] <= ' ' && (data[i] == ' ' || data[i] == '\n' || data[i] == '\r' || data[i] == '\t') {
		i++
	}
	return i
}

func isHex(c byte) bool {
	return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f'
}
