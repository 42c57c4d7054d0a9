package transactions

import (
	"context"
	"net/http"
	"net/url"

	"github.com/payclients/payclients-go/internal/transport"
)

// Client reads the transactions of one service. Make one with [NewClient]; the
// methods of the zero Client panic. A Client is immutable and safe for concurrent
// use.
type Client struct {
	base      *url.URL
	transport *transport.Client
}

// NewClient returns a client of one service. It checks its arguments and does no
// I/O; use one client for all calls. A client needs no Close.
//
// baseURL is the address of the service without the path /api, for example
// https://payments.example.com. No address is published, so this package has no
// constant for it. baseURL must be an absolute https URL without user name, query
// and fragment. Plain http is refused, except to loopback or with [WithPlainHTTP].
// A host with characters outside ASCII is refused: write an international name in
// punycode, xn--….
//
// tokens is [StaticToken], [PasswordTokens] or the caller's own [TokenSource]; nil
// is refused. A nil Option panics.
//
// The only error is ErrInvalidRequest. It lists everything that is wrong with the
// arguments and the options, by field and rule; the client is then nil.
func NewClient(baseURL string, tokens TokenSource, opts ...Option) (*Client, error) {
	o := newOptions(opts)
	base, problems := transport.ParseBase("baseURL", baseURL, o.plainHTTP)
	switch own, _ := tokens.(interface{ problems() []string }); {
	case tokens == nil:
		problems = append(problems, "tokens: must not be nil")
	case own != nil:
		problems = append(problems, own.problems()...)
	}
	if err := o.refused(problems); err != nil {
		return nil, err
	}
	o.Base, o.Authorizer = base, transport.Bearer(tokens, nil)
	return &Client{base: base, transport: transport.New(o.Config)}, nil
}

// list sends one GET of the list and decodes the answer. It does not fill the
// Response of CaptureResponse and does not compare the rows with a filter. Its
// errors are the errors of ListTransactions, except ErrFilterIgnored.
func (c *Client) list(ctx context.Context, query url.Values, call *callOptions) (answer[*TransactionPage], error) {
	target := c.base.JoinPath("api", "transactions")
	target.RawQuery = query.Encode()
	r := transport.Request{Operation: listTransactions, Kind: transport.ReadOnly, Method: http.MethodGet, URL: target, Header: call.header}
	return send(ctx, c.transport, r, func(_ context.Context, a transport.Response, _ any) (*TransactionPage, error) {
		return decodeAnswer(a)
	})
}
