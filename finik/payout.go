package finik

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/payclients/payclients-go/internal/cause"
	"github.com/payclients/payclients-go/internal/poll"
)

// PayoutParams configures [Client.RunPayout]. The zero value is for a payout
// that has never been tried.
type PayoutParams struct {
	// PaymentID is the service's id of the payment, if an earlier run has
	// stored it. RunPayout then only reads that payment, at once and until it
	// is final, and makes none. The other fields except NoWait and Wait then
	// have no effect, and every error after the arguments are accepted matches
	// ErrOutcomeUnknown. "" means that the id is not known. An id that
	// GetPayment refuses is refused with ErrInvalidRequest.
	PaymentID string
	// Resume means that an earlier run may have sent the request, even if it
	// returned an error. RunPayout then sends the request without checking the
	// recipient. A refusal does not prove that nothing was paid: while the
	// first request is still in progress, the second may be refused for lack of
	// funds. Every error after the arguments are accepted therefore matches
	// ErrOutcomeUnknown.
	Resume bool
	// Check is called once, with the recipient that CheckRecipient returned,
	// before the payment is made. If Check returns an error, RunPayout pays
	// nothing and returns an error in which errors.Is finds it. A nil Check
	// accepts every recipient. Check is not called with SkipRecipient, Resume
	// or PaymentID.
	Check func(Recipient) error
	// Created is called once, with the service's id of the payment, as soon as
	// an answer names the payment, so that you can store the id. If Created
	// returns an error, RunPayout stops waiting while the payment goes on: its
	// error matches ErrOutcomeUnknown, and errors.Is finds the error of
	// Created. Created is not called with PaymentID. A nil Created stores
	// nothing.
	Created func(paymentID string) error
	// SkipRecipient skips CheckRecipient, for services without recipients to
	// check.
	SkipRecipient bool
	// NoWait makes RunPayout return the payment, final or not, without waiting:
	//
	//   - After a success of the request RunPayout returns the answer and reads
	//     nothing.
	//   - With PaymentID, or if an answer with an unknown outcome names the
	//     payment (Error.PaymentID), RunPayout reads the payment once.
	//
	// A read that fails after the client's own retries ends the call with
	// ErrOutcomeUnknown. The field Wait has no effect.
	NoWait bool
	Wait   WaitParams // how often to read the payment; the zero value means the defaults
}

// RunPayout makes a payout from start to end: it checks the recipient, makes
// the payment, and waits until it is final as WaitPayment does. Money moves.
// Give ctx a deadline. The first row that applies counts:
//
//	What came back                   What is known              What to do
//	no error                         the payment is final,      look at Status: only StatusSucceeded is paid
//	                                   except with NoWait
//	ErrDuplicate (with               a payment exists, and      wait for the webhook event, or ask the
//	  ErrOutcomeUnknown)               its id is not known        provider
//	ErrOutcomeUnknown                the payment may exist,     do not treat it as failed; call again with the
//	  (also if ctx ends)               and may still succeed      same request and PayoutParams.Resume (or
//	                                                              PayoutParams.PaymentID, if known)
//	any other error                  this call paid nothing     fix the cause
//
// Every error that comes after the payment may have been made matches
// ErrOutcomeUnknown: also the errors of the wait and of PayoutParams.Created.
//
// With PayoutParams.NoWait the call ends as soon as the payment is known. The
// payment may then still be pending, and may fail later: see [Payment.Final].
//
// Run one payout at a time for each TransactionID. The service makes one
// payment for a TransactionID, so no repeat pays twice, even after a crash or
// from another process. How long the service remembers a TransactionID is
// Unverified. Store the request before the first call. Store the payment's id in
// the function PayoutParams.Created.
//
// If an answer with an unknown outcome names the payment (Error.PaymentID),
// RunPayout calls PayoutParams.Created and waits for that payment. If a read
// then shows another TransactionID than the request's, RunPayout returns
// ErrOtherPayment with ErrOutcomeUnknown. A read without a TransactionID is
// accepted, because the service itself named the id.
//
// Each request is retried as CheckRecipient, CreatePayment and GetPayment retry it;
// RunPayout itself repeats none. With an error the payment is its last known state,
// or nil. The errors are
// ErrInvalidRequest before anything is sent, the errors of CheckRecipient,
// CreatePayment and WaitPayment, and the errors of your functions
// PayoutParams.Check and PayoutParams.Created.
//
// Finik API: POST /v2/recipient, POST /v2/payment, GET /v2/payments/{paymentId}
func (c *Client) RunPayout(ctx context.Context, r CreatePaymentRequest, p PayoutParams, opts ...CallOption) (*Payment, error) {
	call := newCall(opts)
	fields, fieldProblems := r.Fields.json() // now: Check may change the map
	r.Unchecked = maps.Clone(r.Unchecked)
	problems := slices.Concat(r.problems(), fieldProblems, poll.Params(p.Wait).Problems(), call.problems)
	if p.PaymentID != "" {
		problems = append(problems, paymentIDProblems(p.PaymentID)...)
	}
	if len(problems) > 0 {
		return nil, invalid(problems...)
	}
	run := payout{client: c, request: paymentBody{r, fields}, params: p, call: call}
	if p.PaymentID != "" {
		return run.follow(ctx, p.PaymentID)
	}
	if !p.Resume && !p.SkipRecipient {
		if err := run.check(ctx); err != nil {
			return nil, err
		}
	}
	return run.pay(ctx)
}

