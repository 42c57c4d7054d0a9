package ecommpay

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/payclients/payclients-go/internal/cause"
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
	keys      *keys
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
	faults = append(faults, o.faults...)
	faults = append(faults, o.Config.Faults()...)
	if len(faults) > 0 {
		return nil, invalid(faults...)
	}
	k := &keys{source: o.source, signer: o.signer}
	if o.source == nil {
		k.fixed = newKey(cred, o.signer)
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	o.Base, o.Authenticate = base, k.authenticate
	return &Client{base: base, transport: transport.New(o.Config), keys: k, verify: o.verify}, nil
}

// request is one call, as its method describes it.
type request struct {
	operation string
	path      []string // elements after the base URL
	body      any      // without token and signature
	faults    []string // what is wrong with the arguments
}

// do is the way of every call: arguments, request, signature, outcome, data.
func do[T any](ctx context.Context, c *Client, q request, call *callOptions, decode func(body []byte) (T, error)) (T, error) {
	var none T
	if faults := append(q.faults, call.refuse("Prefetch", "Overlap")...); len(faults) > 0 {
		return none, invalid(faults...)
	}
	answer, err := c.send(ctx, q, call)
	if err != nil {
		return none, err
	}
	call.capture(answer.Response)
	return open(q.operation, answer, decode)
}

const wanted = "a JSON object"

// open reads an answer.
func open[T any](operation string, a verified, decode func(body []byte) (T, error)) (T, error) {
	var none T
	if a.bad != nil {
		return none, a.bad
	}
	if err := outcome(operation, a.Answer); err != nil {
		return none, err
	}
	if err := transport.StatusFault(a.Response, wanted); err != nil {
		return none, undecoded(operation, a.Answer, err)
	}
	data, err := decode(a.Body)
	if err != nil && !errors.Is(err, ErrNotFound) {
		err = undecoded(operation, a.Answer, err)
	}
	if err != nil {
		return none, err
	}
	return data, nil
}

// verified is an answer whose bytes were verified before anything of them is
// decoded. bad is why it must not be: the answer is kept for CaptureResponse.
type verified struct {
	transport.Answer

	bad error
}

// send makes one call. Every call of this API is a POST that only reads, so each
// may be repeated; a 500 too, since the provider's table calls it a failure of
// the platform.
func (c *Client) send(ctx context.Context, q request, call *callOptions) (verified, error) {
	target, err := transport.Join(c.base, q.path...)
	if err != nil {
		return verified{}, invalid(err.Error())
	}
	body, err := wire.Encode(q.body)
	if err != nil {
		return verified{}, invalid("the request must be valid UTF-8")
	}
	header := call.header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set("Content-Type", "application/json")
	u := new(used)
	answer, err := c.transport.Do(context.WithValue(ctx, usedKey{}, u), transport.Request{
		Operation: q.operation,
		Kind:      transport.ReadOnly,
		Method:    http.MethodPost,
		URL:       target,
		Header:    header,
		Body:      body,
	})
	if err != nil {
		return verified{}, failure(q.operation, err)
	}
	return c.verified(ctx, q.operation, answer, u)
}

// verified checks the signature of an answer. Refusals have none.
func (c *Client) verified(ctx context.Context, operation string, a transport.Answer, u *used) (verified, error) {
	if a.StatusCode/100 != 2 {
		return verified{Answer: a}, nil
	}
	if fault := transport.BodyFault(a.Response, wanted, "{"); fault != nil {
		return verified{a, undecoded(operation, a, fault)}, nil
	}
	if c.verify == VerifyOff {
		return verified{Answer: a}, nil
	}
	var signer Signer
	if s := u.signer.Load(); s != nil {
		signer = *s
	} else { // a middleware has lost the context
		current, err := c.keys.current(ctx)
		if err != nil {
			return verified{}, failure(operation, &signerError{cause.Hide(ctx, err)})
		}
		signer = current.signer
	}
	bad, err := verifyAnswer(ctx, signer, c.verify, a.Body)
	switch {
	case err != nil:
		return verified{}, failure(operation, &signerError{cause.Hide(ctx, err)})
	case bad == nil:
		return verified{Answer: a}, nil
	}
	if unreadable := readable(a.Body); unreadable != nil {
		return verified{a, undecoded(operation, a, unreadable)}, nil
	}
	bad.Operation, bad.StatusCode = operation, a.StatusCode
	reason := error(bad)
	if _, signed := wire.Words(a.Body, "signature"); !signed {
		// Refusals are not signed, whatever their status, and hold nothing that
		// could deceive.
		reason = cmp.Or(outcome(operation, a), reason)
	}
	return verified{a, reason}, nil
}

// signerError is a failure of the caller's signer to verify an answer. Its cause
// is reachable but not printed: nobody knows what it says.
type signerError struct{ err error }

func (e *signerError) Error() string { return "the signer failed" }
func (e *signerError) Unwrap() error { return e.err }
