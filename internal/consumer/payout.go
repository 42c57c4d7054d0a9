package consumer

import (
	"context"
	"errors"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
)

// Payouts is the part of [finik.Client] that this service needs.
type Payouts interface {
	RunPayout(context.Context, finik.CreatePaymentRequest, finik.PayoutParams, ...finik.CallOption) (*finik.Payment, error)
}

var _ Payouts = (*finik.Client)(nil)

// Payout is a payout that this service owes, as it is stored.
type Payout struct {
	TransactionID string // stored before the first call
	PaymentID     string // stored as soon as it is known
	Begun         bool   // stored before the first call
	Phone         string
	Amount        decimal.Decimal
}

// PayOut makes a payout and reports whether the money has arrived. store is
// called with the payment's id. It returns ErrLater if the outcome is unknown.
func PayOut(ctx context.Context, api Payouts, account, user string, p Payout, store func(paymentID string) error) (bool, error) {
	payment, err := api.RunPayout(ctx, finik.CreatePaymentRequest{
		AccountID: account, UserID: user, ServiceID: "finik", TransactionID: p.TransactionID,
		Fields: finik.Fields{"phone": p.Phone, "amount": p.Amount},
	}, finik.PayoutParams{PaymentID: p.PaymentID, Resume: p.Begun, Created: store})
	switch {
	case errors.Is(err, finik.ErrOutcomeUnknown):
		return false, ErrLater
	case err != nil:
		return false, err
	}
	return payment.Status.Is(finik.StatusSucceeded), nil
}
