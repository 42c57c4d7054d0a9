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

// ParseBase parses text as the base URL of a client. name is the argument's name,
// for the list of faults. The list holds each fault of the URL, and is nil if
// there is none. It never quotes the text, which may hold a secret. The URL is nil
// if the text is not an absolute URL. Plain http is accepted for loopback, and for
// every host if plainHTTP is true.
func ParseBase(name, text string, plainHTTP bool) (*url.URL, []string) {
	base, err := url.Parse(text)
	if err != nil || strings.TrimSpace(text) != text || base.Host == "" || base.Hostname() == "" || base.Opaque != "" {
		return nil, []string{name + ": must be an absolute URL such as https://api.example.com/v1"}
	}
	var found []string
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
	base.Host = strings.ToLower(base.Host) // browsers and Node send and sign lower case
	if problem := hostProblem(base.Host); problem != "" {
		found = append(found, name+": host "+problem)
	}
	if strings.HasSuffix(base.Host, ":") {
		found = append(found, name+": must not have an empty port") // net/http drops the colon, and the authorizer would see another host
	}
	return base, found
}

// Join returns base with elements added to its path, each of them escaped. base
// does not change, and no elements means base's own path. Join returns nil and an
// error for an element that is empty, "." or "..", which would address something
// else.
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

// JSONHeader returns a copy of header with the Content-Type of JSON. header may be
// nil, and is not changed.
func JSONHeader(header http.Header) http.Header {
	out := http.Header{}
	maps.Copy(out, header.Clone())
	out.Set("Content-Type", "application/json")
	return out
}

// Faults returns the faults of the options, nil if there are none. Each text names
// its option and the rule that it breaks. A zero Config has no faults.
func (c Config) Faults() []string {
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

// refusedHeaders may not be set by callers: this package or net/http sets them,
// or they change what is sent or answered in a way that breaks this package's
// promises.
var refusedHeaders = map[string]bool{
	"Accept-Encoding": true, "Authorization": true, "Connection": true, "Cookie": true, "Host": true,
	"Expect": true, "Idempotency-Key": true, "Proxy-Authorization": true, "Range": true, "Te": true, "Trailer": true,
	"Transfer-Encoding": true, "Upgrade": true, "X-Idempotency-Key": true,
}

// HeaderFault returns the fault of a header that a caller wants to add to a call,
// or "" if the header is allowed. own lists headers that the package sets itself,
// and that callers therefore must not set. Names are compared without regard to
// case. A name that is not a token, a refused name, and a value that is not
// printable ASCII is a fault. The text never quotes the value.
func HeaderFault(name, value string, own ...string) string {
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

// hostProblem returns why net/http would send another host than host, or "" if it
// would send exactly this host. host is the host of a URL in lower case.
// Signatures, and the check of where credentials go, need the host that is sent.
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
