package transport

import (
	"context"
	"time"

	"github.com/payclients/payclients-go/internal/cause"
)

type callKey struct{}

// call is the state of one Do. Its attempts follow one another on one goroutine,
// so its fields need no lock.
type call struct {
	ctx     context.Context //nolint:containedctx // the caller's, to tell its end from an attempt's deadline
	config  *Config
	request Request

	number    int           // attempts so far
	last      attempt       // the newest attempt; zero before the first
	earlier   []Verdict     // on the answers before last, in order
	wait      time.Duration // before the next attempt, set by affordable
	ended     time.Time     // when the newest attempt ended; before the first attempt, when the call began
	ambiguous bool          // an attempt of a write may have been carried out, but shows no success
	over      bool          // the deadline leaves no time for another attempt
}

// attempt is the result of one attempt. If err is nil it is an answer: response and
// verdict. Otherwise response and verdict are zero.
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

// hidden returns err with the error of the call's context, such as
// context.Canceled, in place of the cause that the context ended with, see
// [cause.Hide]. ctx is the context of a request; hidden finds the call in it
// and uses the call's own context, because middleware may have ended ctx with
// another cause. hidden returns err unchanged if ctx belongs to no call or the
// call's context has not ended. A nil err returns nil.
func hidden(ctx context.Context, err error) error {
	if c := callOf(ctx); c != nil {
		return cause.Hide(c.ctx, err) //nolint:contextcheck // the call's, which is meant
	}
	return err
}

// shouldRetry reports whether another attempt follows. It is called after every
// attempt. err is the error that http.Client returned, or nil. shouldRetry
// stores err as the error of the newest attempt if the attempt has none. It
// sets c.ambiguous as recordDoubt does.
//
// Another attempt follows if c.over is false, fewer than
// Config.Retry.MaxAttempts attempts were made, and the methods repeatable and
// affordable return true. c.wait is then the wait before that attempt. If
// shouldRetry returns false, nothing uses c.wait.
func (c *call) shouldRetry(err error) bool {
	if err != nil && c.last.err == nil { // http.Client refused a good answer
		c.last.err = err
	}
	c.recordDoubt()
	return !c.over && c.number < c.config.Retry.MaxAttempts && c.repeatable() && c.affordable()
}

// recordDoubt sets c.ambiguous to true if the call is a write (see
// Kind.Writes), and the provider may have carried out the write although the
// newest attempt shows no success. This is so in two cases: the attempt has an
// error, and perhaps was sent; or the attempt has an answer whose Verdict is
// Open. Nothing resets c.ambiguous.
func (c *call) recordDoubt() {
	a := &c.last
	if c.request.Kind.Writes() && (a.err != nil && a.sent || a.err == nil && a.verdict.Open) {
		c.ambiguous = true
	}
}

// supersede prepares c for another sending: it appends the verdict in c.last to
// c.earlier and sets c.last to zero. It appends nothing if the newest attempt
// has no answer, or if there was no attempt yet.
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
// error of the newest attempt and must not be nil. The *Error has err without
// URLs as its cause, the class of err, and c.ambiguous.
func (c *call) failure(err error) *Error {
	err = cause.WithoutURL(err)
	return &Error{Class: classOf(err), Ambiguous: c.ambiguous, Err: err}
}
