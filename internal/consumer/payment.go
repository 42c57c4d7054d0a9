package consumer

import (
	"context"
	"errors"
	"fmt"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/wallet"
)

// Payments is what this service needs of a [wallet.Client].
type Payments interface {
	RunPayment(context.Context, wallet.CreatePaymentRequest, func(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error), ...wallet.CallOption) (*wallet.PaymentResult, error)
}

var _ Payments = (*wallet.Client)(nil)

// ErrLater says that nobody knows yet whether the bill is paid.
var ErrLater = errors.New("consumer: to be called again with the same id")

// PayBill pays what a bill costs, up to limit, and reports whether it is paid.
// id is stored before the first call.
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
