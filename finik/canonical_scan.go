package finik

import (
	"encoding/binary"
	"math/bits"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner reads the parts of a JSON text, strictly.
type scanner struct {
	body  []byte
	i     int        // of the next byte
	fault *textError // the first one
}

// textError says what is wrong with a JSON text and where, without quoting it.
type textError struct {
	rule   string
	offset int
	member string // of the object itself; "" is unknown
}

func (e *textError) Error() string {
	text := e.rule + " (at byte " + strconv.Itoa(e.offset)
	if e.member != "" {
		text += ", member " + e.member
	}
	return text + ")"
}

// The rules that odd bytes break. Elsewhere such bytes are U+FFFD, but what was
// signed with broken UTF-8 in it is unknown.
const (
	ruleUTF8 = "must be valid UTF-8"
	rulePair = "must not have half a surrogate pair"
)

// word reports whether name is an identifier of usual length. Other names may be
// data.
func word(name []byte) bool {
	for i, c := range name {
		if (c|0x20 < 'a' || c|0x20 > 'z') && c != '_' && (!isDigit(c) || i == 0) {
			return false
		}
	}
	return len(name) > 0 && len(name) <= 64
}

func (s *scanner) fail(rule string) {
	if s.fault == nil {
		s.fault = &textError{rule: rule, offset: s.i}
	}
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

func (s *scanner) literal(text string) {
	if len(s.body)-s.i < len(text) || string(s.body[s.i:s.i+len(text)]) != text {
		s.fail("must have a value here")
		return
	}
	s.i += len(text)
}

// numeral goes past a number and gives its text.
func (s *scanner) numeral() []byte {
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
	if s.i == from {
		s.fail("must have a value here")
	}
	return s.i > from
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

// text prints the text that is quoted at w.i, and gives it without quotes and
// escapes.
func (w *writer) text() []byte {
	w.i++
	from := w.i
	w.out = append(w.out, '"')
	start := len(w.out)
	w.plain()
	w.out = append(w.out, w.body[from:w.i]...)
	if w.next() == '"' {
		w.i++
		w.out = append(w.out, '"')
		return w.body[from : w.i-1]
	}
	for w.fault == nil {
		switch w.next() {
		case '"':
			w.i++
			w.out = append(w.out, '"')
			return unescaped(w.out[start : len(w.out)-1])
		case '\\':
			w.out = appendEscaped(w.out, w.escaped())
		default:
			w.fail("must have texts without control characters, in quotes")
		}
		from = w.i
		w.plain()
		w.out = append(w.out, w.body[from:w.i]...)
	}
	return nil
}

// escaped reads an escape sequence. Half a surrogate pair, which JavaScript can
// hold, is in callbacks only.
func (w *writer) escaped() rune {
	w.i++
	c := w.next()
	w.i++
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
		r, ok := w.hex(w.i)
		if !ok {
			break
		}
		w.i += 4
		if !utf16.IsSurrogate(r) {
			return r
		}
		if w.next() == '\\' && w.i+1 < len(w.body) && w.body[w.i+1] == 'u' {
			if low, ok := w.hex(w.i + 2); ok && utf16.DecodeRune(r, low) != utf8.RuneError {
				w.i += 6
				return utf16.DecodeRune(r, low)
			}
		}
		if !w.received {
			w.fail(rulePair)
		}
		return r
	}
	w.fail("must have known escape sequences only")
	return 0
}

// hex is the number of the four hexadecimal digits at i.
func (s *scanner) hex(i int) (r rune, ok bool) {
	if len(s.body)-i < 4 {
		return 0, false
	}
	for _, c := range s.body[i : i+4] {
		digit := c | 0x20
		switch {
		case isDigit(c):
			r = r<<4 | rune(c-'0')
		case 'a' <= digit && digit <= 'f':
			r = r<<4 | rune(digit-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// appendEscaped prints a character within a text as JSON.stringify does.
func appendEscaped(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	if r >= ' ' && !utf16.IsSurrogate(r) {
		return utf8.AppendRune(dst, r)
	}
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}

// unescaped undoes appendEscaped. Half a surrogate pair becomes the three bytes
// that UTF-8 has no use for.
func unescaped(text []byte) []byte {
	plain := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			plain = append(plain, text[i])
			continue
		}
		i++
		switch c := text[i]; c {
		case 'b':
			plain = append(plain, '\b')
		case 'f':
			plain = append(plain, '\f')
		case 'n':
			plain = append(plain, '\n')
		case 'r':
			plain = append(plain, '\r')
		case 't':
			plain = append(plain, '\t')
		case 'u':
			s := scanner{body: text}
			r, _ := s.hex(i + 1)
			i += 4
			if r < ' ' {
				plain = append(plain, byte(r)) //nolint:gosec // below 0x20
			} else {
				plain = append(plain, 0xE0|byte(r>>12), 0x80|byte(r>>6&0x3F), 0x80|byte(r&0x3F)) //nolint:gosec // below 0x10000
			}
		default:
			plain = append(plain, c)
		}
	}
	return plain
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
