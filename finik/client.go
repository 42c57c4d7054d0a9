package finik

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/payclients/payclients-go/internal/transport"
)

// The known base URLs. At the beta no money moves, and it answers with statuses
// and errors at random: no test may expect success there.
const (
	ProductionURL = "https://api.paymentsgateway.averspay.kg"
	BetaURL       = "https://beta.api.paymentsgateway.averspay.kg"
)

// Client makes payments through the gateway. It is immutable and safe for
// concurrent use.
type Client struct {
	base      *url.URL
	transport *transport.Client
}

// NewClient checks its arguments and does no I/O. baseURL is [ProductionURL],
// [BetaURL] or that of another installation; there is no default, so that nobody
// moves money by forgetting an option. Plain http is refused except to loopback.
// cred is left empty with [WithCredentialSource].
// The signature covers host and path, so a default port (:443, :80) and percent
// signs in the path are refused: they need not reach the service as they left.
//
// The host of baseURL is in ASCII: write an international name in punycode, xn--….
//
// Everything that is wrong is reported in one error, which is ErrInvalidRequest.
func NewClient(baseURL string, cred Credentials, opts ...Option) (*Client, error) {
	o := newOptions(opts)
	base, faults := transport.ParseBase("baseURL", baseURL, o.plainHTTP)
	if base != nil {
		faults = append(faults, signedBase(base)...)
	}
	switch {
	case o.source == nil:
		faults = append(faults, cred.faults()...)
	case cred.APIKey != "" || cred.Signer != nil:
		faults = append(faults, "cred: must be empty with WithCredentialSource")
	}
	if o.offset > maxOffset || o.offset < -maxOffset {
		faults = append(faults, "WithClockOffset: must be at most a year either way")
	}
	if err := o.refused(faults); err != nil {
		return nil, err
	}
	o.Base, o.Authorizer = base, newStamper(cred, o)
	return &Client{base: base, transport: transport.New(o.Config)}, nil
}

// signedBase says what is wrong with a base URL whose host and path are signed.
func signedBase(base *url.URL) []string {
	var faults []string
	if port := base.Port(); base.Scheme == "https" && port == "443" || base.Scheme == "http" && port == "80" {
		faults = append(faults, "baseURL: must not name the default port")
	}
	if strings.Contains(base.EscapedPath(), "%") {
		faults = append(faults, "baseURL: must have no percent sign and nothing to escape in its path")
	}
	return faults
}

// request is one call, as its method describes it.
type request struct {
	operation string
	kind      transport.Kind
	method    string
	path      []string // elements after the base URL
	body      any      // nil is none
	faults    []string // what is wrong with the arguments
	// want names what the answer of a list holds; "" is another call.
	want string
	// transactionID is that of the payment that a call makes; "" is none.
	transactionID string
	// reads says that the answer is a payment, and its statusCode about that.
	reads bool
}

// do validates the arguments, sends the request, checks the outcome and decodes
// the body; every method goes through it, or through ask.
func do[T any](ctx context.Context, c *Client, q request, call *callOptions, decode func(body []byte) (*T, error)) (*T, error) {
	a, err := ask(ctx, c, q, call, decode)
	call.capture(a.Response)
	return a.Result.data, err
}

// ask is do that captures no answer.
func ask[T any](ctx context.Context, c *Client, q request, call *callOptions, decode func(body []byte) (*T, error)) (answer[result[T]], error) {
	if faults := append(q.faults, call.faults...); len(faults) > 0 {
		return answer[result[T]]{}, invalid(faults...)
	}
	r, err := q.prepare(c.base, call.header)
	if err != nil {
		return answer[result[T]]{}, err
	}
	return send(ctx, c.transport, r, decodeAnswer(q, decode))
}

// prepare builds the request of a call. Its body is made canonical here, once:
// the bytes that are signed are the bytes that are sent, on every attempt.
func (q request) prepare(base *url.URL, header http.Header) (transport.Request, error) {
	target, err := transport.Join(base, q.path...)
	if err != nil {
		return transport.Request{}, invalid(err.Error())
	}
	out := transport.Request{Operation: q.operation, Kind: q.kind, Method: q.method, URL: target, Header: header.Clone()}
	if q.body == nil {
		return out, nil
	}
	out.Header = transport.JSONHeader(header)
	out.Body, err = encode(q.body)
	return out, err
}
