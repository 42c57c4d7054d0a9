// Package scan reads the parts of a JSON text, strictly and without copying.
// ecommpay and finik use it to make the canonical texts that they sign:
// misreading a text would sign something else than was sent.
package scan

import (
	"encoding/binary"
	"math/bits"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Scanner reads Body from I on. After a fault it does not move any further. It is
// not safe for concurrent use.
type Scanner struct {
	Body  []byte
	I     int    // offset of the next byte
	Fault *Error // the first one; nil if there is none
}

// Error says what is wrong with a JSON text and where, without quoting the text.
type Error struct {
	Rule   string
	Offset int
	Place  string // for example ", member comment"; "" if unknown
}

// Error returns a text with the rule, the offset and the place. It does not quote
// the JSON text.
func (e *Error) Error() string {
	return e.Rule + " (at byte " + strconv.Itoa(e.Offset) + e.Place + ")"
}

// The rules that odd bytes break. In texts that are not signed such bytes become
// U+FFFD, but which bytes a signature covered is then unknown.
const (
	RuleUTF8 = "must be valid UTF-8"
	RulePair = "must not have half a surrogate pair"
)

const (
	ruleValue  = "must have a value here"
	ruleEscape = "must have known escape sequences only"
)

// Fail records that the next byte breaks rule, unless s has a fault already. It
// always returns false.
func (s *Scanner) Fail(rule string) bool {
	if s.Fault == nil {
		s.Fault = &Error{Rule: rule, Offset: s.I}
	}
	return false
}

// Next returns the next byte without moving, or 0 at the end. A 0 is not valid in
// JSON.
func (s *Scanner) Next() byte {
	if s.I < len(s.Body) {
		return s.Body[s.I]
	}
	return 0
}

// Spaces skips whitespace, if there is any.
func (s *Scanner) Spaces() {
	for s.I < len(s.Body) {
		switch s.Body[s.I] {
		case ' ', '\n', '\r', '\t':
			s.I++
		default:
			return
		}
	}
}

// Comma skips a comma and the whitespace after it, and returns true. If the next
// byte is not a comma, it records a fault, does not move, and returns false.
func (s *Scanner) Comma() bool {
	if s.Next() != ',' {
		return s.Fail("must have a comma or a closing bracket here")
	}
	s.I++
	s.Spaces()
	return true
}

// Literal skips text, which is "true", "false" or "null". It records a fault and
// does not move if something else is there.
func (s *Scanner) Literal(text string) {
	if len(s.Body)-s.I < len(text) || string(s.Body[s.I:s.I+len(text)]) != text {
		s.Fail(ruleValue)
		return
	}
	s.I += len(text)
}

// Number skips a number and returns its bytes, a slice of Body. If the next bytes
// are not a valid number, it records a fault and returns nil.
func (s *Scanner) Number() []byte {
	from := s.I
	if s.Next() == '-' {
		s.I++
	}
	if s.Next() == '0' {
		s.I++
	} else if !s.digits() {
		return nil
	}
	if s.Next() == '.' {
		if s.I++; !s.digits() {
			return nil
		}
	}
	if s.Next()|0x20 == 'e' {
		if s.I++; s.Next() == '+' || s.Next() == '-' {
			s.I++
		}
		if !s.digits() {
			return nil
		}
	}
	return s.Body[from:s.I]
}

func (s *Scanner) digits() bool {
	from := s.I
	for IsDigit(s.Next()) {
		s.I++
	}
	return s.I > from || s.Fail(ruleValue)
}

// Plain skips the characters of a string that are not escaped, up to a quote, a
// backslash, a control character or the end. It records a fault if they are not
// valid UTF-8. It reads eight bytes at a time.
func (s *Scanner) Plain() {
	const low, high = 0x0101010101010101, 0x8080808080808080
	b, i, all := s.Body, s.I, uint64(0)
	for ; len(b)-i >= 8; i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		quote, slash := w^(low*'"'), w^(low*'\\')
		// The lowest byte marked is right: a borrow marks wrongly only bytes
		// above it.
		if m := ((w-low*' ')&^w | (quote-low)&^quote | (slash-low)&^slash) & high; m != 0 {
			n := bits.TrailingZeros64(m) / 8
			all |= w & (1<<(8*n) - 1)
			i += n
			break
		}
		all |= w
	}
	for i < len(b) && b[i] >= ' ' && b[i] != '"' && b[i] != '\\' {
		all |= uint64(b[i])
		i++
	}
	if all&high != 0 && !utf8.Valid(b[s.I:i]) {
		s.Fail(RuleUTF8)
	}
	s.I = i
}

// Escaped skips the escape sequence at the next byte, a backslash, and returns its
// character. Half a surrogate pair, which a JavaScript string can hold, is
// returned as it is if half is true; otherwise it is a fault. After a fault the
// result means nothing.
func (s *Scanner) Escaped(half bool) rune {
	s.I++
	c := s.Next()
	s.I++
	switch c {
	case '"', '\\', '/':
		return rune(c)
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'u':
		return s.unit(half)
	}
	s.Fail(ruleEscape)
	return 0
}

// unit reads the four digits after \u, and the second half of a surrogate pair if
// it follows. It returns the character. Half a pair is returned as it is if half
// is true; otherwise it is a fault.
func (s *Scanner) unit(half bool) rune {
	r, ok := s.Hex(s.I)
	if !ok {
		s.Fail(ruleEscape)
		return 0
	}
	s.I += 4
	if !utf16.IsSurrogate(r) {
		return r
	}
	if s.Next() == '\\' && s.I+1 < len(s.Body) && s.Body[s.I+1] == 'u' {
		if other, ok := s.Hex(s.I + 2); ok && utf16.DecodeRune(r, other) != utf8.RuneError {
			s.I += 6
			return utf16.DecodeRune(r, other)
		}
	}
	if !half {
		s.Fail(RulePair)
	}
	return r
}

// Hex returns the number in the four hexadecimal digits at the index i of Body.
// Letter case does not matter. r is 0 and ok is false if not all four digits are
// there. Hex does not move.
func (s *Scanner) Hex(i int) (r rune, ok bool) {
	if len(s.Body)-i < 4 {
		return 0, false
	}
	for _, c := range s.Body[i : i+4] {
		digit := c | 0x20
		switch {
		case IsDigit(c):
			r = r<<4 | rune(c-'0')
		case 'a' <= digit && digit <= 'f':
			r = r<<4 | rune(digit-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// IsDigit reports whether c is an ASCII decimal digit.
func IsDigit(c byte) bool { return '0' <= c && c <= '9' }

// IsWord reports whether name is an identifier that an error may print: 1 to 64
// ASCII letters, digits and underscores, not beginning with a digit. Other names
// may be data.
func IsWord[T string | []byte](name T) bool {
	for i := range len(name) {
		if c := name[i]; (c|0x20 < 'a' || c|0x20 > 'z') && c != '_' && (!IsDigit(c) || i == 0) {
			return false
		}
	}
	return len(name) > 0 && len(name) <= 64
}
