package consumer

import (
	"context"
	"errors"
	"fmt"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/wallet"
)

// Payments is the part of [wallet.Client] that PayBill needs. A *wallet.Client
// is a Payments.
type Payments interface {
	RunPayment(context.Context, wallet.CreatePaymentRequest, func(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error), ...wallet.CallOption) (*wallet.PaymentResult, error)
}

var _ Payments = (*wallet.Client)(nil)

// ErrLater is what PayBill and PayOut return if the outcome is unknown: the
// money may have been sent. Wait a while, and then call the function again with
// the same id, as the comment of the function says.
var ErrLater = errors.New("consumer: to be called again with the same id")

// PayBill pays a bill from the wallet and reports whether the bill is paid. The
// arguments are
//   - id: the idempotency key, see wallet.NewClientPaymentID; store it before the
//     first call
//   - service: the id of the service at the wallet
//   - account: the phone number to pay for
//   - amount and limit: in roubles; limit is the highest price with the fee
//
// PayBill returns
//   - true and nil if the bill is paid
//   - false and nil if the payment was declined: this is final, and paying the bill
//     needs a new id
//   - false and nil if the payment waits for the user's card: a later call with the
//     same arguments returns true once the payment is completed
//   - false and an error whose text says "above the limit" if the price with the
//     fee is above limit: nothing was paid
//   - false and ErrLater if the outcome is unknown
//   - false and the unchanged error of RunPayment in all other cases
//
// After every error PayBill may be called again with the same arguments, one call
// at a time: it pays at most once for each id.
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
