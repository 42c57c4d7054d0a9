package finik

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/payclients/payclients-go/internal/scan"
)

// CanonicalQuery gives the line of the text to sign that stands for a query:
// names in the order of their UTF-16 code units, escaped as JavaScript's
// encodeURI does, which leaves ; , / ? : @ & = + $ # and ! ~ * ' ( ) alone. It is
// "" without parameters, and then there is no such line.
//
// A name may have one value or none, which is an empty one. A second value, a
// percent sign (the service would decode it) and invalid UTF-8 are
// [ErrInvalidRequest].
func CanonicalQuery(q url.Values) (string, error) {
	line, err := appendQuery(nil, q, sendableFault, appendURI)
	return string(line), err
}

// EncodeQuery gives what goes on the wire for the query that CanonicalQuery
// signs, in the same order: everything but letters, digits and - . _ ~ is
// escaped, a blank as %20. It refuses what CanonicalQuery refuses.
func EncodeQuery(q url.Values) (string, error) {
	query, err := appendQuery(nil, q, sendableFault, appendComponent)
	return string(query), err
}

// appendQuery joins the parameters. A text that fault has nothing to say of is
// printed by escape.
func appendQuery(dst []byte, q url.Values, fault func(text string) string, escape func(dst []byte, text string) []byte) ([]byte, error) {
	names := make([]string, 0, len(q))
	for name, values := range q {
		if len(values) > 1 {
			return nil, invalid("query: must not have two values of one name")
		}
		rule := fault(name)
		if rule == "" && len(values) > 0 {
			rule = fault(values[0])
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

func sendableFault(text string) string {
	switch {
	case strings.Contains(text, "%"):
		return "must not have a percent sign"
	case !utf8.ValidString(text):
		return "must be valid UTF-8"
	}
	return ""
}

// receivedFault is about callbacks, whose sender takes percent signs for escapes.
func receivedFault(text string) string {
	_, rule := appendDecoded(nil, text, true)
	return rule
}

func appendReceived(dst []byte, text string) []byte {
	decoded, _ := appendDecoded(nil, text, true)
	return appendURI(dst, string(decoded))
}

// appendURI is JavaScript's encodeURI.
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

// appendComponent escapes all that may ever mean something in a query.
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

// reserved reports whether JavaScript's decodeURI leaves an escaped c as it is.
func reserved(c byte) bool {
	switch c {
	case ';', '/', '?', ':', '@', '&', '=', '+', '$', ',', '#':
		return true
	}
	return false
}

// appendDecoded is JavaScript's decodeURI. Without received it refuses escapes
// that servers are not of one mind about.
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

// escapedByte is the byte that is escaped at text[i].
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

// utf8Length is how many bytes a character has that begins with c.
func utf8Length(c byte) int {
	switch {
	case c >= 0xF0:
		return 4
	case c >= 0xE0:
		return 3
	}
	return 2
}
