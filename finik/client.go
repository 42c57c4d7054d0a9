package finik

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/payclients/payclients-go/internal/transport"
)

// The known base URLs, for [NewClient]. At BetaURL no money moves. The beta
// answers with random statuses and errors: no test may expect success there.
const (
	ProductionURL = "https://api.paymentsgateway.averspay.kg"
	BetaURL       = "https://beta.api.paymentsgateway.averspay.kg"
)

// Client makes payments through the gateway. [NewClient] makes a Client; do not
// use the zero value. A Client is safe for concurrent use. It needs no closing;
// see [Client.CloseIdleConnections].
type Client struct {
	base      *url.URL
	transport *transport.Client
}

// NewClient returns a client. It checks its arguments and does no I/O.
//
// baseURL is [ProductionURL], [BetaURL] or another installation's URL: an
// absolute URL without user, query and fragment. baseURL has no default, so
// that nobody moves money by forgetting to choose one. Plain http is refused,
// except to loopback or with [WithPlainHTTP]. The signature covers host and
// path, so a default port (:443, :80) and percent signs in the path are
// refused: they may reach the service in another spelling. The host must be
// ASCII: write an international name in punycode, xn--….
//
// cred must have an APIKey and a Signer. With [WithCredentialSource] cred must
// be the zero value.
//
// The only error is ErrInvalidRequest. It lists everything that is wrong, and
// the client is then nil. A nil Option panics.
func NewClient(baseURL string, cred Credentials, opts ...Option) (*Client, error) {
	o := newOptions(opts)
	base, problems := transport.ParseBase("baseURL", baseURL, o.plainHTTP)
	if base != nil {
		problems = append(problems, signedBase(base)...)
	}
	switch {
	case o.source == nil:
		problems = append(problems, cred.problems()...)
	case cred.APIKey != "" || cred.Signer != nil:
		problems = append(problems, "cred: must be empty with WithCredentialSource")
	}
	if o.offset > maxOffset || o.offset < -maxOffset {
		problems = append(problems, "WithClockOffset: must be at most a year either way")
	}
	if err := o.refused(problems); err != nil {
		return nil, err
	}
	o.Base, o.Authorizer = base, newStamper(cred, o)
	return &Client{base: base, transport: transport.New(o.Config)}, nil
}

// signedBase returns what is wrong with a base URL whose host and path are
// signed, nil if nothing is.
func signedBase(base *url.URL) []string {
	var problems []string
	if port := base.Port(); base.Scheme == "https" && port == "443" || base.Scheme == "http" && port == "80" {
		problems = append(problems, "baseURL: must not name the default port")
	}
	if strings.Contains(base.EscapedPath(), "%") {
		problems = append(problems, "baseURL: must not have a percent sign, or a character that needs escaping, in its path")
	}
	return problems
}

// request is one call as its method describes it.
type request struct {
	operation string
	kind      transport.Kind
	method    string
	path      []string // elements after the base URL
	body      any      // nil means no body
	problems  []string // what is wrong with the arguments
	// want names what the answer of a list holds; "" means that the call is not a
	// list.
	want string
	// transactionID is the id of the payment that the call makes; "" means none.
	transactionID string
	// reads means that the answer is a payment, whose statusCode describes the
	// payment.
	reads bool
}

// do validates the arguments, sends the request, checks the outcome and decodes
// the body. Every method goes through it, or through ask. It returns
// ErrInvalidRequest before sending for bad arguments.
func do[T any](ctx context.Context, c *Client, q request, call *callOptions, decode func(body []byte) (*T, error)) (*T, error) {
	a, err := ask(ctx, c, q, call, decode)
	call.capture(a.Response)
	return a.Result.data, err
}

// ask does the same as do without filling CaptureResponse, and also returns the
// answer.
func ask[T any](ctx context.Context, c *Client, q request, call *callOptions, decode func(body []byte) (*T, error)) (answer[result[T]], error) {
	if problems := append(q.problems, call.problems...); len(problems) > 0 {
		return answer[result[T]]{}, invalid(problems...)
	}
	r, err := q.prepare(c.base, call.header)
	if err != nil {
		return answer[result[T]]{}, err
	}
	return send(ctx, c.transport, r, decodeAnswer(q, decode))
}

// prepare builds the HTTP request. The body becomes canonical here, once, so that
// on every attempt the bytes signed are the bytes sent. It returns
// ErrInvalidRequest for a body that CanonicalJSON refuses.
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
