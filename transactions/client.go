package transactions

import (
	"context"
	"net/http"
	"net/url"

	"github.com/payclients/payclients-go/internal/transport"
)

// Client reads the transactions of one service. It is immutable and safe for
// concurrent use.
type Client struct {
	base      *url.URL
	transport *transport.Client
}

// NewClient checks its arguments and does no I/O. baseURL is that of the service
// without the path /api, for example https://payments.example.com; no address is
// published, so there is no constant for it. Plain http is refused except to
// loopback. tokens are [StaticToken], [PasswordTokens] or an implementation of
// the caller's.
//
// The host of baseURL is in ASCII: write an international name in punycode, xn--….
//
// Everything that is wrong is reported in one error, which is ErrInvalidRequest.
func NewClient(baseURL string, tokens TokenSource, opts ...Option) (*Client, error) {
	o := newOptions(opts)
	base, faults := transport.ParseBase("baseURL", baseURL, o.plainHTTP)
	switch own, _ := tokens.(interface{ faults() []string }); {
	case tokens == nil:
		faults = append(faults, "tokens: must not be nil")
	case own != nil:
		faults = append(faults, own.faults()...)
	}
	if err := o.refused(faults); err != nil {
		return nil, err
	}
	o.Base, o.Authorizer = base, transport.Bearer(tokens, nil)
	return &Client{base: base, transport: transport.New(o.Config)}, nil
}

// list makes one GET of the list, and captures no answer.
func (c *Client) list(ctx context.Context, query url.Values, call *callOptions) (answer[*TransactionPage], error) {
	target := c.base.JoinPath("api", "transactions")
	target.RawQuery = query.Encode()
	r := transport.Request{Operation: listTransactions, Kind: transport.ReadOnly, Method: http.MethodGet, URL: target, Header: call.header}
	return send(ctx, c.transport, r, func(_ context.Context, a transport.Response, _ any) (*TransactionPage, error) {
		return decodeAnswer(a)
	})
}
