package wallet

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/cause"
)

// PayOnce executes a payment safely: it reads the payment and executes it only
// while it is created, and it executes it at most once. A payment that is
// processing or at its end already is handed back as it is, so the call may be
// repeated at will, by one process at a time.
//
// When the answer to the execution is lost, or says that the status does not
// allow it (CodeInvalidPaymentStatus), it reads the payment again. If that shows
// that the execution took place, the call ends well. If the payment is still
// created, or cannot be read, the error of the execution comes back: with
// ErrOutcomeUnknown the execution may still be on its way to the service. Wait a
// while, then call PayOnce again.
//
// A payment that waits for more parameters is ErrNotPayable. Beside an error the
// result is the last known state, or nil. The errors are those of GetPayment and
// ExecutePayment, and ErrOtherPayment. An error that does not match
// ErrOutcomeUnknown says that this call executed nothing.
//
// wallet.best API: GET /payments/{id}, POST /payments/{id}/pay
func (c *Client) PayOnce(ctx context.Context, id int64, r ExecutePaymentRequest, opts ...CallOption) (*PaymentResult, error) {
	call := newCall(opts)
	if faults := slices.Concat(idFaults(id), r.faults(), call.faults); len(faults) > 0 {
		return nil, invalid(faults...)
	}
	anyPrice := func(*PaymentResult) (ExecutePaymentRequest, error) { return r, nil }
	return c.payOnce(ctx, id, anyPrice, call)
}

// RunPayment takes a payment from the request to its end: it creates it, shows
// it to confirm, executes it as PayOnce does, and waits as WaitPayment does.
// Give ctx a deadline.
//
// confirm is where the user agrees to Payment.Total, which is set whenever it is
// called, and says how to execute at that price: the zero ExecutePaymentRequest
// pays as the payment was created. An error of confirm ends the call before the
// execution, and is reachable through errors.Is; so does a request that is
// ErrInvalidRequest. The payment then stays created. confirm is called once more
// if the price has changed meanwhile, and again by a repeated call; the last
// request that it returns counts. A payment that waits for more parameters
// (NextActionUpdate) has no price: it is ErrNotPayable, and confirm is not called.
//
// The call ends without an error in one of three states, told by the result:
//
//   - Payment.Status is StatusCompleted: it is paid.
//   - Payment.Status is StatusDeclined: it is not, and Payment.DeclineReason may
//     say why. A decline is a result and no error.
//   - Payment.NeedsCardPage: send the user to Payment.Card.PaymentPageURL, then
//     call WaitPayment.
//
// The call may be repeated with the same request after any error, after a crash
// and in another process, one at a time: ClientPaymentID makes sure that it is
// the same payment, and PayOnce that it is executed once. Store the request
// before the first call.
//
// Beside an error the result is the last known state, or nil before the payment
// was created. The errors are those of CreatePayment, PayOnce, WaitPayment and
// confirm.
//
// wallet.best API: POST /payments, GET /payments/{id}, POST /payments/{id}/pay
func (c *Client) RunPayment(ctx context.Context, r CreatePaymentRequest, confirm func(PaymentResult) (ExecutePaymentRequest, error), opts ...CallOption) (*PaymentResult, error) {
	call := newCall(opts)
	if confirm == nil {
		call.faults = append(call.faults, "confirm: must not be nil")
	}
	now, err := c.create(ctx, r, call)
	if err != nil {
		return nil, err
	}
	if got := now.Payment.ClientPaymentID; got != "" && got != r.ClientPaymentID {
		return now, fmt.Errorf("%w: CreatePayment: the client's id is not the one that was sent", ErrOtherPayment)
	}
	if now.Payment.Status == StatusCreated {
		if now, err = c.agree(ctx, now, confirm, call); err != nil {
			return now, err
		}
	}
	done := func(p *Payment) bool { return p.Status.Final() || p.NeedsCardPage() }
	if done(&now.Payment) {
		return now, nil
	}
	return c.wait(ctx, "RunPayment", now.Payment.ID, WaitParams{}, now, done, call)
}

// agree executes a payment at the price that confirm agrees to.
func (c *Client) agree(
	ctx context.Context, created *PaymentResult, confirm func(PaymentResult) (ExecutePaymentRequest, error), call *callOptions,
) (*PaymentResult, error) {
	var agreed *Payment
	var request ExecutePaymentRequest
	ask := func(r *PaymentResult) (ExecutePaymentRequest, error) {
		if err := payable(r); err != nil {
			return request, err
		}
		if r.Payment.Total == nil {
			return request, fmt.Errorf("%w: it has no total", ErrNotPayable)
		}
		if agreed != nil && same(agreed.Amount, r.Payment.Amount) && agreed.Total.Equal(*r.Payment.Total) {
			return request, nil
		}
		agreed = &r.Payment
		var err error
		if request, err = confirm(*r); err != nil {
			return request, fmt.Errorf("wallet: RunPayment: not confirmed: %w", cause.Keep(ctx, err))
		}
		if faults := request.faults(); len(faults) > 0 {
			return request, fmt.Errorf("%w, as confirm returned it", invalid(faults...))
		}
		return request, nil
	}
	if _, err := ask(created); err != nil {
		return created, err
	}
	now, err := c.payOnce(ctx, created.Payment.ID, ask, call)
	if now == nil {
		now = created
	}
	return now, err
}

func same(a, b *decimal.Decimal) bool { return a == b || a != nil && b != nil && a.Equal(*b) }

// payOnce is PayOnce with a last word on the price and the request, asked for
// just before the execution.
func (c *Client) payOnce(
	ctx context.Context, id int64, agree func(*PaymentResult) (ExecutePaymentRequest, error), call *callOptions,
) (*PaymentResult, error) {
	before, err := c.getThis(ctx, id, call)
	if err != nil || before.Payment.Status != StatusCreated {
		return before, err
	}
	if err := payable(before); err != nil {
		return before, err
	}
	r, err := agree(before)
	if err != nil {
		return before, err
	}
	after, err := c.execute(ctx, id, r, call)
	if err == nil && after.Payment.ID != id {
		err = fmt.Errorf("%w: ExecutePayment: asked for %d, got %d, %w", ErrOtherPayment, id, after.Payment.ID, ErrOutcomeUnknown)
	}
	if err == nil {
		return after, nil
	}
	if !errors.Is(err, ErrOutcomeUnknown) && !isExecuted(err) {
		return before, err
	}
	now, failed := c.getThis(ctx, id, call)
	switch {
	case failed != nil:
		return before, fmt.Errorf("%w; reading the payment again: %w", err, failed)
	case now.Payment.Status == StatusCreated:
		return now, err
	}
	return now, nil
}

// isExecuted reports a refusal that says that the payment is past its execution.
func isExecuted(err error) bool {
	refused, ok := cause.Own[*Error](err)
	return ok && refused.Code == CodeInvalidPaymentStatus
}

// payable says why a created payment cannot be executed yet. A plain read may
// come without a next action.
func payable(r *PaymentResult) error {
	switch action := r.Meta.NextAction; action {
	case "", NextActionPay:
		return nil
	case NextActionUpdate:
		return fmt.Errorf("%w: it waits for more parameters (next action update) and has no total until then", ErrNotPayable)
	default:
		return fmt.Errorf("%w: its next action is not pay", ErrNotPayable)
	}
}
