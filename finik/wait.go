package finik

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/payclients/payclients-go/internal/poll"
)

// WaitParams sets how often to read a payment. A zero field means its default. A
// call with a negative field, or with a MinInterval above a MaxInterval that is
// not zero, returns ErrInvalidRequest.
type WaitParams struct {
	// First is the time before the first read. The default is 30 s: the provider
	// has seen 99 of 100 payments finish within that time. Use a nanosecond to
	// read at once.
	First time.Duration
	// MinInterval is the time between the first two reads. The default is 10 s, or
	// MaxInterval if that is shorter.
	MinInterval time.Duration
	// MaxInterval limits the later intervals, each of which is twice the one
	// before. The default is 60 s, or MinInterval if that is longer.
	MaxInterval time.Duration
}

// WaitPayment reads the payment with the service's id (Payment.ID) until the
// payment is final (Payment.Final) or ctx ends. Give ctx a deadline. By default
// it reads first after 30 seconds and then at growing intervals, see
// WaitParams. It only reads, so you may stop and start again at any time. A nil
// error means that the payment is final, not that it succeeded: look at
// Payment.Status.
//
// Each read is retried as in GetPayment. If a read still has no answer, or has
// the status 429 or 5xx, WaitPayment reads again later, not before the time in
// Retry-After. Every other error ends the wait, also an invalid certificate.
//
// With an error the payment is its last known state, or nil. The errors are:
//
//   - ErrInvalidRequest if id is one that GetPayment refuses or p breaks a rule
//     of WaitParams. Nothing is sent.
//   - ErrOtherPayment if an answer has another id.
//   - The context's error when ctx ends. If the last read failed before ctx
//     ended, errors.Is finds the error of that read too.
//   - The other errors of GetPayment.
//
// Finik API: GET /v2/payments/{paymentId}
func (c *Client) WaitPayment(ctx context.Context, id string, p WaitParams, opts ...CallOption) (*Payment, error) {
	call := newCall(opts)
	if problems := slices.Concat(paymentIDProblems(id), poll.Params(p).Problems(), call.problems); len(problems) > 0 {
		return nil, invalid(problems...)
	}
	return c.wait(ctx, "WaitPayment", id, p.withDefaults(), nil, call)
}

// wait reads until the payment is final. last is its known state, or nil. It
// returns the errors of WaitPayment.
func (c *Client) wait(ctx context.Context, operation, id string, p WaitParams, last *Payment, call *callOptions) (*Payment, error) {
	return poll.Poll[Payment]{
		Name:    "finik: " + operation,
		Params:  poll.Params(p),
		Read:    func(ctx context.Context) (*Payment, error) { return c.getThis(ctx, id, call) },
		Done:    (*Payment).Final,
		Refusal: refusal,
	}.Until(ctx, last)
}

// withDefaults returns p with the default in place of each 0.
func (p WaitParams) withDefaults() WaitParams {
	return WaitParams(poll.Params(p).Or(poll.Params{First: 30 * time.Second, MinInterval: 10 * time.Second, MaxInterval: time.Minute}))
}

// getThis reads a payment. It returns ErrOtherPayment if the answer has another
// id.
func (c *Client) getThis(ctx context.Context, id string, call *callOptions) (*Payment, error) {
	p, err := c.get(ctx, id, call)
	if err == nil && p.ID != id {
		return nil, fmt.Errorf("%w: GetPayment: the id is not the one that was asked for", ErrOtherPayment)
	}
	return p, err
}
