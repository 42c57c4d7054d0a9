package transport

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"github.com/payclients/payclients-go/internal/cause"
)

// Authorizer puts credentials on requests. An attempt is one request of a call, or
// two if [Authorizer.Renew] has new credentials: each request is a sending. An
// Authorizer must be safe for concurrent use.
type Authorizer interface {
	// Authorize puts credentials on r, a private copy of the request for one
	// sending. body is r's body, nil if r has none. Authorize may replace r's body
	// (see SetBody), and must not change the bytes of body. renewal is nil for the
	// first sending of an attempt. For the second sending renewal is what Renew
	// returned.
	//
	// note describes the credentials for the functions Judge and Renew. Printing
	// note must show no secret. Without a note (nil) Renew is not called. If err is
	// not nil, r is not sent, and the call ends with an error and without a retry.
	Authorize(r *http.Request, body []byte, renewal any) (note any, err error)
	// Renew returns new credentials and true after the provider has refused
	// credentials, or false if it has none. It is called if the answer to the first
	// sending of an attempt has the effective status 401 (Verdict.Status), and the
	// sending has a note. It is not called for a write of the kind Once whose
	// Verdict is Open. refusal is the answer, and note is the note of the sending.
	//
	// If Renew returns true, the request is sent a second time, and Authorize gets
	// renewal. Renew is not called after the second sending of an attempt. If the
	// rate limit allows no sending within the attempt's time, the request is not
	// sent a second time. If Renew returns false, renewal is ignored. Without a
	// second sending the 401 is the result of the attempt.
	Renew(ctx context.Context, refusal Response, note any) (renewal any, ok bool)
}

// Connector is an [Authorizer] that may change a request a second time, just before
// the request is written to a connection. Waiting for a connection may take long,
// so what Authorize has put on the request, such as a time, may be too old by then.
type Connector interface {
	Authorizer
	// Connected is called each time that r has got a connection, after Authorize
	// and before r is written. The writing waits for Connected. Connected may
	// change r's header and nothing else. body and note are what Authorize got as
	// body and returned as note. newNote replaces note for the functions Judge and
	// Renew. If err is not nil, r is not written to this connection, and the call
	// ends with an error and without a retry.
	Connected(r *http.Request, body []byte, note any) (newNote any, err error)
}

// AuthorizerFunc is an [Authorizer] without a note and without new credentials. The
// function puts credentials on r, whose body is body. If it returns an error, r is
// not sent, and the call ends without a retry. A nil AuthorizerFunc panics when it
// is called.
type AuthorizerFunc func(r *http.Request, body []byte) error

// Authorize calls f with r and body. It returns a nil note, and f's error. It
// ignores the third argument.
func (f AuthorizerFunc) Authorize(r *http.Request, body []byte, _ any) (any, error) {
	return nil, f(r, body)
}

// Renew returns nil and false: an AuthorizerFunc has no other credentials.
func (AuthorizerFunc) Renew(context.Context, Response, any) (any, bool) { return nil, false }

// authorizing is the RoundTripper that puts credentials on a private copy of each
// request. It runs below the caller's middleware, which therefore sees no
// credentials. A request gets no credentials if its scheme or host is not the one
// of config.Base, or if config.Authorizer is nil.
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
	used, err := authorizer.Authorize(own, body, d.renewal)
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

// private returns a copy of r for one sending. The body of the copy is body, or
// none if r has no body. The copy has no GetBody, so that net/http cannot resend
// the copy on its own without a signature. r does not change.
func private(r *http.Request, body []byte) *http.Request {
	private := r.Clone(r.Context())
	private.GetBody = nil
	if r.Body != nil && r.Body != http.NoBody {
		SetBody(private, body)
	}
	return private
}

// SetBody makes body the body of r, and sets r.ContentLength to the length of body.
// A nil body is a body of 0 bytes. SetBody does not change r.GetBody, and does not
// close the old body of r.
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
