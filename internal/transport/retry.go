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

const (
	defaultMaxAttempts = 3
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

// repeatable reports whether the newest attempt failed in a way after which
// another attempt may be made. It considers the error or the status, and the
// request's Kind, but not the number of attempts or the wait. It returns false if
// the caller's context has ended.
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

// isPermanent reports whether a retry cannot help, for example because a
// certificate is invalid or the credentials are missing.
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

// affordable stores the wait before the next attempt in c (it does not sleep) and
// reports whether a retry makes sense. It returns false if the wait, which the
// provider may ask for, is longer than MaxWait, or if the caller's deadline comes
// first. The call then ends at once with the newest answer.
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

// backoff returns a random wait between p.MinWait and a ceiling. attempt is the
// number of attempts so far. The ceiling is MinWait, doubled for each attempt, but
// not more than p.MaxWait.
func backoff(p RetryPolicy, attempt int) time.Duration {
	ceiling := p.MaxWait
	if attempt < 32 && p.MinWait < p.MaxWait>>attempt {
		ceiling = p.MinWait << attempt
	}
	return p.MinWait + rand.N(ceiling-p.MinWait+1) //nolint:gosec // jitter need not be secret
}

// RetryAfter returns the wait in the header Retry-After: seconds, or a date,
// which is compared with the answer's own Date if it has one, else with now. Of
// several values the longest counts; unreadable ones do not. ok is false without
// a readable value. The wait is never negative.
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
