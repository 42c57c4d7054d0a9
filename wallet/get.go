package wallet

import (
	"context"
	"net/http"
	"strconv"

	"github.com/payclients/payclients-go/internal/transport"
)

// GetPayment reads a payment. Meta.NextAction of the result may be "".
//
// GetPayment only reads. It is retried after network errors and the statuses 429,
// 500, 502, 503 and 504, as [WithRetry] says. Its errors are ErrInvalidRequest
// before anything is sent, *Error for a refusal (ErrNotFound for an unknown id),
// *DecodeError, ErrResponseTooLarge, errors of the Authenticator, and errors of the
// context and the network. The result is nil with every error.
//
// wallet.best API: GET /payments/{id}
func (c *Client) GetPayment(ctx context.Context, id int64, opts ...CallOption) (*PaymentResult, error) {
	return c.get(ctx, id, newCall(opts))
}

// get is GetPayment with collected options.
func (c *Client) get(ctx context.Context, id int64, call *callOptions) (*PaymentResult, error) {
	return payment(do(ctx, c, request{
		operation: "GetPayment",
		kind:      transport.ReadOnly,
		method:    http.MethodGet,
		path:      []string{"payments", strconv.FormatInt(id, 10)},
		faults:    idFaults(id),
	}, call, decodeData))
}
