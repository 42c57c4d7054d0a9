package transport

import (
	"fmt"
	"maps"
	"math"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/payclients/payclients-go/internal/problems"
)

// ParseBase parses text as the base URL of a client. It returns the URL and a list
// of problems, nil if there are none. Do not use the URL if there are problems.
// Each problem begins with name, the name of the argument. No problem quotes text,
// which may hold a secret.
//
// If text is not an absolute URL with a host, or has whitespace around it,
// ParseBase returns a nil URL and one problem. Otherwise it returns a URL with the
// host in lower case, and one problem for each of these:
//   - a scheme other than https and http
//   - the scheme http, unless plainHTTP is true or the host is localhost, in
//     127.0.0.0/8, or ::1
//   - a user name or password
//   - a query
//   - a fragment
//   - an empty port
//   - a host that net/http would send in another form, see hostProblem
func ParseBase(name, text string, plainHTTP bool) (*url.URL, []string) {
	base, err := url.Parse(text)
	if err != nil || strings.TrimSpace(text) != text || base.Host == "" || base.Hostname() == "" || base.Opaque != "" {
		return nil, []string{name + ": must be an absolute URL such as https://api.example.com/v1"}
	}
	var found []string
	base.Host = strings.ToLower(base.Host) // browsers and Node send and sign lower case
	switch {
	case base.Scheme == "https":
	case base.Scheme != "http":
		found = append(found, name+": scheme must be https")
	case !plainHTTP && !loopback(base.Hostname()):
		found = append(found, name+": plain http is refused except to loopback; WithPlainHTTP allows it")
	}
	if base.User != nil {
		found = append(found, name+": must not hold a user name or password")
	}
	if base.RawQuery != "" || base.ForceQuery {
		found = append(found, name+": must not have a query")
	}
	if base.Fragment != "" {
		found = append(found, name+": must not have a fragment")
	}
	if problem := hostProblem(base.Host); problem != "" {
		found = append(found, name+": host "+problem)
	}
	if strings.HasSuffix(base.Host, ":") {
		found = append(found, name+": must not have an empty port") // net/http drops the colon, and the authorizer would see another host
	}
	return base, found
}

// Join returns a copy of base with elements added to its path. Elements are plain
// text: Join escapes each of them, so that a slash inside an element becomes %2F.
// Without elements the copy has the path of base. A query of base stays. base does
// not change, and must not be nil. Join returns nil and an error for an element
// that is empty, "." or "..", because the URL would address something else.
func Join(base *url.URL, elements ...string) (*url.URL, error) {
	escaped := make([]string, len(elements))
	for i, element := range elements {
		if element == "" || element == "." || element == ".." {
			return nil, fmt.Errorf("path element %d: must not be empty, a dot or two dots", i+1)
		}
		escaped[i] = url.PathEscape(element)
	}
	return base.JoinPath(escaped...), nil
}

// JSONHeader returns a copy of header with the Content-Type application/json, in
// place of any other. header does not change. For a nil header the result has only
// the Content-Type.
func JSONHeader(header http.Header) http.Header {
	out := http.Header{}
	maps.Copy(out, header.Clone())
	out.Set("Content-Type", "application/json")
	return out
}

// Problems returns the rules that the values of the options break, nil if they
// break none. Each string names the option and the rule. Problems checks Timeout,
// Retry, RatePerSecond, Burst, MaxResponseBytes, UserAgent and Middleware, and no
// other field. A zero Config has no problems.
func (c Config) Problems() []string {
	var found problems.List
	found.If(c.Timeout < 0, "WithTimeout: must not be negative")
	found.If(c.Retry.MaxAttempts < 0, "WithRetry: MaxAttempts must not be negative")
	found.If(c.Retry.MinWait < 0 || c.Retry.MaxWait < 0, "WithRetry: MinWait and MaxWait must not be negative")
	found.If(c.Retry.MaxWait > 0 && c.Retry.MinWait > c.Retry.MaxWait, "WithRetry: MinWait must not be above MaxWait")
	limited := c.RatePerSecond != 0 || c.Burst != 0
	found.If(limited && !(c.RatePerSecond > 0 && c.RatePerSecond < math.MaxInt32), "WithRateLimit: perSecond must be positive and finite")
	found.If(limited && c.Burst < 1, "WithRateLimit: burst must be at least 1")
	found.If(c.MaxResponseBytes < 0, "WithMaxResponseBytes: must not be negative")
	found.If(!HeaderText(c.UserAgent), "WithUserAgent: must be printable ASCII")
	for _, middleware := range c.Middleware {
		found.If(middleware == nil, "WithMiddleware: must not be nil")
	}
	return found
}

// refusedHeaders are the names, in canonical form, of headers that callers must
// not set. This package or net/http sets them, or they would change what is
// sent or answered in a way that this package does not handle. HeaderProblem also
// refuses names that begin with Content- or If-.
var refusedHeaders = map[string]bool{
	"Accept-Encoding": true, "Authorization": true, "Connection": true, "Cookie": true, "Host": true,
	"Expect": true, "Idempotency-Key": true, "Proxy-Authorization": true, "Range": true, "Te": true, "Trailer": true,
	"Transfer-Encoding": true, "Upgrade": true, "X-Idempotency-Key": true,
}

// HeaderProblem checks a header that a caller wants to add to a call. It returns ""
// if the header is allowed, and otherwise the rule that the header breaks. The
// result never quotes value. own lists names that the package sets itself. Upper
// and lower case in a name mean the same. HeaderProblem refuses
//   - a name that is empty or not a token (RFC 9110)
//   - a name in own or in refusedHeaders
//   - a name that begins with Content- or If-
//   - a value that has anything other than printable ASCII and spaces; an empty
//     value is allowed
func HeaderProblem(name, value string, own ...string) string {
	key := http.CanonicalHeaderKey(name)
	refused := refusedHeaders[key] || strings.HasPrefix(key, "Content-") || strings.HasPrefix(key, "If-")
	for _, o := range own {
		refused = refused || key == http.CanonicalHeaderKey(o)
	}
	switch {
	case !token(name):
		return "WithHeader: the name must be a token"
	case refused:
		return "WithHeader: " + key + " must not be set by the caller"
	case !HeaderText(value):
		return "WithHeader: the value of " + key + " must be printable ASCII"
	}
	return ""
}

// hostProblem returns "" if net/http sends host unchanged, and otherwise a rule
// that host breaks. The rule begins with "must". host is the host of a URL in lower
// case, with or without a port. The rule exists because signatures, and the check
// of where credentials go, need the host that is sent.
func hostProblem(host string) string {
	for i := range len(host) {
		switch c := host[i]; {
		case c >= 0x80:
			return "must be ASCII; write its punycode form, xn--…"
		case c == '%':
			return "must not have an IPv6 zone"
		case (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("-._:[]", rune(c)):
			return "must have letters, digits, hyphens, underscores and dots only"
		}
	}
	return ""
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// HeaderText reports whether s consists of printable ASCII and spaces only. It
// returns true for "".
func HeaderText(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func token(s string) bool {
	const others = "!#$%&'*+-.^_`|~"
	for i := range len(s) {
		c := s[i]
		if c|0x20 < 'a' || c|0x20 > 'z' {
			if (c < '0' || c > '9') && !strings.ContainsRune(others, rune(c)) {
				return false
			}
		}
	}
	return s != ""
}
