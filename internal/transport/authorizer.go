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
	// Authorize puts credentials on r, a private copy of one attempt. It may
	// replace r's body; it must not change body. with is nil, or what Renew
	// returned. used is a note of what was used, for the judge and for Renew;
	// printing it must show no secret. After an error nothing is sent, and the
	// call ends without a retry.
	Authorize(r *http.Request, body []byte, with any) (used any, err error)
	// Renew returns what to authorize one more attempt with after used was
	// refused with 401, and false if it has nothing better.
	Renew(ctx context.Context, refusal Response, used any) (with any, ok bool)
}

// Connector is an [Authorizer] that may change an attempt again once its
// connection exists.
type Connector interface {
	Authorizer
	// Connected is called when r, as Authorize left it, has got its connection,
	// which may take long. It may change the header and nothing else. The note
	// that it returns replaces used. After an error nothing is sent.
	Connected(r *http.Request, body []byte, used any) (any, error)
}

// AuthorizerFunc is an [Authorizer] that leaves no note and never renews.
type AuthorizerFunc func(r *http.Request, body []byte) error

// Authorize calls f with r and body. It returns nil as the note, and f's error.
func (f AuthorizerFunc) Authorize(r *http.Request, body []byte, _ any) (any, error) {
	return nil, f(r, body)
}

// Renew returns nil and false: there are never better credentials.
func (AuthorizerFunc) Renew(context.Context, Response, any) (any, bool) { return nil, false }

// authorizing puts credentials on a private copy of each attempt, below the
// caller's middleware, which therefore sees none. It does so for the base URL's
// host only.
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
	var connected func(*http.Request) error
	if c, ok := authorizer.(Connector); ok {
		connected = func(r *http.Request) error {
			again, err := c.Connected(r, body, used)
			if err == nil {
				d.note(again)
			}
			return err
		}
	}
	resp, err := a.send(d, own, connected)
	if resp != nil {
		resp.Request = r // the private copy holds secrets
	}
	return resp, err
}

func (a authorizing) send(d *departure, r *http.Request, connected func(*http.Request) error) (*http.Response, error) {
	resp, err := d.roundTrip(a.next, r, connected)
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

// private returns a copy of r with the body, for one sending. The copy has no
// GetBody, so that net/http cannot resend it on its own without a signature. If r
// has no body, the copy has none, and body is ignored.
func private(r *http.Request, body []byte) *http.Request {
	private := r.Clone(r.Context())
	private.GetBody = nil
	if r.Body != nil && r.Body != http.NoBody {
		SetBody(private, body)
	}
	return private
}

// SetBody replaces r's body and its length by body. net/http cannot resend the new
// body on its own.
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
