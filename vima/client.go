package vima

import (
	"context"
	"net/http"
	"net/url"

	"github.com/payclients/payclients-go/internal/transport"
)

// The known endpoints. Each is the whole URL of the one call that there is.
const (
	ProductionURL = "https://payment.woozuki.com/collector1/api/v1/operation"
	SandboxURL    = "https://sandbox.finmar.tech/collector/api/v3/operation"
)

// Client reads the operations of one collector. It is immutable and safe for
// concurrent use.
type Client struct {
	base      *url.URL // the endpoint
	transport *transport.Client
}

// NewClient checks its arguments and does no I/O. endpoint is the whole URL of
// the operation list, [ProductionURL] or [SandboxURL]; there is no default, so
// that nobody reads the wrong one by forgetting an option. Plain http is refused
// except to loopback. auth is [APIKey], [BasicAuth] or an implementation of the
// caller's.
//
// The host of endpoint is in ASCII: write an international name in punycode, xn--….
//
// Everything that is wrong is reported in one error, which is ErrInvalidRequest.
func NewClient(endpoint string, auth Authenticator, opts ...Option) (*Client, error) {
	o := newOptions(opts)
	base, faults := transport.ParseBase("endpoint", endpoint, o.plainHTTP)
	switch own, _ := auth.(credential); {
	case auth == nil:
		faults = append(faults, "auth: must not be nil")
	default:
		faults = append(faults, own.faults...)
	}
	faults = append(faults, o.Config.Faults()...)
	if len(faults) > 0 {
		return nil, invalid(faults...)
	}
	o.Base = base
	o.Authenticate = func(r *http.Request, _ []byte) error { return auth.Authenticate(r) }
	return &Client{base: base, transport: transport.New(o.Config)}, nil
}

// send makes one GET of the endpoint. Every call of this API only reads, so each
// may be repeated; a 500 too, since the collector documents no error of its own.
func (c *Client) send(ctx context.Context, operation string, query url.Values, call *callOptions) (transport.Answer, error) {
	target := *c.base
	target.RawQuery = query.Encode()
	answer, err := c.transport.Do(ctx, transport.Request{
		Operation: operation,
		Kind:      transport.ReadOnly,
		Method:    "GET",
		URL:       &target,
		Header:    call.header,
	})
	if err != nil {
		return answer, failure(operation, err)
	}
	return answer, nil
}
