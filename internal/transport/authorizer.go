package transport

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"github.com/payclients/payclients-go/internal/cause"
)

// Authorizer puts credentials on attempts. It must be safe for concurrent use.
type Authorizer interface {
	// Authorize puts credentials on r, a private copy of one attempt. body is
	// r's body, nil if r has none. Authorize may replace r's body (see SetBody);
	// it must not change body. The argument with is nil for the first sending of
	// an attempt, and otherwise what Renew returned. The result used is a note of
	// the credentials, for the judge and for Renew; nil means no note, and then
	// Renew is not called. Printing the note must show no secret. After an error
	// nothing is sent, and the call ends without a retry.
	Authorize(r *http.Request, body []byte, with any) (used any, err error)
	// Renew is called at most once for each attempt, after an answer whose
	// effective status is 401. refusal is that answer, and used is the note of
	// the refused sending. Renew returns a value for Authorize and true: the
	// attempt is then sent once more with it. It returns false if it has nothing
	// better; with is then ignored.
	Renew(ctx context.Context, refusal Response, used any) (with any, ok bool)
}

// Connector is an [Authorizer] that may change an attempt a second time, once its
// connection exists.
type Connector interface {
	Authorizer
	// Connected is called each time that r, as Authorize left it, has got a
	// connection, which may take long. It may change r's header and nothing else.
	// body is the body that Authorize got, and used is the note that Authorize
	// returned. The note that Connected returns replaces used. After an error
	// nothing is sent, and the call ends without a retry.
	Connected(r *http.Request, body []byte, used any) (any, error)
}

// AuthorizerFunc is an [Authorizer] that leaves no note and never renews. It
// puts credentials on r, whose body is body. After an error nothing is sent. A
// nil AuthorizerFunc panics when it is called.
type AuthorizerFunc func(r *http.Request, body []byte) error

// Authorize calls f with r and body. It returns nil as the note, and f's error.
func (f AuthorizerFunc) Authorize(r *http.Request, body []byte, _ any) (any, error) {
	return nil, f(r, body)
}

// Renew returns nil and false, because the function has no other credentials.
func (AuthorizerFunc) Renew(context.Context, Response, any) (any, bool) { return nil, false }

// authorizing is the RoundTripper that puts credentials on a private copy of
// each attempt. It runs below the caller's middleware, which therefore sees no
// credentials. A request to a scheme or host other than the base URL's gets no
// credentials. A nil Authorizer in config means no credentials either.
type authorizing struct {
	config *Config
	next   http.RoundTripper
}

func (a authorizing) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	d, own := departureOf(r.Context()), private(r, body)
	base, authorizer := a.config.Base, a.config.Authorizer
	if authorizer == nil || r.URL.Scheme != base.Scheme || r.URL.Host != base.Host {
		return a.send(d, own, nil)
	}
	used, err := authorizer.Authorize(own, body, d.with)
	if err != nil {
		return nil, unavailable(r.Context(), err)
	}
	d.note(used)
	var hook func(*http.Request) error
	if c, ok := authorizer.(Connector); ok {
		hook = func(r *http.Request) error {
			again, err := c.Connected(r, body, used)
			if err == nil {
				d.note(again)
			}
			return err
		}
	}
	resp, err := a.send(d, own, hook)
	if resp != nil {
		resp.Request = r // the private copy holds secrets
	}
	return resp, err
}

func (a authorizing) send(d *departure, r *http.Request, hook func(*http.Request) error) (*http.Response, error) {
	resp, err := d.roundTrip(a.next, r, hook)
	if err = cause.WithoutURL(err); err != nil {
		// Middleware may print the error: net/http quotes the server, and a
		// caller's transport may quote the URL.
		err = &Error{Class: classOf(err), Err: err}
	}
	switch {
	case resp == nil && err == nil:
		err = errNoResponse
	case resp != nil && resp.Body == nil:
		resp.Body = http.NoBody
	}
	return resp, err
}

// private returns a copy of r for one sending, with body as its body. The copy
// has no GetBody, so that net/http cannot resend the copy on its own without a
// signature. If r has no body, the copy has none, and body is ignored. r does
// not change.
func private(r *http.Request, body []byte) *http.Request {
	private := r.Clone(r.Context())
	private.GetBody = nil
	if r.Body != nil && r.Body != http.NoBody {
		SetBody(private, body)
	}
	return private
}

// SetBody replaces r's body by body, and r's ContentLength by its length. Nil
// means a body of 0 bytes. SetBody does not change r.GetBody. It does not close
// the old body.
func SetBody(r *http.Request, body []byte) {
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
}

func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	defer func() { _ = r.Body.Close() }()
	return io.ReadAll(r.Body)
}
