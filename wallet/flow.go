package wallet

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/cause"
)

// PayOnce reads a payment, and executes it if its status is StatusCreated. One call
// executes the payment at most once. A payment in any other status is returned as
// read, without an execution. The zero r executes the payment as it was created. A
// nil error does not mean paid: Payment.Status decides.
//
// PayOnce may be called again after every result: the new call executes only a
// payment that is still StatusCreated. After ErrOutcomeUnknown wait a while first,
// because the earlier execution may still be under way. Two calls for the same
// payment must not run at the same time.
//
// If the execution fails with ErrOutcomeUnknown or CodeInvalidPaymentStatus,
// PayOnce reads the payment again:
//
//   - The payment is past StatusCreated: PayOnce returns it without an error.
//   - The payment is still created: PayOnce returns it with the error of the
//     execution.
//   - The read fails: PayOnce returns the errors of the execution and of the read.
//
// Every read is retried as [Client.GetPayment] is. The execution is sent once, and
// retried only on proof that nothing left this machine.
//
//	What PayOnce returns           What is known                      What to do
//	no error, StatusCompleted      paid                               nothing
//	no error, StatusDeclined       not paid, see DeclineReason        nothing
//	no error, StatusProcessing     is being executed                  WaitPayment; card page if NeedsCardPage
//	no error, any other status     not known                          GetPayment
//	ErrOutcomeUnknown              may still be executed              wait a while, then PayOnce
//	ErrNotPayable                  not executed, lacks parameters     stop: this package cannot pay it
//	any other error                this call executed nothing         remove the cause, then PayOnce
//
// With an error the result is the last known state, or nil. The errors are
// ErrInvalidRequest before anything is sent, ErrNotPayable, ErrOtherPayment if the
// service answers about another payment, and the errors of GetPayment and
// ExecutePayment.
//
// wallet.best API: GET /payments/{id}, POST /payments/{id}/pay
func (c *Client) PayOnce(ctx context.Context, id int64, r ExecutePaymentRequest, opts ...CallOption) (*PaymentResult, error) {
	call := newCall(opts)
	if problems := slices.Concat(idProblems(id), r.problems(), call.problems); len(problems) > 0 {
		return nil, invalid(problems...)
	}
	anyPrice := func(*PaymentResult) (ExecutePaymentRequest, error) { return r, nil }
	return c.payOnce(ctx, id, anyPrice, call)
}

// RunPayment creates a payment, calls confirm with the price, executes the payment
// as PayOnce does, and waits as WaitPayment does with zero WaitParams. It returns
// when the status is final, or when the user must enter a card (NeedsCardPage). ctx
// should have a deadline. A nil error does not mean paid: Payment.Status decides.
//
// confirm asks the user to agree to Payment.Total, which is never nil, in roubles
// and with the fee. confirm returns how to execute the payment: the zero
// ExecutePaymentRequest executes the payment as it was created. The payment is not
// executed in these cases:
//
//   - confirm is nil: RunPayment returns ErrInvalidRequest and sends nothing.
//   - confirm returns an error: RunPayment returns an error in which errors.Is
//     finds it. The payment stays created.
//   - confirm returns a bad request: RunPayment returns ErrInvalidRequest. The
//     payment stays created.
//   - The payment waits for more parameters (NextActionUpdate) and has no price:
//     RunPayment returns ErrNotPayable without calling confirm.
//
// RunPayment calls confirm only for a payment that is still created, and before the
// execution. Just before the execution it reads the payment once more. If Amount or
// Total has changed by then, RunPayment calls confirm a second and last time, and
// executes with the second ExecutePaymentRequest. RunPayment does not notice a
// change after this read. A later RunPayment for a payment that is still created
// calls confirm again.
//
//	What RunPayment returns        What is known                      What to do
//	no error, StatusCompleted      paid                               nothing
//	no error, StatusDeclined       not paid, see DeclineReason        nothing
//	no error, NeedsCardPage        waits for the user's card          Card.PaymentPageURL, then WaitPayment
//	ErrOutcomeUnknown              may be created or executed         wait a while, then RunPayment
//	ErrNotPayable                  not executed, lacks parameters     stop: this package cannot pay it
//	any other error, no result     this call created nothing          remove the cause, then RunPayment
//	any other error and a result   the state in the result            remove the cause, then RunPayment
//
// RunPayment may be called again with the same request r after any error, after a
// crash and in another process. ClientPaymentID is the idempotency key, so the new
// call continues the same payment, and does not execute a payment that is past
// StatusCreated. Two calls must not run at the same time. Store r before the first
// call.
//
// With an error the result is the last known state, or nil before the payment was
// created. The errors are ErrInvalidRequest, ErrNotPayable, ErrOtherPayment if the
// service answers about another payment, and the errors of CreatePayment, PayOnce,
// WaitPayment and confirm.
//
// wallet.best API: POST /payments, GET /payments/{id}, POST /payments/{id}/pay
func (c *Client) RunPayment(ctx context.Context, r CreatePaymentRequest, confirm func(PaymentResult) (ExecutePaymentRequest, error), opts ...CallOption) (*PaymentResult, error) {
	call := newCall(opts)
	if confirm == nil {
		call.problems = append(call.problems, "confirm: must not be nil")
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

// agree executes a payment at the price that confirm agrees to. Its errors are
// ErrNotPayable, the error of confirm, ErrInvalidRequest for what confirm returns,
// and the errors of payOnce.
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
		if agreed != nil && sameAmount(agreed.Amount, r.Payment.Amount) && agreed.Total.Equal(*r.Payment.Total) {
			return request, nil
		}
		agreed = &r.Payment
		var err error
		if request, err = confirm(*r); err != nil {
			return request, fmt.Errorf("wallet: RunPayment: not confirmed: %w", cause.Keep(ctx, err))
		}
		if problems := request.problems(); len(problems) > 0 {
			return request, fmt.Errorf("%w, as confirm returned it", invalid(problems...))
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

// sameAmount reports whether two amounts are equal; nil equals nil only.
func sameAmount(a, b *decimal.Decimal) bool { return a == b || a != nil && b != nil && a.Equal(*b) }

// payOnce is PayOnce, except that it asks agree for the request just before the
// execution; an error of agree ends the call.
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

// isExecuted reports whether an error is a refusal which says that the payment is
// past its execution.
func isExecuted(err error) bool {
	refused, ok := cause.Own[*Error](err)
	return ok && refused.Code == CodeInvalidPaymentStatus
}

// payable returns ErrNotPayable if a created payment cannot be executed yet, or
// nil. A read payment may lack a next action.
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
