package finik

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/payclients/payclients-go/internal/scan"
	"github.com/payclients/payclients-go/internal/wire"
)

// Message is a request as far as its signature covers it. It signs requests that
// this package has no method for, and checks callbacks, see [Webhook] for the
// latter. Printing it shows method and path only.
type Message struct {
	Method string
	// Host is the value of the header of that name, with the port where the
	// header has one. It counts as it is spelled.
	Host string
	// Path is that of the wire, escaped ([url.URL.EscapedPath]), without a query.
	Path string
	// Query has one value a name; on the wire it is spelled by [EncodeQuery].
	Query url.Values
	// Header is all headers; those whose names begin with x-api-, in any case,
	// are signed.
	Header http.Header
	// Body is a JSON object; empty where there is none.
	Body []byte
}

// Text gives the text to sign: lines of the method, the decoded path, the host
// with the x-api headers, the query if there is one, and the body as
// [CanonicalJSON] spells it. The signature holds only if these bytes of the body
// are sent.
//
// [ErrInvalidRequest] is what CanonicalJSON and [CanonicalQuery] refuse; a method
// that is no word; an empty host; a path that does not begin with a slash (an
// empty one may), has an escaped percent sign or one of ;/?:@&=+$,# escaped; and
// an x-api header with other characters in its name than letters, digits and
// hyphens, with a second spelling, or with other than one value, which must not
// begin or end with a blank.
func (m Message) Text() ([]byte, error) { return m.text(false) }

// ReceivedText gives the text that a callback's signature is over. It is that of
// Text with the body as the sender printed it: objects within keep their order.
// Whatever JavaScript reads is printed as it prints it: 10.0 is 10, an integer
// beyond a double is rounded, half a surrogate pair is an escape sequence in lower
// case. A byte order mark at the start of the body is skipped.
//
// [ErrInvalidRequest] is a body that is neither an object, an array nor null, is
// invalid JSON or UTF-8, nested more than 1,000 deep, or has a name twice in one
// object;
// a path or a query that cannot be decoded; and an x-api header or a parameter
// with two values. Names outside ASCII in the object itself are put behind the
// others, by code point, which is not what every locale does.
func (m Message) ReceivedText() ([]byte, error) { return m.text(true) }

// String names the request by method and path.
func (m Message) String() string { return "finik message " + m.Method + " " + m.Path }

func (m Message) text(received bool) ([]byte, error) {
	dst := make([]byte, 0, 256+len(m.Path)+len(m.Body)+len(m.Body)/8)
	for _, c := range []byte(m.Method) {
		if c |= 0x20; c < 'a' || c > 'z' {
			return nil, invalid("method: must be a word")
		}
		dst = append(dst, c)
	}
	if m.Method == "" {
		return nil, invalid("method: must not be empty")
	}
	dst = append(dst, '\n')
	if rule := pathFault(m.Path); rule != "" {
		return nil, invalid("path: " + rule)
	}
	start := len(dst)
	dst, rule := appendDecoded(dst, m.Path, received)
	if rule == "" && hasControl(dst[start:]) {
		rule = "must not have control characters"
	}
	if rule != "" {
		return nil, invalid("path: " + rule)
	}
	dst = append(dst, "\nhost:"...)
	if !printable(m.Host) {
		return nil, invalid("host: must be of printable ASCII, and not empty")
	}
	dst, err := appendHeaders(append(dst, m.Host...), m.Header, received)
	if err != nil {
		return nil, err
	}
	if len(m.Query) > 0 {
		fault, escape := sendableFault, appendURI
		if received {
			fault, escape = receivedFault, appendReceived
		}
		if dst, err = appendQuery(append(dst, '\n'), m.Query, fault, escape); err != nil {
			return nil, err
		}
	}
	dst = append(dst, '\n')
	if len(m.Body) == 0 {
		return dst, nil
	}
	body := m.Body
	if received {
		body = wire.Text(body)
	}
	w := newWriter(dst, body, received)
	if err := w.write(); err != nil {
		return nil, err
	}
	return w.out, nil
}

func pathFault(path string) string {
	if path != "" && path[0] != '/' {
		return "must begin with a slash"
	}
	if strings.ContainsAny(path, "?#") {
		return "must not have a query or a fragment"
	}
	if !utf8.ValidString(path) {
		return "must be valid UTF-8"
	}
	return ""
}

func hasControl[T ~string | ~[]byte](text T) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] == 0x7F {
			return true
		}
	}
	return false
}

func printable(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7F })
}

type header struct{ name, value string }

// appendHeaders prints the headers that are signed, in the order of their names.
func appendHeaders(dst []byte, all http.Header, received bool) ([]byte, error) {
	var room [8]header
	signed := room[:0]
	for name, values := range all {
		if !isSigned(name) {
			continue
		}
		if rule := headerFault(name, values, received); rule != "" {
			return nil, invalid("header " + name + ": " + rule)
		}
		signed = append(signed, header{name, values[0]})
	}
	slices.SortFunc(signed, func(a, b header) int { return compareFold(a.name, b.name) })
	for i, h := range signed {
		if i > 0 && compareFold(signed[i-1].name, h.name) == 0 {
			return nil, invalid("header " + h.name + ": must have one spelling of its name")
		}
		dst = append(dst, '&')
		for _, c := range []byte(h.name) {
			dst = append(dst, c|lowerCase(c))
		}
		dst = append(dst, ':')
		dst = append(dst, h.value...)
	}
	return dst, nil
}

// isSigned reports whether the signature covers a header.
func isSigned(name string) bool {
	const prefix = "x-api-"
	return len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix)
}

func headerFault(name string, values []string, received bool) string {
	if len(values) != 1 {
		return "must have one value"
	}
	if received {
		return ""
	}
	for _, c := range []byte(name) {
		if letter := c | 0x20; !scan.IsDigit(c) && c != '-' && (letter < 'a' || letter > 'z') {
			return "must have a name of letters, digits and hyphens"
		}
	}
	value := values[0]
	switch {
	case strings.Trim(value, " \t") != value:
		return "must not have blanks around its value"
	case hasControl(value):
		return "must not have control characters in its value"
	case !utf8.ValidString(value):
		return "must be valid UTF-8"
	}
	return ""
}

// compareFold compares by lower case.
func compareFold(a, b string) int {
	for i := range min(len(a), len(b)) {
		if x, y := a[i]|lowerCase(a[i]), b[i]|lowerCase(b[i]); x != y {
			return int(x) - int(y)
		}
	}
	return len(a) - len(b)
}
