package consumer

import (
	"context"
	"errors"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
)

// Payouts is the part of [finik.Client] that PayOut needs. A *finik.Client is a
// Payouts.
type Payouts interface {
	RunPayout(context.Context, finik.CreatePaymentRequest, finik.PayoutParams, ...finik.CallOption) (*finik.Payment, error)
}

var _ Payouts = (*finik.Client)(nil)

// Payout is a payout that this service owes, as it is stored.
type Payout struct {
	TransactionID string // idempotency key, see finik.NewTransactionID; stored before the first call
	PaymentID     string // the provider's id, stored as soon as it is known; "" until then
	// Begun is false in the first call of PayOut only. Store true before that call: if
	// the process crashes in the call, the next call must be one with true. A later
	// call with false might report a payment that was made as not paid.
	Begun  bool
	Phone  string          // of the recipient
	Amount decimal.Decimal // in som (Unverified: the request names no currency); 150.00 is sent as "150.00"
}

// PayOut makes the payout p and reports whether the money has arrived. account and
// user are the ids of the account and the user that pay. PayOut calls store with
// the provider's id of the payment as soon as the id is known, unless p has the id
// already. A nil store stores nothing.
//
// PayOut returns
//   - true and nil if the payment succeeded
//   - false and nil if the payment is final without success
//   - false and finik.ErrDuplicate if the payment exists and the provider does not
//     name it: another call does not help, because the provider refuses every
//     repeat in this way. Wait for the webhook event, or ask the provider.
//   - false and ErrLater if the outcome is unknown for any other reason, also after
//     an error of store
//   - false and the unchanged error of RunPayout in all other cases: this call paid
//     nothing. Remove the cause of the error before the next call.
//
// PayOut may be called again after every error, one call at a time: while the
// provider remembers the TransactionID, no repeat pays twice. How long the provider
// remembers is not known (Unverified). For the next call set p.Begun to true and,
// if an id was stored, p.PaymentID to that id. Leave the other arguments as they
// were.
func PayOut(ctx context.Context, api Payouts, account, user string, p Payout, store func(paymentID string) error) (bool, error) {
	payment, err := api.RunPayout(ctx, finik.CreatePaymentRequest{
		AccountID: account, UserID: user, ServiceID: "finik", TransactionID: p.TransactionID,
		Fields: finik.Fields{"phone": p.Phone, "amount": p.Amount},
	}, finik.PayoutParams{PaymentID: p.PaymentID, Resume: p.Begun, Created: store})
	switch {
	case errors.Is(err, finik.ErrOutcomeUnknown) && !errors.Is(err, finik.ErrDuplicate):
		return false, ErrLater
	case err != nil:
		return false, err
	}
	return payment.Status.Is(finik.StatusSucceeded), nil
}
