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

// GetPayment reads a payment by the service's id, Payment.ID. Payment.Status of the
// result says whether the payment is paid. Meta.NextAction may be "".
//
// GetPayment only reads. It is retried after network errors, a body cut short, and
// the statuses 429, 500, 502, 503 and 504, as [WithRetry] says. The errors of
// GetPayment are ErrInvalidRequest before anything is sent (an id below 1), *Error
// for a refusal (ErrNotFound for an unknown id), *DecodeError, ErrResponseTooLarge,
// errors of the Authenticator, and errors of the context and the network. The
// result is nil with every error.
//
// wallet.best API: GET /payments/{id}
func (c *Client) GetPayment(ctx context.Context, id int64, opts ...CallOption) (*PaymentResult, error) {
	return c.get(ctx, id, newCall(opts))
}

// get is GetPayment with collected options, and returns the same errors.
func (c *Client) get(ctx context.Context, id int64, call *callOptions) (*PaymentResult, error) {
	return payment(do(ctx, c, request{
		operation: "GetPayment",
		kind:      transport.ReadOnly,
		method:    http.MethodGet,
		path:      []string{"payments", strconv.FormatInt(id, 10)},
		problems:  idProblems(id),
	}, call, decodeData))
}

// WaitParams are the intervals of [Client.WaitPayment]. The first interval is
// MinInterval; each further one is twice as long, up to MaxInterval. 0 means the
// default of a field. For a negative field, and for a MinInterval above
// MaxInterval, WaitPayment returns ErrInvalidRequest.
type WaitParams struct {
	MinInterval time.Duration // the default is 1 s, or MaxInterval if that is less
	MaxInterval time.Duration // the default is 30 s, or MinInterval if that is more
}

// WaitPayment reads a payment until its status is final (completed or declined) or
// ctx ends. ctx should have a deadline. WaitPayment reads at once and then at
// growing intervals, see WaitParams: the zero p means from 1 to 30 seconds. A nil
// error does not mean paid: a declined payment is a result without an error.
// WaitPayment only reads, so it may be stopped and called again at any time.
//
// A service that is unavailable (no answer, status 429 or 5xx) does not end the
// wait, because the payment may go on meanwhile; WaitPayment obeys Retry-After.
// Every other error ends the wait, for example an invalid certificate of the
// service.
//
// WaitPayment waits until ctx ends if the payment never becomes final:
//
//   - A payment that nobody executes stays created.
//   - A card payment stays processing until the user has entered the card at
//     Card.PaymentPageURL. WaitPayment does not return when this URL appears;
//     [Client.RunPayment] does.
//
// The errors are ErrInvalidRequest before anything is sent, the errors of
// GetPayment, ErrOtherPayment if the service answers about another payment, and the
// error of ctx. If the last read failed, the error of ctx comes together with the
// error of the read. With an error the result is the last known state, or nil.
//
// wallet.best API: GET /payments/{id}
func (c *Client) WaitPayment(ctx context.Context, id int64, p WaitParams, opts ...CallOption) (*PaymentResult, error) {
	call := newCall(opts)
	if problems := slices.Concat(idProblems(id), p.poll().Problems(), call.problems); len(problems) > 0 {
		return nil, invalid(problems...)
	}
	done := func(p *Payment) bool { return p.Status.Final() }
	return c.wait(ctx, "WaitPayment", id, p, nil, done, call)
}

// wait reads the payment until done returns true, at the intervals of p. last is
// the state that is already known, or nil. The result and the errors are the same
// as of WaitPayment; operation names the call in the error of ctx.
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

// poll returns p for package poll.
func (p WaitParams) poll() poll.Params {
	return poll.Params{MinInterval: p.MinInterval, MaxInterval: p.MaxInterval}
}

// getThis reads a payment. It returns ErrOtherPayment if the answer is about
// another one.
func (c *Client) getThis(ctx context.Context, id int64, call *callOptions) (*PaymentResult, error) {
	r, err := c.get(ctx, id, call)
	if err == nil && r.Payment.ID != id {
		return nil, fmt.Errorf("%w: GetPayment: asked for %d, got %d", ErrOtherPayment, id, r.Payment.ID)
	}
	return r, err
}
