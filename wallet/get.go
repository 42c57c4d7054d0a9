package wallet

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/payclients/payclients-go/internal/poll"
	"github.com/payclients/payclients-go/internal/transport"
)

// GetPayment reads a payment. Meta.NextAction may be "" here.
//
// It is repeated after network errors and the statuses 429, 500, 502, 503 and
// 504. Its errors are ErrInvalidRequest, *Error, *DecodeError,
// ErrResponseTooLarge, and those of the context and the network.
//
// wallet.best API: GET /payments/{id}
func (c *Client) GetPayment(ctx context.Context, id int64, opts ...CallOption) (*PaymentResult, error) {
	return c.get(ctx, id, newCall(opts))
}

func (c *Client) get(ctx context.Context, id int64, call *callOptions) (*PaymentResult, error) {
	return payment(do(ctx, c, request{
		operation: "GetPayment",
		kind:      transport.ReadOnly,
		method:    http.MethodGet,
		path:      []string{"payments", strconv.FormatInt(id, 10)},
		faults:    idFaults(id),
	}, call, decodeData))
}

// WaitParams says how patiently to wait. A zero field is its default.
type WaitParams struct {
	MinInterval time.Duration // between the first two looks; the default is 1 s
	MaxInterval time.Duration // each interval is twice the last one up to here; the default is 30 s
}

// WaitPayment reads a payment until its status is final or ctx ends: give ctx a
// deadline. It looks at once and then after growing intervals. The wait costs
// nothing but reads, and may be given up and begun anew at any time.
//
// A service that is out of reach (no answer, status 429 or 5xx) does not end the
// wait, since the payment goes on without it; Retry-After is obeyed. Every other
// error does. A payment that nobody executes stays created, and a card payment
// stays processing until the user has been to Card.PaymentPageURL, which this
// call does not wait for anybody to see: see [Client.RunPayment].
//
// Beside an error the result is the last known state, or nil. The errors are
// those of GetPayment and, when ctx ends, its own, beside the last error of a
// read if that failed.
//
// wallet.best API: GET /payments/{id}
func (c *Client) WaitPayment(ctx context.Context, id int64, p WaitParams, opts ...CallOption) (*PaymentResult, error) {
	call := newCall(opts)
	if faults := slices.Concat(idFaults(id), p.poll().Problems(), call.faults); len(faults) > 0 {
		return nil, invalid(faults...)
	}
	done := func(p *Payment) bool { return p.Status.Final() }
	return c.wait(ctx, "WaitPayment", id, p, nil, done, call)
}

// wait reads until done says so; last is what is known already, or nil.
func (c *Client) wait(
	ctx context.Context, operation string, id int64, p WaitParams,
	last *PaymentResult, done func(*Payment) bool, call *callOptions,
) (*PaymentResult, error) {
	return poll.Poll[PaymentResult]{
		Name:    "wallet: " + operation,
		Params:  p.poll().Or(poll.Params{MinInterval: time.Second, MaxInterval: 30 * time.Second}),
		Read:    func(ctx context.Context) (*PaymentResult, error) { return c.getThis(ctx, id, call) },
		Done:    func(r *PaymentResult) bool { return done(&r.Payment) },
		Refusal: refusal,
	}.Until(ctx, last)
}

func (p WaitParams) poll() poll.Params {
	return poll.Params{MinInterval: p.MinInterval, MaxInterval: p.MaxInterval}
}

// getThis reads a payment and sees to it that the answer is about that one.
func (c *Client) getThis(ctx context.Context, id int64, call *callOptions) (*PaymentResult, error) {
	r, err := c.get(ctx, id, call)
	if err == nil && r.Payment.ID != id {
		return nil, fmt.Errorf("%w: GetPayment: asked for %d, got %d", ErrOtherPayment, id, r.Payment.ID)
	}
	return r, err
}
