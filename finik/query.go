package finik

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/payclients/payclients-go/internal/scan"
)

// CanonicalQuery returns the line for a query in the text to sign: name=value
// for each parameter, joined by &, in the order of the names' UTF-16 code
// units. Names and values are escaped as by JavaScript's encodeURI, which
// leaves ; , / ? : @ & = + $ # and ! ~ * ' ( ) alone. A name without a value is
// printed with an empty value. CanonicalQuery returns "" for no parameters or
// nil; the text to sign then has no such line. It does not change q.
//
// CanonicalQuery returns "" and [ErrInvalidRequest] for a name with two values,
// for a percent sign (the service would decode it), and for invalid UTF-8.
func CanonicalQuery(q url.Values) (string, error) {
	line, err := appendQuery(nil, q, sendableProblem, appendURI)
	return string(line), err
}

// EncodeQuery returns the query to send for what [CanonicalQuery] signs: the same
// parameters in the same order, without a question mark. Everything except
// letters, digits and - . _ ~ is escaped, a space as %20. It returns "" for no
// parameters or nil, and "" and [ErrInvalidRequest] where CanonicalQuery does.
func EncodeQuery(q url.Values) (string, error) {
	query, err := appendQuery(nil, q, sendableProblem, appendComponent)
	return string(query), err
}

// appendQuery appends the parameters, joined by & and written by escape. It
// returns ErrInvalidRequest with the rule that problem returns for a string.
func appendQuery(dst []byte, q url.Values, problem func(text string) string, escape func(dst []byte, text string) []byte) ([]byte, error) {
	names := make([]string, 0, len(q))
	for name, values := range q {
		if len(values) > 1 {
			return nil, invalid("query: must not have two values of one name")
		}
		rule := problem(name)
		if rule == "" && len(values) > 0 {
			rule = problem(values[0])
		}
		if rule != "" {
			return nil, invalid("query: " + rule)
		}
		names = append(names, name)
	}
	slices.SortFunc(names, compareUTF16[string])
	for i, name := range names {
		if i > 0 {
			dst = append(dst, '&')
		}
		dst = append(escape(dst, name), '=')
		if values := q[name]; len(values) > 0 {
			dst = escape(dst, values[0])
		}
	}
	return dst, nil
}

func sendableProblem(text string) string {
	switch {
	case strings.Contains(text, "%"):
		return "must not have a percent sign"
	case !utf8.ValidString(text):
		return "must be valid UTF-8"
	}
	return ""
}

// receivedProblem returns the rule that a string of a webhook request breaks, "" if
// none: its sender treats percent signs as escapes.
func receivedProblem(text string) string {
	_, rule := appendDecoded(nil, text, true)
	return rule
}

func appendReceived(dst []byte, text string) []byte {
	decoded, _ := appendDecoded(nil, text, true)
	return appendURI(dst, string(decoded))
}

// appendURI appends text as JavaScript's encodeURI escapes it.
func appendURI(dst []byte, text string) []byte {
	for i := range len(text) {
		switch c := text[i]; c {
		case ';', ',', '/', '?', ':', '@', '&', '=', '+', '$', '#', '!', '*', '\'', '(', ')':
			dst = append(dst, c)
		default:
			dst = appendByte(dst, c)
		}
	}
	return dst
}

// appendComponent appends text with every character escaped that may have a
// meaning in a query.
func appendComponent(dst []byte, text string) []byte {
	for i := range len(text) {
		dst = appendByte(dst, text[i])
	}
	return dst
}

func appendByte(dst []byte, c byte) []byte {
	switch {
	case scan.IsDigit(c), 'a' <= c|0x20 && c|0x20 <= 'z', c == '-', c == '.', c == '_', c == '~':
		return append(dst, c)
	}
	const hex = "0123456789ABCDEF"
	return append(dst, '%', hex[c>>4], hex[c&15])
}

// reserved reports whether JavaScript's decodeURI leaves an escaped c escaped.
func reserved(c byte) bool {
	switch c {
	case ';', '/', '?', ':', '@', '&', '=', '+', '$', ',', '#':
		return true
	}
	return false
}

// appendDecoded appends text as JavaScript's decodeURI decodes it, or returns the
// rule that text breaks. Without received it also refuses escapes that servers
// decode differently.
func appendDecoded(dst []byte, text string, received bool) ([]byte, string) {
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			dst = append(dst, text[i])
			continue
		}
		c, ok := escapedByte(text, i)
		if !ok {
			return nil, "must not have a percent sign without two hexadecimal digits"
		}
		switch {
		case c >= utf8.RuneSelf:
			start := len(dst)
			for n := utf8Length(c); len(dst)-start < n; i += 3 {
				if c, ok = escapedByte(text, i); !ok {
					break
				}
				dst = append(dst, c)
			}
			i--
			if r, size := utf8.DecodeRune(dst[start:]); r == utf8.RuneError && size < 3 || start+size != len(dst) {
				return nil, "must have valid UTF-8 behind its escapes"
			}
			continue
		case received && reserved(c):
			dst = append(dst, text[i:i+3]...)
		case !received && c == '%':
			return nil, "must not have an escaped percent sign"
		case !received && reserved(c):
			return nil, "must not have an escaped one of ;/?:@&=+$,#"
		default:
			dst = append(dst, c)
		}
		i += 2
	}
	return dst, ""
}

// escapedByte returns the byte escaped at text[i]; ok is false if text[i] does
// not begin an escape.
func escapedByte(text string, i int) (c byte, ok bool) {
	if len(text)-i < 3 || text[i] != '%' {
		return 0, false
	}
	for _, digit := range []byte(text[i+1 : i+3]) {
		switch letter := digit | 0x20; {
		case scan.IsDigit(digit):
			c = c<<4 | (digit - '0')
		case 'a' <= letter && letter <= 'f':
			c = c<<4 | (letter - 'a' + 10)
		default:
			return 0, false
		}
	}
	return c, true
}

// utf8Length returns the length in bytes of a character that begins with the byte
// c, which is at least 0x80.
func utf8Length(c byte) int {
	switch {
	case c >= 0xF0:
		return 4
	case c >= 0xE0:
		return 3
	}
	return 2
}
