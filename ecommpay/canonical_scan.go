package ecommpay

import (
	"encoding/binary"
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner reads the parts of a JSON text, strictly.
type scanner struct {
	body      []byte
	i         int        // of the next byte
	fault     *textError // the first one
	unescaped []byte     // the last text that had escape sequences
}

// textError says what is wrong with a JSON text and where, without quoting it.
type textError struct {
	rule   string
	offset int
	place  string // ", row 3, member payment_description"; "" is unknown
}

func (e *textError) Error() string {
	return e.rule + " (at byte " + strconv.Itoa(e.offset) + e.place + ")"
}

// The rules that odd bytes break. Elsewhere such bytes are U+FFFD, but what was
// signed with them in it is unknown.
const (
	ruleUTF8 = "must be valid UTF-8"
	rulePair = "must not have half a surrogate pair"
)

// placeOf names the row and the member that a path leads to, as far as they are an
// index and plain words: other names may be data.
func placeOf(path []byte) string {
	parts, text := strings.Split(string(path), ":"), ""
	if len(parts) > 1 && number(parts[1]) {
		text, parts = ", row "+parts[1], parts[2:]
	}
	if len(parts) > 0 && word(parts[0]) {
		text += ", member " + parts[0]
	}
	return text
}

// word reports whether name is an identifier of usual length.
func word(name string) bool {
	for i := range len(name) {
		if c := name[i]; (c|0x20 < 'a' || c|0x20 > 'z') && c != '_' && (!isDigit(c) || i == 0) {
			return false
		}
	}
	return name != "" && len(name) <= 64
}

func (s *scanner) fail(rule string) bool {
	if s.fault == nil {
		s.fault = &textError{rule: rule, offset: s.i}
	}
	return false
}

// next is the next byte, or 0, which is valid nowhere, at the end.
func (s *scanner) next() byte {
	if s.i < len(s.body) {
		return s.body[s.i]
	}
	return 0
}

func (s *scanner) blanks() {
	for s.i < len(s.body) {
		switch s.body[s.i] {
		case ' ', '\n', '\r', '\t':
			s.i++
		default:
			return
		}
	}
}

func (s *scanner) comma() bool {
	if s.next() != ',' {
		return s.fail("must have a comma or a closing bracket here")
	}
	s.i++
	s.blanks()
	return true
}

func (s *scanner) literal(text string) {
	if len(s.body)-s.i < len(text) || string(s.body[s.i:s.i+len(text)]) != text {
		s.fail("must have a value here")
		return
	}
	s.i += len(text)
}

func (s *scanner) number() []byte {
	from := s.i
	if s.next() == '-' {
		s.i++
	}
	if s.next() == '0' {
		s.i++
	} else if !s.digits() {
		return nil
	}
	if s.next() == '.' {
		if s.i++; !s.digits() {
			return nil
		}
	}
	if s.next()|0x20 == 'e' {
		if s.i++; s.next() == '+' || s.next() == '-' {
			s.i++
		}
		if !s.digits() {
			return nil
		}
	}
	return s.body[from:s.i]
}

func (s *scanner) digits() bool {
	from := s.i
	for isDigit(s.next()) {
		s.i++
	}
	return s.i > from || s.fail("must have a value here")
}

// string reads the text that is quoted at s.i. It is valid until the next one.
func (s *scanner) string() []byte {
	s.i++
	from := s.i
	if s.plain(); s.next() == '"' {
		s.i++
		return s.body[from : s.i-1]
	}
	s.unescaped = append(s.unescaped[:0], s.body[from:s.i]...)
	for s.fault == nil {
		switch s.next() {
		case '"':
			s.i++
			return s.unescaped
		case '\\':
			s.unescaped = utf8.AppendRune(s.unescaped, s.escaped())
		default:
			s.fail("must have texts without control characters, in quotes")
		}
		from = s.i
		s.plain()
		s.unescaped = append(s.unescaped, s.body[from:s.i]...)
	}
	return nil
}

// plain goes past what stands for itself in a text, eight bytes at a time.
func (s *scanner) plain() {
	const low, high = 0x0101010101010101, 0x8080808080808080
	b, i, all := s.body, s.i, uint64(0)
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
	if all&high != 0 && !utf8.Valid(b[s.i:i]) {
		s.fail(ruleUTF8)
	}
	s.i = i
}

// escaped reads an escape sequence.
func (s *scanner) escaped() rune {
	s.i++
	c := s.next()
	s.i++
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
		r := s.hex()
		if !utf16.IsSurrogate(r) {
			return r
		}
		if s.next() == '\\' {
			if s.i++; s.next() == 'u' {
				s.i++
				r = utf16.DecodeRune(r, s.hex())
			}
		}
		if utf16.IsSurrogate(r) || r == utf8.RuneError {
			s.fail(rulePair)
		}
		return r
	}
	s.fail("must have known escape sequences only")
	return 0
}

// hex reads four hexadecimal digits.
func (s *scanner) hex() rune {
	if len(s.body)-s.i < 4 {
		s.fail("must have known escape sequences only")
		return 0
	}
	r, err := strconv.ParseUint(string(s.body[s.i:s.i+4]), 16, 16)
	if err != nil {
		s.fail("must have known escape sequences only")
	}
	s.i += 4
	return rune(r)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
