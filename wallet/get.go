package wallet

import (
	"context"
	"net/http"
	"strconv"

	"github.com/payclients/payclients-go/internal/transport"
)

// GetPayment reads a payment. Meta.NextAction may be "" here.
//
// It is repeated after network errors and the statuses 429, 500, 502, 503 and
// 504. Its errors are ErrInvalidRequest, *Error, *DecodeError,
// ErrResponseTooLarge, and those of the context and the network.
//
// wallet.best API: GET /payments/{id}
func (c *Client) GetPayment(ctx context.Context, id int64, opts ...CallOption) (*PaymentResult, error) {
	return c.get(ctx, id, newCall(opts))
}

func (c *Client) get(ctx context.Context, id int64, call *callOptions) (*PaymentResult, error) {
	return payment(do(ctx, c, request{
		operation: "GetPayment",
		kind:      transport.ReadOnly,
		method:    http.MethodGet,
		path:      []string{"payments", strconv.FormatInt(id, 10)},
		faults:    idFaults(id),
	}, call, decodeData))
}