// payout is one run of RunPayout.
type payout struct {
	client  *Client
	request paymentBody
	params  PayoutParams
	call    *callOptions
}

func (o payout) check(ctx context.Context) error {
	r, err := o.client.check(ctx, CheckRecipientRequest{ServiceID: o.request.ServiceID}, o.request.fields, nil, o.call)
	if err != nil || o.params.Check == nil {
		return err
	}
	if err := o.params.Check(*r); err != nil {
		return fmt.Errorf("finik: RunPayout: Check refused the recipient: %w", cause.Keep(ctx, err))
	}
	return nil
}

// pay makes the payment, or finds that an earlier call made it, and waits. It
// returns the errors of CreatePayment, Created and the wait, made to match
// ErrOutcomeUnknown unless nothing was paid.
func (o payout) pay(ctx context.Context) (*Payment, error) {
	now, err := o.client.create(ctx, o.request, nil, o.call)
	refused, ok := cause.Own[*Error](err)
	if ok && (refused.unknown || o.params.Resume) && len(paymentIDProblems(refused.PaymentID)) == 0 {
		if err := o.created(ctx, refused.PaymentID); err != nil {
			return nil, err
		}
		return o.follow(ctx, refused.PaymentID)
	}
	if err != nil && o.params.Resume {
		err = unknown(err)
	}
	if err != nil {
		return nil, err
	}
	if err := o.created(ctx, now.ID); err != nil {
		return now, err
	}
	if now.Final() || o.params.NoWait {
		return now, nil
	}
	return o.wait(ctx, now.ID, o.params.Wait.withDefaults(), now)
}

func (o payout) created(ctx context.Context, id string) error {
	if o.params.Created == nil {
		return nil
	}
	if err := o.params.Created(id); err != nil {
		return unknown(fmt.Errorf("finik: RunPayout: Created failed to store the payment's id: %w", cause.Keep(ctx, err)))
	}
	return nil
}

// follow waits for a payment that is older than this run, so the first read is
// immediate. Its errors match ErrOutcomeUnknown.
func (o payout) follow(ctx context.Context, id string) (*Payment, error) {
	p := o.params.Wait.withDefaults()
	p.First = 0
	return o.wait(ctx, id, p, nil)
}

func (o payout) wait(ctx context.Context, id string, p WaitParams, last *Payment) (*Payment, error) {
	now, err := o.look(ctx, id, p, last)
	if now != nil && now.TransactionID != "" && now.TransactionID != o.request.TransactionID {
		return nil, unknown(fmt.Errorf("%w: RunPayout: the payment has another transaction id", ErrOtherPayment))
	}
	if err != nil {
		err = unknown(err)
	}
	return now, err
}

// look reads the payment once with NoWait, otherwise until it is final. It
// returns the errors of GetPayment or WaitPayment.
func (o payout) look(ctx context.Context, id string, p WaitParams, last *Payment) (*Payment, error) {
	if o.params.NoWait {
		return o.client.getThis(ctx, id, o.call)
	}
	return o.client.wait(ctx, "RunPayout", id, p, last, o.call)
}

// unknown returns err, made to match ErrOutcomeUnknown.
func unknown(err error) error {
	if errors.Is(err, ErrOutcomeUnknown) {
		return err
	}
	return fmt.Errorf("%w, %w", err, ErrOutcomeUnknown)
}
