package wallet

import (
	"context"
	"net/http"
	"net/mail"

	"github.com/payclients/payclients-go/internal/transport"
)

// SendBillRequest asks for the bill of a payment by e-mail. Printing it shows no
// address. Unverified.
type SendBillRequest struct {
	PaymentID int64  `json:"id"`    // of a payment
	Email     string `json:"email"` // one address; personal data
}

// SendBill asks the service to send the bill of a payment by e-mail.
//
// It is sent once and repeated only on proof that nothing left this machine: a
// repeat would send a second e-mail. It moves no money; ErrOutcomeUnknown speaks
// of the e-mail alone. Its errors are ErrInvalidRequest, *Error, *DecodeError,
// ErrResponseTooLarge, and those of the context and the network.
//
// Unverified: known from the provider's later documentation only.
//
// wallet.best API: POST /payments/bill
func (c *Client) SendBill(ctx context.Context, r SendBillRequest, opts ...CallOption) (*Meta, error) {
	var faults []string
	if r.PaymentID <= 0 {
		faults = append(faults, "PaymentID: must be positive")
	}
	if address, err := mail.ParseAddress(r.Email); err != nil || address.Address != r.Email {
		faults = append(faults, "Email: must be one bare address")
	}
	return metaOf(do(ctx, c, request{
		operation: "SendBill",
		kind:      transport.Once, // sends an e-mail each time
		method:    http.MethodPost,
		path:      []string{"payments", "bill"},
		body:      r,
		faults:    faults,
	}, newCall(opts), decodeNothing))
}
