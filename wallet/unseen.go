package wallet

import (
	"context"
	"net/http"

	"github.com/payclients/payclients-go/internal/transport"
)

// ResetUnseen marks all payments of the wallet as seen. Meta.UrgentData of the
// result then has no count of unseen payments.
//
// ResetUnseen changes state by a GET. The client sends it once, and retries only on
// proof that nothing left this machine: a retry would also mark a payment that
// arrives in between. ErrOutcomeUnknown concerns the marks only, no money. Its
// errors are ErrInvalidRequest before anything is sent, *Error for a refusal,
// *DecodeError, ErrResponseTooLarge, errors of the Authenticator, and errors of the
// context and the network. The Meta is nil with every error.
//
// wallet.best API: GET /payments/reset_unseen
func (c *Client) ResetUnseen(ctx context.Context, opts ...CallOption) (*Meta, error) {
	return c.reset(ctx, "ResetUnseen", newCall(opts), "payments", "reset_unseen")
}

// reset sends a GET that marks everything as seen.
func (c *Client) reset(ctx context.Context, operation string, call *callOptions, path ...string) (*Meta, error) {
	return metaOf(do(ctx, c, request{
		operation: operation,
		kind:      transport.Once, // a GET that changes state
		method:    http.MethodGet,
		path:      path,
	}, call, decodeNothing))
}

// metaOf returns the result of a call without data.
func metaOf(r result[nothing], err error) (*Meta, error) {
	if err != nil {
		return nil, err
	}
	return &r.meta, nil
}
