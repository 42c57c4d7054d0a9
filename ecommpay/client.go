package ecommpay

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// ProductionURL is the base URL of the live service. No sandbox is known: tests
// use the fake in package ecommpaytest.
const ProductionURL = "https://data.ecommpay.com/v1"

// defaultTimeout is longer than the five minutes that the service may take to
// answer.
const defaultTimeout = 6 * time.Minute

// Client reads the data of one user account. [NewClient] makes it; the zero
// Client cannot be used. It is immutable and safe for concurrent use. It needs
// no Close; [Client.CloseIdleConnections] frees connections that are not in
// use.
type Client struct {
	base      *url.URL
	transport *transport.Client
	keys      *transport.Rotation[key]
	verify    VerifyMode
}

// NewClient returns a client. It checks its arguments and does no I/O; use one
// client for all calls. A client needs no Close.
//
// baseURL is [ProductionURL] or another installation's URL, without user name,
// query and fragment. "" is refused: a default could make a program read the
// wrong installation by mistake. Plain http is refused, except to loopback or
// with [WithPlainHTTP]. The host must be ASCII: write an international name in
// punycode, xn--….
//
// cred must have a Token and a Secret, which keep the rules of [Credentials].
// With [WithSigner] the Secret must be empty. With [WithCredentialSource] the
// Token and the Secret must be empty. A nil Option panics.
//
// The only error is ErrInvalidRequest. It lists everything that is wrong with
// the arguments and the options. The client is nil with an error, and never nil
// without one.
func NewClient(baseURL string, cred Credentials, opts ...Option) (*Client, error) {
	o := newOptions(opts)
	base, problems := transport.ParseBase("baseURL", baseURL, o.plainHTTP)
	switch {
	case o.source != nil && cred != Credentials{}:
		problems = append(problems, "cred: must be empty with WithCredentialSource")
	case o.source == nil:
		problems = append(problems, cred.problems(o.signer != nil)...)
	}
	if o.signer != nil && cred.Secret != "" {
		problems = append(problems, "cred: must not have a Secret with WithSigner")
	}
	if err := o.refused(problems); err != nil {
		return nil, err
	}
	k := newKeys(cred, o)
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	o.Base, o.Authorizer = base, k.Authorizer(authorize)
	return &Client{base: base, transport: transport.New(o.Config), keys: k, verify: o.verify}, nil
}

// request is one call as its method describes it.
type request struct {
	operation string
	path      []string // elements after the base URL
	body      any      // encoded as JSON; without token and signature
	problems  []string // what is wrong with the arguments
}

// do validates the arguments, sends the request, verifies the answer, checks its
// outcome and decodes the body. Every method goes through it; pages of a walk go
// through ask. It returns ErrInvalidRequest before sending for bad arguments, and
// refuses the options Prefetch and Overlap, which only walks take.
func do[T any](ctx context.Context, c *Client, q request, call *callOptions, decode func(body []byte) (T, error)) (T, error) {
	var none T
	if problems := append(q.problems, call.refuse("Prefetch", "Overlap")...); len(problems) > 0 {
		return none, invalid(problems...)
	}
	a, err := ask(ctx, c, q, call, decode)
	call.capture(a.Response)
	return a.Result, err
}

// ask sends one request and decodes the answer; it does not fill CaptureResponse.
// Every call of this API is a POST that only reads, so it is retried, after a 500
// too: the provider's table calls a 500 a failure of the platform.
func ask[T any](ctx context.Context, c *Client, q request, call *callOptions, decode func(body []byte) (T, error)) (answer[T], error) {
	target, err := transport.Join(c.base, q.path...)
	if err != nil {
		return answer[T]{}, invalid(err.Error())
	}
	body, err := wire.Encode(q.body)
	if err != nil {
		return answer[T]{}, invalid("the request must be valid UTF-8")
	}
	r := transport.Request{
		Operation: q.operation,
		Kind:      transport.ReadOnly,
		Method:    http.MethodPost,
		URL:       target,
		Header:    transport.JSONHeader(call.header),
		Body:      body,
	}
	return send(ctx, c.transport, r, decodeAnswer(c, q.operation, decode))
}
