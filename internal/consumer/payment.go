package consumer

import (
	"context"
	"errors"
	"fmt"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/wallet"
)

// Payments is the part of [wallet.Client] that this service needs.
type Payments interface {
	RunPayment(context.Context, wallet.CreatePaymentRequest, func(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error), ...wallet.CallOption) (*wallet.PaymentResult, error)
}

var _ Payments = (*wallet.Client)(nil)

// ErrLater reports that it is not known yet whether the bill is paid: call again
// with the same id.
var ErrLater = errors.New("consumer: to be called again with the same id")

// PayBill pays a bill of at most limit and reports whether it is paid. Store id,
// the idempotency key, before the first call. It returns ErrLater if the outcome
// is unknown.
func PayBill(ctx context.Context, api Payments, id string, service int, account string, amount, limit decimal.Decimal) (bool, error) {
	request := wallet.NewOut(id, service, amount, map[string]string{"phoneNumber": account})
	result, err := api.RunPayment(ctx, request, func(r wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
		if r.Payment.Total.Cmp(limit) > 0 {
			return wallet.ExecutePaymentRequest{}, fmt.Errorf("consumer: a total of %s is above the limit", r.Payment.Total)
		}
		return wallet.ExecutePaymentRequest{}, nil
	})
	switch {
	case errors.Is(err, wallet.ErrOutcomeUnknown):
		return false, ErrLater
	case err != nil:
		return false, err
	}
	return result.Payment.Status == wallet.StatusCompleted, nil
}
