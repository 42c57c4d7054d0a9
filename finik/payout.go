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

// PayoutParams says how RunPayout goes on. The zero value is a payout that has
// never been tried.
type PayoutParams struct {
	// PaymentID is the service's id of the payment, where an earlier run has
	// stored it. The payment is then only waited for, and nothing is sent.
	PaymentID string
	// Resume says that an earlier run may have sent the request, whatever it said
	// then. The recipient is not checked again, and no refusal counts as a definite
	// no: with the first request on its way, the second may be refused for want of
	// funds.
	Resume bool
	// Check is asked about the recipient before the payment is made; its error
	// ends the payout, and is reachable through errors.Is. Nil agrees.
	Check func(Recipient) error
	// Created is told the service's id of the payment as soon as that is known, for
	// the caller to store. Its error ends the payout while the payment goes on.
	Created func(paymentID string) error
	// SkipRecipient leaves out the recipient's check, for services without one.
	SkipRecipient bool
	// NoWait ends the call without an error as soon as the payment is known, finished
	// or not: after the answer to the request, or after one read of the payment where
	// PaymentID or an answer names it. A read that fails is not repeated beyond the
	// client's own retries: the error matches ErrOutcomeUnknown. Wait is then not used.
	NoWait bool
	Wait   WaitParams
}

// RunPayout takes a payout from the request to its end: it checks the recipient,
// makes the payment, and waits as WaitPayment does. Give ctx a deadline.
//
// The call ends without an error when the payment is at its end, and its Status
// says which: StatusSucceeded is paid. A payment that failed or was canceled is
// a result and no error. With PayoutParams.NoWait the call ends earlier, and the
// payment may be pending: ask [Payment.Final].
//
// An error that matches ErrOutcomeUnknown says that the payment may have been
// made, or was and is not at its end; call RunPayout again with the same request
// and Resume, after a crash and in another process too, one at a time. Every
// other error says that this call has made no payment.
//
// The service makes one payment for a TransactionID, so no repeat pays twice. It
// tells of the one that exists by status 409, which is ErrDuplicate and
// ErrOutcomeUnknown. Where that, or any other answer that is ErrOutcomeUnknown,
// names the payment (Error.PaymentID), the call goes on with Created and waits
// for it; where not, it ends there, since there is no call to find the payment by
// TransactionID. Then the webhook tells, or the provider. Store the request
// before the first call, and what Created says, which spares the duplicate.
//
// A payment that is waited for must be that of the request: a read that names
// another TransactionID is ErrOtherPayment and ErrOutcomeUnknown. One that names
// none is taken for it, since the service has given the id.
//
// Beside an error the result is the last known state, or nil. The errors are
// those of CheckRecipient, CreatePayment, WaitPayment, Check and Created.
//
// Finik API: POST /v2/recipient, POST /v2/payment, GET /v2/payments/{paymentId}
func (c *Client) RunPayout(ctx context.Context, r CreatePaymentRequest, p PayoutParams, opts ...CallOption) (*Payment, error) {
	call := newCall(opts)
	fields, fieldFaults := r.Fields.json() // once: Check may change the map
	r.Unchecked = maps.Clone(r.Unchecked)
	faults := slices.Concat(r.faults(), fieldFaults, poll.Params(p.Wait).Problems(), call.faults)
	if p.PaymentID != "" {
		faults = append(faults, paymentIDFaults(p.PaymentID)...)
	}
	if len(faults) > 0 {
		return nil, invalid(faults...)
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

// payout is one run of a payout.
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
		return fmt.Errorf("finik: RunPayout: recipient not agreed to: %w", cause.Keep(ctx, err))
	}
	return nil
}

// pay makes the payment, or finds that it was made before.
func (o payout) pay(ctx context.Context) (*Payment, error) {
	now, err := o.client.create(ctx, o.request, nil, o.call)
	refused, ok := cause.Own[*Error](err)
	if ok && (refused.unknown || o.params.Resume) && len(paymentIDFaults(refused.PaymentID)) == 0 {
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
		return unknown(fmt.Errorf("finik: RunPayout: the payment's id was not stored: %w", cause.Keep(ctx, err)))
	}
	return nil
}

// follow waits for a payment that is older than this run, so that the first look
// is at once.
func (o payout) follow(ctx context.Context, id string) (*Payment, error) {
	p := o.params.Wait.withDefaults()
	p.First = 0
	return o.wait(ctx, id, p, nil)
}

func (o payout) wait(ctx context.Context, id string, p WaitParams, last *Payment) (*Payment, error) {
	now, err := o.look(ctx, id, p, last)
	if now != nil && now.TransactionID != "" && now.TransactionID != o.request.TransactionID {
		return nil, unknown(fmt.Errorf("%w: RunPayout: it has another transaction id", ErrOtherPayment))
	}
	if err != nil {
		err = unknown(err)
	}
	return now, err
}

// look reads the payment once with NoWait, and else until its end.
func (o payout) look(ctx context.Context, id string, p WaitParams, last *Payment) (*Payment, error) {
	if o.params.NoWait {
		return o.client.getThis(ctx, id, o.call)
	}
	return o.client.wait(ctx, "RunPayout", id, p, last, o.call)
}

// unknown makes an error match ErrOutcomeUnknown.
func unknown(err error) error {
	if errors.Is(err, ErrOutcomeUnknown) {
		return err
	}
	return fmt.Errorf("%w, %w", err, ErrOutcomeUnknown)
}
