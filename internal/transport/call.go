package transport

import (
	"context"
	"time"

	"github.com/payclients/payclients-go/internal/cause"
)

type callKey struct{}

// call is the state of one Do. Its attempts follow one another on the goroutine
// that called Do, so the fields need no lock.
type call struct {
	ctx     context.Context //nolint:containedctx // the caller's, to tell its end from an attempt's deadline
	config  *Config
	request Request

	number    int           // attempts so far
	last      attempt       // the newest attempt; zero before the first
	earlier   []Verdict     // verdicts on the answers before the newest one, in order
	wait      time.Duration // before the next attempt, set by affordable
	ended     time.Time     // when the newest attempt ended; before the first attempt, when the call began
	ambiguous bool          // a write may have been carried out, see recordDoubt
	over      bool          // set by finisher.RoundTrip: no time for another attempt before the deadline
}

// attempt is the result of one attempt: an error, or an answer. If err is nil,
// response and verdict are the answer. Otherwise they are zero.
type attempt struct {
	response Response
	verdict  Verdict
	used     any // the authorizer's note, or nil
	err      error
	sent     bool          // the request may have reached the provider
	ended    time.Time     // when the whole body was read; zero if err is not nil
	wait     time.Duration // from the end of the attempt before to this one's start
	duration time.Duration
}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// hidden removes the cause of an ended context (context.Cause) from err. ctx is the
// context of a request. hidden finds the call in ctx, and uses the context that Do
// got for this call: middleware may have ended ctx itself with another cause.
//
// If Do's context has ended, and err is or wraps the cause, hidden puts the
// context's error, such as context.Canceled, in place of the cause, see
// [cause.Hide]. In all other cases hidden returns err unchanged, also for a nil err
// and for a ctx without a call.
func hidden(ctx context.Context, err error) error {
	if c := callOf(ctx); c != nil {
		return cause.Hide(c.ctx, err) //nolint:contextcheck // the call's, which is meant
	}
	return err
}

// shouldRetry reports whether another attempt follows. It is called after every
// attempt. err is the error that http.Client returned, or nil. If the newest
// attempt has no error, shouldRetry stores err as its error. It calls recordDoubt,
// which may set c.ambiguous.
//
// Another attempt follows if all of these hold:
//   - c.over is false; only finisher.RoundTrip sets it to true, when another
//     attempt cannot begin before the deadline of the call
//   - fewer than Config.Retry.MaxAttempts attempts were made
//   - the methods repeatable and affordable return true
//
// c.wait is then the wait before that attempt. If shouldRetry returns false,
// nothing uses c.wait.
func (c *call) shouldRetry(err error) bool {
	if err != nil && c.last.err == nil { // http.Client refused a good answer
		c.last.err = err
	}
	c.recordDoubt()
	return !c.over && c.number < c.config.Retry.MaxAttempts && c.repeatable() && c.affordable()
}

// recordDoubt sets c.ambiguous to true if the call is a write (see Kind.Writes) and
// one of these holds for the newest attempt:
//   - it has an error, and the request may have reached the provider
//   - it has an answer whose Verdict is Open
//
// Otherwise recordDoubt changes nothing. Nothing sets c.ambiguous back to false.
func (c *call) recordDoubt() {
	a := &c.last
	if c.request.Kind.Writes() && (a.err != nil && a.sent || a.err == nil && a.verdict.Open) {
		c.ambiguous = true
	}
}

// supersede sets c.last to zero before another sending. If c.last is an answer,
// supersede first appends the verdict on that answer to c.earlier. If c.last is an
// error, or zero because there was no attempt yet, supersede appends nothing.
func (c *call) supersede() {
	if c.last.err == nil && c.last.verdict.Status != 0 {
		c.earlier = append(c.earlier, c.last.verdict)
	}
	c.last = attempt{}
}

func (c *call) answer() Answer {
	c.last.response.Attempts = c.number
	return Answer{Response: c.last.response, Verdict: c.last.verdict, Earlier: c.earlier, Ambiguous: c.ambiguous}
}

// failure returns the error of a call that ends without an answer. err is the error
// of the newest attempt and must not be nil. In the *Error, Err is err without
// URLs, Class is the class of err, and Ambiguous is c.ambiguous: a write may have
// been carried out.
func (c *call) failure(err error) *Error {
	err = cause.WithoutURL(err)
	return &Error{Class: classOf(err), Ambiguous: c.ambiguous, Err: err}
}
