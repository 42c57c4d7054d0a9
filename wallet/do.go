package wallet

import (
	"context"

	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

func (c *Client) prepareDo(*transport.Request) []string { return nil }

// outcomeOfDo returns the refusal in an answer, which need not have meta.
func (c *Client) outcomeOfDo(_ context.Context, operation string, a transport.Response, _ any) error {
	if _, there := wire.Member(a.Body, "meta"); !there && a.StatusCode/100 == 2 {
		return nil
	}
	_, _, err := outcome(request{operation: operation, kind: transport.Once}, a)
	return err
}
