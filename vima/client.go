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
// caller's, and nil with [WithCredentialSource].
//
// The host of endpoint is in ASCII: write an international name in punycode, xn--….
//
// Everything that is wrong is reported in one error, which is ErrInvalidRequest.
func NewClient(endpoint string, auth Authenticator, opts ...Option) (*Client, error) {
	o := newOptions(opts)
	base, faults := transport.ParseBase("endpoint", endpoint, o.plainHTTP)
	switch own, _ := auth.(credential); {
	case auth != nil && o.source != nil:
		faults = append(faults, "auth: must be nil with WithCredentialSource")
	case auth == nil && o.source == nil:
		faults = append(faults, "auth: must not be nil")
	default:
		faults = append(faults, own.faults...)
	}
	if err := o.refused(faults); err != nil {
		return nil, err
	}
	o.Base, o.Authorizer = base, newAuthorizer(auth, o.source)
	return &Client{base: base, transport: transport.New(o.Config)}, nil
}

// list makes one GET of the endpoint, and captures no answer. Every call of this
// API only reads, so each may be repeated; a 500 too, since the collector documents
// no error of its own.
func (c *Client) list(ctx context.Context, p ListOperationsParams, call *callOptions) (answer[*OperationPage], error) {
	values, err := p.values()
	if err != nil {
		return answer[*OperationPage]{}, invalid(err.Error())
	}
	target := *c.base
	target.RawQuery = values.Encode()
	r := transport.Request{Operation: listOperations, Kind: transport.ReadOnly, Method: http.MethodGet, URL: &target, Header: call.header}
	return send(ctx, c.transport, r, func(_ context.Context, a transport.Response, _ any) (*OperationPage, error) {
		return decodeAnswer(p, a)
	})
}
