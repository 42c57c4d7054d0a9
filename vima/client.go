package vima

import (
	"context"
	"net/http"
	"net/url"

	"github.com/payclients/payclients-go/internal/transport"
)

// The known endpoints, for NewClient. Each is the whole URL of the operation list.
const (
	ProductionURL = "https://payment.woozuki.com/collector1/api/v1/operation"
	SandboxURL    = "https://sandbox.finmar.tech/collector/api/v3/operation"
)

// Client reads the operations of one collector. Make one with [NewClient]; the
// methods of the zero Client panic. A Client is immutable and safe for concurrent
// use.
type Client struct {
	base      *url.URL // the endpoint
	transport *transport.Client
}

// NewClient returns a client of one collector. It checks its arguments and does no
// I/O; use one client for all calls. A client needs no Close.
//
// endpoint is the whole URL of the operation list, [ProductionURL] or [SandboxURL].
// NewClient has no default endpoint and refuses "", so that a forgotten endpoint
// cannot select the wrong collector. endpoint must be an absolute https URL without
// user name, query and fragment. Plain http is refused, except to loopback or with
// [WithPlainHTTP]. A host with characters outside ASCII is refused: write an
// international name in punycode, xn--….
//
// auth is [APIKey], [BasicAuth] or the caller's own [Authenticator]. With
// [WithCredentialSource] auth must be nil; without it, nil is refused. A nil Option
// panics.
//
// The only error is ErrInvalidRequest. It lists everything that is wrong with the
// arguments and the options, by field and rule; the client is then nil.
func NewClient(endpoint string, auth Authenticator, opts ...Option) (*Client, error) {
	o := newOptions(opts)
	base, problems := transport.ParseBase("endpoint", endpoint, o.plainHTTP)
	switch own, _ := auth.(credential); {
	case auth != nil && o.source != nil:
		problems = append(problems, "auth: must be nil with WithCredentialSource")
	case auth == nil && o.source == nil:
		problems = append(problems, "auth: must not be nil")
	default:
		problems = append(problems, own.problems...)
	}
	if err := o.refused(problems); err != nil {
		return nil, err
	}
	o.Base, o.Authorizer = base, newAuthorizer(auth, o.source)
	return &Client{base: base, transport: transport.New(o.Config)}, nil
}

// list sends one GET of the endpoint and decodes the answer. It does not fill the
// Response of CaptureResponse. Every call of this API only reads, so each may be
// retried; a 500 too, since the collector documents no errors.
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
