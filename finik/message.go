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

// Message is the part of a request that the signature covers. Use
// [Message.Text] to sign requests that this package has no method for;
// [Webhook] uses [Message.ReceivedText] to check webhook requests. Printing it
// shows method and path only.
type Message struct {
	Method string
	// Host is the value of the Host header, with a port if the header has one.
	// Text takes capitals and port as they are, so Host must be spelled as in
	// the request.
	Host string
	// Path is the escaped path of the request ([url.URL.EscapedPath]), without a
	// query.
	Path string
	// Query has at most one value for each name; two values are
	// ErrInvalidRequest. Send the query as [EncodeQuery] spells it.
	Query url.Values
	// Header holds all headers. The signature covers the headers whose names
	// begin with x-api-, in capitals or not.
	Header http.Header
	// Body is a JSON object, or empty if the request has no body. Text refuses
	// any other body with ErrInvalidRequest.
	Body []byte
}

// Text returns the text to sign for a request. Its lines are the method in
// lower case, the decoded path, the host with the x-api headers, the query if
// there is one, and the body as [CanonicalJSON] spells it. Without a body the
// last line is empty. Send exactly the bytes of the last line as the body: any
// other spelling makes the signature wrong.
//
// Text returns nil and [ErrInvalidRequest] for:
//
//   - a query that [CanonicalQuery] refuses;
//   - a body that CanonicalJSON refuses (a nil or empty Body is accepted);
//   - a method that is empty or has characters other than letters;
//   - a host that is empty or not printable ASCII;
//   - a path that does not begin with a slash (an empty path is accepted);
//   - a path with a query, a fragment, a control character, invalid UTF-8 or a
//     broken escape;
//   - a path that escapes a percent sign, or one of these characters: ;/?:@&=+$,#
//   - a name of an x-api header with characters other than letters, digits and
//     hyphens;
//   - an x-api header that is there in two spellings, or does not have exactly
//     one value;
//   - a value of an x-api header with whitespace around it, control characters
//     or invalid UTF-8.
func (m Message) Text() ([]byte, error) { return m.text(false) }

// ReceivedText returns the text that the signature of a received webhook
// request covers. The lines are the lines of [Message.Text], with these
// differences:
//
//   - Path and query: in the path each of ;/?:@&=+$,# stays escaped if it is
//     escaped. A percent sign in a name or value of Query begins an escape and is
//     decoded likewise.
//   - Headers: the name of an x-api header may have any characters, and a
//     single value is taken as it is.
//   - Body, outermost object: the members are sorted by name, array indices (0,
//     1, 2) first. Names outside ASCII come last, by code point. A sender that
//     sorts such names by another locale signs another text, and the signature
//     then does not match.
//   - Body, inner objects: the members keep their order, except that array
//     indices come first.
//   - Body, values: numbers and strings are printed as JavaScript prints them.
//     10.0 becomes 10, an integer that a double cannot hold is rounded, and half
//     a surrogate pair becomes an escape sequence in lower case.
//   - A body that is an array is printed as an object with the indices as
//     names, and null as an empty line. A byte order mark at the start of the
//     body is skipped.
//
// ReceivedText returns nil and [ErrInvalidRequest] for:
//
//   - a body other than an object, an array, null or nothing;
//   - a body that is invalid JSON or UTF-8, is nested more than 1,000 deep, or
//     repeats a name within an object;
//   - a query that cannot be decoded, or has two values of one name;
//   - an x-api header that is there in two spellings, or does not have exactly
//     one value;
//   - a method or host that Text refuses;
//   - a path that Text refuses. Exception: the path may escape a percent sign
//     and each of ;/?:@&=+$,#
func (m Message) ReceivedText() ([]byte, error) { return m.text(true) }

// String returns "finik message ", the method and the path.
func (m Message) String() string { return "finik message " + m.Method + " " + m.Path }

func (m Message) text(received bool) ([]byte, error) {
	dst := make([]byte, 0, 256+len(m.Path)+len(m.Body)+len(m.Body)/8)
	for _, c := range []byte(m.Method) {
		if c |= 0x20; c < 'a' || c > 'z' {
			return nil, invalid("method: must consist of letters")
		}
		dst = append(dst, c)
	}
	if m.Method == "" {
		return nil, invalid("method: must not be empty")
	}
	dst = append(dst, '\n')
	if rule := pathProblem(m.Path); rule != "" {
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
		return nil, invalid("host: must be printable ASCII without spaces, and not empty")
	}
	dst, err := appendHeaders(append(dst, m.Host...), m.Header, received)
	if err != nil {
		return nil, err
	}
	if len(m.Query) > 0 {
		problem, escape := sendableProblem, appendURI
		if received {
			problem, escape = receivedProblem, appendReceived
		}
		if dst, err = appendQuery(append(dst, '\n'), m.Query, problem, escape); err != nil {
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

func pathProblem(path string) string {
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

// appendHeaders appends the signed headers, sorted by name, or returns
// ErrInvalidRequest.
func appendHeaders(dst []byte, all http.Header, received bool) ([]byte, error) {
	var room [8]header
	signed := room[:0]
	for name, values := range all {
		if !isSigned(name) {
			continue
		}
		if rule := headerProblem(name, values, received); rule != "" {
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

func headerProblem(name string, values []string, received bool) string {
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
		return "must not have spaces around its value"
	case hasControl(value):
		return "must not have control characters in its value"
	case !utf8.ValidString(value):
		return "must be valid UTF-8"
	}
	return ""
}

// compareFold compares two names as if they were in lower case.
func compareFold(a, b string) int {
	for i := range min(len(a), len(b)) {
		if x, y := a[i]|lowerCase(a[i]), b[i]|lowerCase(b[i]); x != y {
			return int(x) - int(y)
		}
	}
	return len(a) - len(b)
}
