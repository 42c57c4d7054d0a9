package transactions

import (
	"context"
	"strconv"

	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

func (c *Client) prepareDo(*transport.Request) []string { return nil }

// outcomeOfDo returns the refusal in an answer of any shape, if it is one.
func (c *Client) outcomeOfDo(_ context.Context, operation string, a transport.Response, _ any) error {
	if a.StatusCode/100 != 2 {
		return refusal(operation, a)
	}
	var p problem
	if transport.IsObject(a.Body) {
		_ = wire.Decode(a.Body, &p) // what is no JSON is found out behind this
	}
	if !p.failed() {
		return nil
	}
	refused := refusal(operation, a)
	if p.refused() {
		refused.StatusCode, _ = strconv.Atoi(wire.Scalar(p.Status))
	}
	return refused
}
