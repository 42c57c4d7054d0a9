package ecommpay

import (
	"strings"
	"unicode/utf8"

	"github.com/payclients/payclients-go/internal/scan"
)

// scanner reads the parts of a JSON text, and texts without their escapes.
type scanner struct {
	scan.Scanner

	unescaped []byte // the last text that had escape sequences
}

// placeOf names the row and the member that a path leads to, as far as they are an
// index and plain words: other names may be data.
func placeOf(path []byte) string {
	parts, text := strings.Split(string(path), ":"), ""
	if len(parts) > 1 && number(parts[1]) {
		text, parts = ", row "+parts[1], parts[2:]
	}
	if len(parts) > 0 && scan.IsWord(parts[0]) {
		text += ", member " + parts[0]
	}
	return text
}

// string reads the text that is quoted at s.I. It is valid until the next one.
func (s *scanner) string() []byte {
	s.I++
	from := s.I
	if s.Plain(); s.Next() == '"' {
		s.I++
		return s.Body[from : s.I-1]
	}
	s.unescaped = append(s.unescaped[:0], s.Body[from:s.I]...)
	for s.Fault == nil {
		switch s.Next() {
		case '"':
			s.I++
			return s.unescaped
		case '\\':
			s.unescaped = utf8.AppendRune(s.unescaped, s.Escaped(false))
		default:
			s.Fail("must have texts without control characters, in quotes")
		}
		from = s.I
		s.Plain()
		s.unescaped = append(s.unescaped, s.Body[from:s.I]...)
	}
	return nil
}
