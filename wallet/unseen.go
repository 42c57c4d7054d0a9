package wallet

import (
	"context"
	"net/http"

	"github.com/payclients/payclients-go/internal/transport"
)

// ResetUnseen marks all payments as seen. Meta.UrgentData has no count of unseen
// payments then.
//
// It changes state by a GET, is sent once and repeated only on proof that
// nothing left this machine: a payment that arrives between two of them would
// lose its mark unread. Its errors are ErrInvalidRequest, *Error, *DecodeError,
// ErrResponseTooLarge, and those of the context and the network;
// ErrOutcomeUnknown speaks of the marks alone.
//
// wallet.best API: GET /payments/reset_unseen
func (c *Client) ResetUnseen(ctx context.Context, opts ...CallOption) (*Meta, error) {
	return c.reset(ctx, "ResetUnseen", newCall(opts), "payments", "reset_unseen")
}

func (c *Client) reset(ctx context.Context, operation string, call *callOptions, path ...string) (*Meta, error) {
	return metaOf(do(ctx, c, request{
		operation: operation,
		kind:      transport.Once, // a GET that changes state
		method:    http.MethodGet,
		path:      path,
	}, call, decodeNothing))
}

// metaOf makes the answer of a call that has no data.
func metaOf(r result[nothing], err error) (*Meta, error) {
	if err != nil {
		return nil, err
	}
	return &r.meta, nil
}
