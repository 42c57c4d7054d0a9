package finik

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/payclients/payclients-go/internal/poll"
)

// WaitParams says how patiently to wait. A zero field is its default.
type WaitParams struct {
	// First is the time before the first look. The default is 30 s, within which
	// the provider has seen 99 of 100 payments come to their end; a nanosecond is
	// at once.
	First       time.Duration
	MinInterval time.Duration // between the first two looks; the default is 10 s
	MaxInterval time.Duration // each interval is twice the last one up to here; the default is 60 s
}

// WaitPayment reads a payment until it is at its end (Payment.Final) or ctx ends:
// give ctx a deadline. It looks first after 30 seconds and then after growing
// intervals. The wait costs nothing but reads, and may be given up and begun
// anew at any time.
//
// A service that is out of reach (no answer, status 429 or 5xx) does not end the
// wait, since the payment goes on without it; Retry-After is obeyed. Every other
// error does.
//
// Beside an error the result is the last known state, or nil. The errors are
// those of GetPayment, ErrOtherPayment and, when ctx ends, its own, beside the
// last error of a read if that failed.
//
// Finik API: GET /v2/payments/{paymentId}
func (c *Client) WaitPayment(ctx context.Context, id string, p WaitParams, opts ...CallOption) (*Payment, error) {
	call := newCall(opts)
	if faults := slices.Concat(paymentIDFaults(id), poll.Params(p).Problems(), call.faults); len(faults) > 0 {
		return nil, invalid(faults...)
	}
	return c.wait(ctx, "WaitPayment", id, p.withDefaults(), nil, call)
}

// wait reads until the end; last is what is known already, or nil.
func (c *Client) wait(ctx context.Context, operation, id string, p WaitParams, last *Payment, call *callOptions) (*Payment, error) {
	return poll.Poll[Payment]{
		Name:    "finik: " + operation,
		Params:  poll.Params(p),
		Read:    func(ctx context.Context) (*Payment, error) { return c.getThis(ctx, id, call) },
		Done:    (*Payment).Final,
		Refusal: refusal,
	}.Until(ctx, last)
}

// withDefaults returns p with a default in place of what is 0.
func (p WaitParams) withDefaults() WaitParams {
	return WaitParams(poll.Params(p).Or(poll.Params{First: 30 * time.Second, MinInterval: 10 * time.Second, MaxInterval: time.Minute}))
}

// getThis reads a payment and sees to it that the answer is about that one.
func (c *Client) getThis(ctx context.Context, id string, call *callOptions) (*Payment, error) {
	p, err := c.get(ctx, id, call)
	if err == nil && p.ID != id {
		return nil, fmt.Errorf("%w: GetPayment: the id is not the one that was asked for", ErrOtherPayment)
	}
	return p, err
}
