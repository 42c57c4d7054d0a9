package finik

import (
	"unicode/utf16"
	"unicode/utf8"

	"github.com/payclients/payclients-go/internal/scan"
)

// text prints the quoted string at w.I and returns it without quotes and escapes.
// A failure is in w.Err.
func (w *writer) text() []byte {
	w.I++
	from := w.I
	w.out = append(w.out, '"')
	start := len(w.out)
	w.Plain()
	w.out = append(w.out, w.Body[from:w.I]...)
	if w.Next() == '"' {
		w.I++
		w.out = append(w.out, '"')
		return w.Body[from : w.I-1]
	}
	for w.Err == nil {
		switch w.Next() {
		case '"':
			w.I++
			w.out = append(w.out, '"')
			return unescaped(w.out[start : len(w.out)-1])
		case '\\':
			w.out = appendEscaped(w.out, w.Escaped(w.received))
		default:
			w.Fail("must have quoted strings without control characters")
		}
		from = w.I
		w.Plain()
		w.out = append(w.out, w.Body[from:w.I]...)
	}
	return nil
}

// appendEscaped appends a character of a string as JSON.stringify prints it.
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

// unescaped reverses appendEscaped. Half a surrogate pair becomes three bytes
// that are not valid UTF-8.
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
			s := scan.Scanner{Body: text}
			r, _ := s.Hex(i + 1)
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
