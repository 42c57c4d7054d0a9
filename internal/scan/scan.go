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

// Scanner reads the JSON text Body from the index I on. To begin, the caller sets
// Body only. Methods skip bytes by moving I forward. A method that finds an error
// records it in Err, unless Err holds an error already. Methods do not look at Err
// before they begin: the caller checks Err and stops, because I and all results
// mean nothing after an error. A Scanner never changes Body. It is not safe for
// concurrent use.
type Scanner struct {
	Body []byte // the JSON text; results are slices of it
	I    int    // index of the next byte in Body, from 0 to len(Body)
	Err  *Error // the first error that a method found; nil if there is none
}

// Error says what is wrong with a JSON text and where, without quoting the text.
// A [Scanner] makes it.
type Error struct {
	Rule   string // what the text must be, for example RuleUTF8
	Offset int    // the number of bytes of Scanner.Body before the error
	Place  string // follows the offset in the message, for example ", member comment"; "" if unknown
}

// Error returns e.Rule, followed by e.Offset and e.Place in parentheses, for
// example "must be valid UTF-8 (at byte 7, member comment)". It does not quote the
// JSON text.
func (e *Error) Error() string {
	return e.Rule + " (at byte " + strconv.Itoa(e.Offset) + e.Place + ")"
}

// Values of [Error.Rule] for strings that are not valid Unicode. Scanner reads signed JSON.
// Unlike the package internal/wire, which reads other JSON, it never replaces invalid bytes
// by U+FFFD: after a replacement nobody knows which bytes the signature covers.
const (
	RuleUTF8 = "must be valid UTF-8"                 // the bytes of a string are not UTF-8
	RulePair = "must not have half a surrogate pair" // one \u sequence of a pair is missing, see Scanner.Escaped
)

// Other values of [Error.Rule]. Scanner.Comma has one more, and callers of Scanner.Fail may
// pass any string.
const (
	ruleValue  = "must have a value here"                // no valid number or literal
	ruleEscape = "must have known escape sequences only" // also for an incomplete one
)

// Fail stores in s.Err a new [Error] with the given rule and the offset s.I. If
// s.Err is not nil, Fail changes nothing. It always returns false, so that a
// caller can return the result of Fail.
func (s *Scanner) Fail(rule string) bool {
	if s.Err == nil {
		s.Err = &Error{Rule: rule, Offset: s.I}
	}
	return false
}

// Next returns the byte at s.I without moving. It returns 0 at the end of Body,
// and also for a NUL byte in Body. The caller need not tell these two cases apart:
// outside of a string, both are errors if more JSON must follow. Next records no
// error.
func (s *Scanner) Next() byte {
	if s.I < len(s.Body) {
		return s.Body[s.I]
	}
	return 0
}

// Spaces skips all spaces, tabs, line feeds and carriage returns from s.I on. If
// there are none, it does not move. It never records an error.
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

// Comma skips the comma at s.I and the whitespace after the comma, and returns
// true. If the byte at s.I is not a comma, or Body ends there, Comma records an
// error in s.Err, does not move, and returns false. An error that s.Err holds
// already stays.
func (s *Scanner) Comma() bool {
	if s.Next() != ',' {
		return s.Fail("must have a comma or a closing bracket here")
	}
	s.I++
	s.Spaces()
	return true
}

// Literal skips the bytes of the parameter literal at s.I. The caller passes
// "true", "false" or "null"; Literal does not check this. If other bytes stand at
// s.I, or the text ends before the literal ends, Literal calls [Scanner.Fail] and
// does not move. It does not check what follows.
func (s *Scanner) Literal(literal string) {
	if len(s.Body)-s.I < len(literal) || string(s.Body[s.I:s.I+len(literal)]) != literal {
		s.Fail(ruleValue)
		return
	}
	s.I += len(literal)
}

// Number skips the JSON number at s.I and returns its bytes, a slice of Body. If
// no valid number stands there, Number records an error in s.Err and returns nil;
// s.I may have moved. Number does not check what follows the number: for 01 it
// returns 0 and stops before the 1.
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

// Plain skips the bytes of a JSON string from s.I on. It stops before the first
// quote, backslash or control character, or at the end of Body; none of these is
// an error for Plain. If the skipped bytes are not valid UTF-8, Plain records an
// error of [RuleUTF8] in s.Err. The offset of the error is the first skipped byte.
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

// Escaped skips one escape sequence, such as \n or \u00e9, and returns its
// character. A backslash must stand at s.I; Escaped does not check this. Two \u
// sequences that form a surrogate pair are skipped together and are one character.
// An unknown or incomplete sequence is an error in s.Err.
//
// For a \u sequence that is only half of a surrogate pair, allowHalf decides:
//
//   - true: Escaped returns the half, a rune from U+D800 to U+DFFF. The rune is not valid but can occur in a JavaScript
//     string.
//   - false: Escaped records an error of [RulePair] in s.Err.
//
// After an error the result means nothing.
func (s *Scanner) Escaped(allowHalf bool) rune {
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
		return s.unit(allowHalf)
	}
	s.Fail(ruleEscape)
	return 0
}

// unit skips the four hexadecimal digits at s.I, which follow \u, and returns
// their character. There are four cases:
//
//   - The digits are missing. unit records an error in s.Err and returns 0.
//   - The digits are a character of their own. unit returns the character.
//   - The digits are the first half of a surrogate pair, and the \u sequence of the second half follows. unit skips
//     this sequence too and returns the character of the pair.
//   - The digits are a half alone. unit returns the half, a rune from U+D800 to U+DFFF. If allowHalf is false, unit
//     also records an error of [RulePair] in s.Err.
func (s *Scanner) unit(allowHalf bool) rune {
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
	if !allowHalf {
		s.Fail(RulePair)
	}
	return r
}

// Hex returns the number that the four hexadecimal digits at Body[i:i+4] spell,
// and true. Letters may be of either case. If Body has fewer than four bytes from
// i on, or one of the four is not such a digit, r is 0 and ok is false. i must not
// be negative. Hex does not move s.I and records no error.
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

// IsDigit reports whether c is one of the ASCII digits 0 to 9.
func IsDigit(c byte) bool { return '0' <= c && c <= '9' }

// IsWord reports whether an error may print name: 1 to 64 ASCII letters, digits
// and underscores, not beginning with a digit. For any other name, also "", IsWord
// returns false, because the name may be customer data.
func IsWord[T string | []byte](name T) bool {
	for i := range len(name) {
		if c := name[i]; (c|0x20 < 'a' || c|0x20 > 'z') && c != '_' && (!IsDigit(c) || i == 0) {
			return false
		}
	}
	return len(name) > 0 && len(name) <= 64
}
