package transport

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
)

// TokenSource gives bearer tokens. rejected is the token that the provider has
// just refused, or "".
type TokenSource interface {
	Token(ctx context.Context, rejected string) (string, error)
}

// authorizer adds credentials to a private copy of each attempt, below the
// caller's middleware, which therefore sees none, and for the base URL's host
// only.
type authorizer struct {
	base         *url.URL
	authenticate func(*http.Request) error
	tokens       *renewer
	next         http.RoundTripper
}

func newAuthorizer(config *Config, next http.RoundTripper) *authorizer {
	a := &authorizer{base: config.Base, authenticate: config.Authenticate, next: next}
	if config.Tokens != nil {
		a.tokens = newRenewer(config.Tokens)
	}
	return a
}

// RoundTrip sends one attempt, and once more when its token was refused.
func (a *authorizer) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	trusted := r.URL.Scheme == a.base.Scheme && r.URL.Host == a.base.Host
	if a.tokens == nil || !trusted {
		return a.send(r, body, trusted, "")
	}
	token, err := a.tokens.token(r.Context(), "")
	if err != nil {
		return nil, &credentialsError{err}
	}
	resp, err := a.send(r, body, trusted, token)
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	fresh, err := a.tokens.token(r.Context(), token)
	if err != nil || fresh == token {
		return resp, nil //nolint:nilerr // the 401 says more than the token source
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxErrorBytes)) // to reuse the connection
	_ = resp.Body.Close()
	return a.send(r, body, trusted, fresh)
}

func (a *authorizer) send(r *http.Request, body []byte, trusted bool, token string) (*http.Response, error) {
	private := r.Clone(r.Context())
	// Without GetBody net/http cannot replay the request on its own, unsigned.
	private.GetBody = nil
	if r.Body != nil && r.Body != http.NoBody {
		private.Body = io.NopCloser(bytes.NewReader(body))
		private.ContentLength = int64(len(body))
	}
	if trusted && token != "" {
		private.Header.Set("Authorization", "Bearer "+token)
	}
	if trusted && a.authenticate != nil {
		if err := a.authenticate(private); err != nil {
			return nil, &credentialsError{err}
		}
	}
	resp, err := departureOf(r.Context()).roundTrip(a.next, private)
	if err = withoutURL(err); err != nil {
		// Middleware may print it: net/http quotes the server, and a caller's
		// transport the URL.
		err = &Error{Class: classOf(err), Err: err}
	}
	switch {
	case resp != nil:
		resp.Request = r // the private copy holds secrets
		if resp.Body == nil {
			resp.Body = http.NoBody
		}
	case err == nil:
		err = errNoResponse
	}
	return resp, err
}

func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	defer func() { _ = r.Body.Close() }()
	return io.ReadAll(r.Body)
}
