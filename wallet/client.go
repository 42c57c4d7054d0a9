package wallet

import (
	"context"
	"net/http"
	"net/url"

	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// The known base URLs, for NewClient. Whether anything still answers there is
// Unverified.
const (
	ProductionURL = "https://api.wallet.best/v1"
	SandboxURL    = "https://sandbox.wallet.best/v1"
)

// Client makes payments from one wallet. Make one with [NewClient]: the zero Client
// does not work. A Client is immutable and safe for concurrent use.
type Client struct {
	base      *url.URL
	transport *transport.Client
	owner     func() string // the phone of the wallet; nil if it is not known
}

// NewClient returns a client of one wallet. It checks its arguments and does no
// I/O; use one client for all calls. A client needs no Close.
//
// baseURL is [ProductionURL], [SandboxURL] or the URL of another installation. It has
// no default, so that a forgotten URL cannot move money: "" is refused. Plain http is
// refused, except to loopback or with [WithPlainHTTP]. The host of baseURL is in
// ASCII: write an international name in punycode, xn--….
//
// auth is [BasicAuth], [Bearer], [ApplicationBearer] or the caller's own
// [Authenticator]; nil is refused.
//
// The only error is ErrInvalidRequest. It lists everything that is wrong with the
// arguments and the options, by field and rule; the client is then nil.
func NewClient(baseURL string, auth Authenticator, opts ...Option) (*Client, error) {
	o := newOptions(opts)
	base, problems := transport.ParseBase("baseURL", baseURL, o.plainHTTP)
	own, _ := auth.(credential)
	if auth == nil {
		problems = append(problems, "auth: must not be nil")
	}
	problems = append(problems, own.problems...)
	if err := o.refused(problems); err != nil {
		return nil, err
	}
	o.Base, o.Authorizer = base, transport.AuthorizerFunc(func(r *http.Request, _ []byte) error { return auth.Authenticate(r) })
	if own.tokens != nil {
		o.Authorizer = transport.Bearer(own.tokens, own.setType)
	}
	return &Client{base: base, transport: transport.New(o.Config), owner: own.owner}, nil
}

// request is one call, as its method describes it.
type request struct {
	operation string
	kind      transport.Kind
	method    string
	path      []string // elements after the base URL
	query     url.Values
	body      any      // nil sends no body
	problems  []string // what is wrong with the arguments
	list      string   // the name of a list's rows, such as "payments"; "" for other calls
}

// wanted describes, in errors, the answer that q expects.
func (q request) wanted() string {
	if q.list != "" {
		return "an object with an array of " + q.list
	}
	return "an object with meta"
}

// do validates the arguments, sends the request, checks the outcome and decodes the
// body. Every method goes through it, except that each page of an iteration goes
// through exchange. Its errors are the errors that the methods list:
// ErrInvalidRequest, *Error, *DecodeError, ErrResponseTooLarge, and errors of
// credentials, context and network.
func do[T any](ctx context.Context, c *Client, q request, call *callOptions, decode dataDecoder[T]) (result[T], error) {
	a, err := exchange(ctx, c, q, call, decode)
	call.capture(a.Response)
	return a.Result, err
}

// exchange is do with the same errors, except that it does not fill the Response of
// CaptureResponse.
func exchange[T any](ctx context.Context, c *Client, q request, call *callOptions, decode dataDecoder[T]) (answer[result[T]], error) {
	refused := []string{"AllowRepeat"}
	if q.list != "" {
		refused = nil
	}
	if problems := append(q.problems, call.refuse(refused...)...); len(problems) > 0 {
		return answer[result[T]]{}, invalid(problems...)
	}
	if call.repeat {
		q.kind = transport.ReadOnly
	}
	r, err := q.prepare(c.base, call.header)
	if err != nil {
		return answer[result[T]]{}, err
	}
	return send(ctx, c.transport, r, decodeAnswer(q, decode))
}

// prepare returns the request of a call, or ErrInvalidRequest if it does not
// encode. It always sets the content type application/json with POST, also without
// a body: the service may answer 415 otherwise.
func (q request) prepare(base *url.URL, header http.Header) (transport.Request, error) {
	target, err := transport.Join(base, q.path...)
	if err != nil {
		return transport.Request{}, invalid(err.Error())
	}
	target.RawQuery = q.query.Encode()
	out := transport.Request{Operation: q.operation, Kind: q.kind, Method: q.method, URL: target, Header: header.Clone()}
	if q.method == http.MethodPost {
		out.Header = transport.JSONHeader(header)
	}
	if q.body == nil {
		return out, nil
	}
	if out.Body, err = wire.Encode(q.body); err != nil {
		return out, invalid("the request must be valid UTF-8")
	}
	return out, nil
}
