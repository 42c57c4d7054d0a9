package transport

import (
	"context"
	"time"

	"github.com/payclients/payclients-go/internal/cause"
)

type callKey struct{}

// call is the state of one Do. Its attempts follow one another, so only the hooks
// of an attempt's trace need synchronization.
type call struct {
	ctx     context.Context //nolint:containedctx // the caller's, to tell its end from an attempt's deadline
	config  *Config
	request Request

	number    int     // attempts so far
	last      attempt // the newest attempt
	earlier   []Verdict
	wait      time.Duration
	ended     time.Time
	ambiguous bool
	over      bool // the deadline leaves no time for another attempt
}

// attempt is the result of one attempt: an answer or an error.
type attempt struct {
	response Response
	verdict  Verdict
	used     any // the authorizer's note
	err      error
	sent     bool // the request may have reached the provider
	ended    time.Time
	wait     time.Duration
	duration time.Duration
}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// hidden returns err without the cause that the caller ended the call's context
// with. ctx is the context of a request; hidden takes the call from it, and uses
// the call's own context, because middleware may have ended ctx with its own
// cause. It returns err unchanged if ctx belongs to no call.
func hidden(ctx context.Context, err error) error {
	if c := callOf(ctx); c != nil {
		return cause.Hide(c.ctx, err) //nolint:contextcheck // the call's, which is meant
	}
	return err
}

// again records the newest attempt and reports whether another one follows. It is
// called after every attempt. err is the error that http.Client returned, or nil.
func (c *call) again(err error) bool {
	if err != nil && c.last.err == nil { // http.Client refused a good answer
		c.last.err = err
	}
	c.recordDoubt()
	return !c.over && c.number < c.config.Retry.MaxAttempts && c.repeatable() && c.affordable()
}

// recordDoubt sets c.ambiguous if the call is a write that the newest attempt may
// have carried out although it did not succeed. Nothing resets c.ambiguous.
func (c *call) recordDoubt() {
	a := &c.last
	if c.request.Kind.Writes() && (a.err != nil && a.sent || a.err == nil && a.verdict.Open) {
		c.ambiguous = true
	}
}

// supersede adds the verdict on the newest attempt to the earlier ones, and clears
// the newest attempt. It is called before another attempt. An attempt without an
// answer adds nothing.
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

// failure returns the error of a call that ends without an answer. err is the
// error of the newest attempt; failure removes URLs from it.
func (c *call) failure(err error) *Error {
	err = cause.WithoutURL(err)
	return &Error{Class: classOf(err), Ambiguous: c.ambiguous, Err: err}
}
