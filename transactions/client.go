package transactions

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/payclients/payclients-go/internal/redact"
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
	if faults = append(faults, o.Config.Faults()...); len(faults) > 0 {
		return nil, invalid(faults...)
	}
	o.Base, o.Tokens = base, tokens
	return &Client{base: base, transport: transport.New(o.Config)}, nil
}

// CloseIdleConnections closes the idle connections of the transport that c sends
// through. Clients and token sources without a Transport of their own share one,
// so the idle connections of all of them are closed. Requests under way go on,
// and c stays usable.
//
// Each bubble of [testing/synctest] has a shared transport of its own. A test whose
// server outlives the bubble calls CloseIdleConnections before the bubble ends:
// without it the bubble waits for the connections.
func (c *Client) CloseIdleConnections() { c.transport.CloseIdleConnections() }

// Format prints the base URL, which holds no secret, for every verb.
func (c Client) Format(s fmt.State, _ rune) { redact.Print(s, c.String()) }

// LogValue gives log/slog what Format prints.
func (c Client) LogValue() slog.Value { return slog.StringValue(c.String()) }

// String names the client by its base URL.
func (c Client) String() string {
	if c.base == nil {
		return "transactions client without base URL"
	}
	return "transactions client of " + c.base.String()
}

// newOptions: every call of this API only reads, so that a 500 may be repeated
// too.
func newOptions(opts []Option) options {
	o := options{Config: transport.Config{Name: "transactions", RetryOn500: true}}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// send makes one GET of the list.
func (c *Client) send(ctx context.Context, query url.Values, call *callOptions) (transport.Answer, error) {
	target := c.base.JoinPath("api", "transactions")
	target.RawQuery = query.Encode()
	answer, err := c.transport.Do(ctx, transport.Request{
		Operation: listTransactions,
		Kind:      transport.ReadOnly,
		Method:    http.MethodGet,
		URL:       target,
		Header:    call.header,
	})
	if err != nil {
		return answer, failure(listTransactions, err)
	}
	return answer, nil
}
