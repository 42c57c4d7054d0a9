package ecommpay

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// ProductionURL is the known base URL. No sandbox of this API is known.
const ProductionURL = "https://data.ecommpay.com/v1"

// defaultTimeout is above the five minutes that the service may take.
const defaultTimeout = 6 * time.Minute

// Client reads the data of one user account. It is immutable and safe for
// concurrent use.
type Client struct {
	base      *url.URL
	transport *transport.Client
	keys      *transport.Rotation[key]
	verify    VerifyMode
}

// NewClient checks its arguments and does no I/O. baseURL is [ProductionURL] or
// that of another installation; there is no default, so that nobody reads the
// wrong one by forgetting an option. Plain http is refused except to loopback.
// cred is left empty with [WithCredentialSource], and without Secret with
// [WithSigner].
//
// The host of baseURL is in ASCII: write an international name in punycode, xn--….
//
// Everything that is wrong is reported in one error, which is ErrInvalidRequest.
func NewClient(baseURL string, cred Credentials, opts ...Option) (*Client, error) {
	o := newOptions(opts)
	base, faults := transport.ParseBase("baseURL", baseURL, o.plainHTTP)
	switch {
	case o.source != nil && cred != Credentials{}:
		faults = append(faults, "cred: must be empty with WithCredentialSource")
	case o.source == nil:
		faults = append(faults, cred.faults(o.signer != nil)...)
	}
	if o.signer != nil && cred.Secret != "" {
		faults = append(faults, "cred: must not have a Secret with WithSigner")
	}
	if err := o.refused(faults); err != nil {
		return nil, err
	}
	k := newKeys(cred, o)
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	o.Base, o.Authorizer = base, k.Authorizer(authorize)
	return &Client{base: base, transport: transport.New(o.Config), keys: k, verify: o.verify}, nil
}

// request is one call, as its method describes it.
type request struct {
	operation string
	path      []string // elements after the base URL
	body      any      // without token and signature
	faults    []string // what is wrong with the arguments
}

// do validates the arguments, sends the request, verifies the answer, checks its
// outcome and decodes its body; every method goes through it, and every page of a
// walk through ask.
func do[T any](ctx context.Context, c *Client, q request, call *callOptions, decode func(body []byte) (T, error)) (T, error) {
	var none T
	if faults := append(q.faults, call.refuse("Prefetch", "Overlap")...); len(faults) > 0 {
		return none, invalid(faults...)
	}
	a, err := ask(ctx, c, q, call, decode)
	call.capture(a.Response)
	return a.Result, err
}

// ask makes one call, and captures no answer. Every call of this API is a POST
// that only reads, so each may be repeated; a 500 too, since the provider's table
// calls it a failure of the platform.
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
