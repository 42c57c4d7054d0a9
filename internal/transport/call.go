package transport

import (
	"context"
	"time"

	"github.com/payclients/payclients-go/internal/cause"
)

type callKey struct{}

// call is the state of one Do. Its attempts follow one another, so that only
// the hooks of an attempt's trace need care.
type call struct {
	ctx     context.Context //nolint:containedctx // the caller's, to tell its end from an attempt's deadline
	config  *Config
	request Request

	number    int     // of attempts so far
	last      attempt // the newest one
	earlier   []Verdict
	wait      time.Duration
	ended     time.Time
	ambiguous bool
	over      bool // the deadline leaves no room for another attempt
}

// attempt is what came of one attempt: an answer or an error.
type attempt struct {
	response Response
	verdict  Verdict
	used     any // the authorizer's note
	err      error
	sent     bool // it may have reached the provider
	ended    time.Time
	wait     time.Duration
	duration time.Duration
}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// hidden is err without the cause that the caller ended the call with. It asks the
// call and not ctx, which middleware may have ended with a cause of its own.
func hidden(ctx context.Context, err error) error {
	if c := callOf(ctx); c != nil {
		return cause.Hide(c.ctx, err) //nolint:contextcheck // the call's, which is meant
	}
	return err
}

// again records the newest attempt and decides whether another one follows. It
// is asked after every attempt; err is what http.Client made of the attempt.
func (c *call) again(err error) bool {
	if err != nil && c.last.err == nil { // http.Client refused a good answer
		c.last.err = err
	}
	c.recordDoubt()
	return !c.over && c.number < c.config.Retry.MaxAttempts && c.repeatable() && c.affordable()
}

// recordDoubt records whether a write may have been carried out although the
// newest attempt brought no success.
func (c *call) recordDoubt() {
	a := &c.last
	if c.request.Kind.Writes() && (a.err != nil && a.sent || a.err == nil && a.verdict.Open) {
		c.ambiguous = true
	}
}

// supersede makes room for another attempt.
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

// failure is the error of a call that ends without an answer.
func (c *call) failure(err error) *Error {
	err = cause.WithoutURL(err)
	return &Error{Class: classOf(err), Ambiguous: c.ambiguous, Err: err}
}
