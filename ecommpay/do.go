package ecommpay

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// prepareDo returns what makes a request of Do impossible to sign, nil if nothing
// does. It replaces a nil body with {}.
func (c *Client) prepareDo(r *transport.Request) []string {
	var faults problems.List
	faults.If(r.Method == http.MethodGet, "method: must not be GET, which has no body to sign")
	faults.If(r.URL.RawQuery != "", "path: must not have a query, which is not signed")
	if r.Body == nil {
		r.Body = []byte("{}")
	}
	var members map[string]json.RawMessage
	if !transport.IsObject(r.Body) || wire.Decode(r.Body, &members) != nil {
		return append(faults, "in: must be a JSON object without repeated names")
	}
	return append(faults, memberFaults("in", members, "token", "signature")...)
}

// outcomeOfDo returns nil for a success, and otherwise the same errors as
// decodeAnswer: the signature is verified first, then the body is searched for a
// refusal.
func (c *Client) outcomeOfDo(ctx context.Context, operation string, a transport.Response, used any) error {
	if err := c.verified(ctx, operation, a, used); err != nil {
		return err
	}
	return outcome(operation, a)
}
