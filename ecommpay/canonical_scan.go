package ecommpay

import (
	"strings"
	"unicode/utf8"

	"github.com/payclients/payclients-go/internal/scan"
)

// scanner reads the parts of a JSON text and unescapes its strings.
type scanner struct {
	scan.Scanner

	unescaped []byte // the last string that had escape sequences
}

// placeOf returns ", row N, member NAME" for a path, as far as the path consists
// of an index and a plain word. Other names are left out: they may be data.
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

// string reads the quoted string at s.I and returns it without escapes. The
// result is valid until the next call. A failure is in s.Err.
func (s *scanner) string() []byte {
	s.I++
	from := s.I
	if s.Plain(); s.Next() == '"' {
		s.I++
		return s.Body[from : s.I-1]
	}
	s.unescaped = append(s.unescaped[:0], s.Body[from:s.I]...)
	for s.Err == nil {
		switch s.Next() {
		case '"':
			s.I++
			return s.unescaped
		case '\\':
			s.unescaped = utf8.AppendRune(s.unescaped, s.Escaped(false))
		default:
			s.Fail("must have quoted strings without control characters")
		}
		from = s.I
		s.Plain()
		s.unescaped = append(s.unescaped, s.Body[from:s.I]...)
	}
	return nil
}
