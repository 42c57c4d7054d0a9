package transport

import (
	"cmp"
	"crypto/tls"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// Defaults of a zero RetryPolicy.
const (
	defaultMaxAttempts = 3 // the first attempt included
	defaultMinWait     = 250 * time.Millisecond
	defaultMaxWait     = 5 * time.Second
)

func (p RetryPolicy) withDefaults() RetryPolicy {
	if p.MaxAttempts == 0 {
		p.MaxAttempts = defaultMaxAttempts
	}
	if p.MinWait == 0 {
		p.MinWait = min(defaultMinWait, cmp.Or(p.MaxWait, defaultMaxWait))
	}
	if p.MaxWait == 0 {
		p.MaxWait = max(defaultMaxWait, p.MinWait)
	}
	return p
}

// repeatable reports whether the result of the newest attempt allows another
// attempt. It ignores the number of attempts and the wait. It returns false if the
// caller's context has ended. Otherwise it depends on the result:
//   - After an error for which isPermanent returns true: false.
//   - After any other error: true if nothing was sent or if Kind.Repeatable is
//     true.
//   - After an answer: true if Kind.Repeatable is true and Verdict.Status is 429,
//     502, 503, 504 or, with Config.RetryOn500, 500.
func (c *call) repeatable() bool {
	a := &c.last
	switch {
	case c.ctx.Err() != nil || a.err != nil && isPermanent(a.err): // which allocates
		return false
	case a.err != nil:
		return !a.sent || c.request.Kind.Repeatable()
	case !c.request.Kind.Repeatable():
		return false // an answer means that it was sent
	}
	switch a.verdict.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case http.StatusInternalServerError:
		return c.config.RetryOn500
	}
	return false
}

// isPermanent reports whether a retry after err cannot help. It returns true if err
// is or wraps a *credentialsError, an invalid certificate, an *encodingError,
// ErrTooLarge, errRateLimit, or a *proxyError that is not transient. It returns
// false for every other error and for nil.
func isPermanent(err error) bool {
	var credentials *credentialsError
	var certificate *tls.CertificateVerificationError
	var encoding *encodingError
	var proxy *proxyError
	if errors.As(err, &proxy) {
		return !proxy.isTransient()
	}
	return errors.As(err, &credentials) || errors.As(err, &certificate) || errors.As(err, &encoding) || errors.Is(err, ErrTooLarge) || errors.Is(err, errRateLimit)
}

// affordable stores in c.wait how long to wait before the next attempt, and reports
// whether there is time for the wait. affordable does not sleep. The wait is what
// Retry-After in the newest answer asks for. Without a Retry-After it is what
// backoff returns.
//
// affordable returns false, and the call ends at once with the newest result, if
//   - the wait is longer than RetryPolicy.MaxWait
//   - the wait would not end before the deadline of the caller's context
func (c *call) affordable() bool {
	p := c.config.Retry
	asked, ok := RetryAfter(c.last.response.Header, time.Now())
	if ok {
		c.wait = asked
	} else {
		c.wait = backoff(p, c.number)
	}
	deadline, bounded := c.ctx.Deadline()
	return c.wait <= p.MaxWait && (!bounded || time.Until(deadline) > c.wait)
}

// backoff returns a random wait from p.MinWait to a ceiling, both included.
// attempt is the number of attempts so far, at least 1. The ceiling is
// p.MinWait, doubled once for each attempt, but at most p.MaxWait. backoff
// panics if p.MinWait is above p.MaxWait.
func backoff(p RetryPolicy, attempt int) time.Duration {
	ceiling := p.MaxWait
	if attempt < 32 && p.MinWait < p.MaxWait>>attempt {
		ceiling = p.MinWait << attempt
	}
	return p.MinWait + rand.N(ceiling-p.MinWait+1) //nolint:gosec // jitter need not be secret
}

// RetryAfter returns the wait that the header Retry-After asks for, and true. If
// the header is missing or has no readable value, RetryAfter returns 0 and false.
// Of several readable values, it returns the longest wait. Readable are
//   - a whole number of seconds; a number too large for a Duration becomes the
//     longest Duration
//   - an HTTP date, whose wait is counted from the header Date, or from now if Date
//     cannot be read; a date in the past is a wait of 0
//
// RetryAfter ignores values of any other form, such as a negative number.
func RetryAfter(header http.Header, now time.Time) (wait time.Duration, ok bool) {
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		now = date
	}
	for _, value := range header.Values("Retry-After") {
		if w, readable := retryAfter(value, now); readable {
			wait, ok = max(wait, w), true
		}
	}
	return wait, ok
}

func retryAfter(value string, now time.Time) (time.Duration, bool) {
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now)), true
	}
	for _, digit := range value {
		if digit < '0' || digit > '9' {
			return 0, false
		}
	}
	seconds, err := strconv.ParseInt(value, 10, 64)
	if errors.Is(err, strconv.ErrRange) || seconds > math.MaxInt64/int64(time.Second) {
		return math.MaxInt64, true
	}
	return time.Duration(seconds) * time.Second, err == nil
}
