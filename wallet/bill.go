package wallet

import (
	"context"
	"net/http"
	"net/mail"

	"github.com/payclients/payclients-go/internal/transport"
)

// SendBillRequest asks for the bill of a payment by e-mail. Both fields are
// required: [Client.SendBill] returns ErrInvalidRequest for a PaymentID below 1,
// and for an Email that is not one bare address. Printing it does not show the
// address. Unverified.
type SendBillRequest struct {
	PaymentID int64  `json:"id"`    // Payment.ID, above 0
	Email     string `json:"email"` // one address such as a@example.com, without a name; personal data
}

// SendBill asks the service to send the bill of a payment by e-mail. It moves no
// money. A nil error means that the service accepted the request, not that the
// e-mail has arrived. The result is the Meta of the answer, and nil with every
// error.
//
// The client sends the request once, and retries only on proof that nothing left
// this machine, because a second request would send a second e-mail.
//
// The errors of SendBill are ErrInvalidRequest before anything is sent (a bad r),
// *Error for a refusal, *DecodeError, ErrResponseTooLarge, errors of the
// Authenticator, and errors of the context and the network. An error that also
// matches ErrOutcomeUnknown means that the e-mail may have been sent.
//
// Unverified: known from the provider's later documentation only.
//
// wallet.best API: POST /payments/bill
func (c *Client) SendBill(ctx context.Context, r SendBillRequest, opts ...CallOption) (*Meta, error) {
	var problems []string
	if r.PaymentID <= 0 {
		problems = append(problems, "PaymentID: must be positive")
	}
	if address, err := mail.ParseAddress(r.Email); err != nil || address.Address != r.Email {
		problems = append(problems, "Email: must be one bare address")
	}
	return metaOf(do(ctx, c, request{
		operation: "SendBill",
		kind:      transport.Once, // sends an e-mail each time
		method:    http.MethodPost,
		path:      []string{"payments", "bill"},
		body:      r,
		problems:  problems,
	}, newCall(opts), decodeNothing))
}
