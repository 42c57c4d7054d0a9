package transport

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"github.com/payclients/payclients-go/internal/cause"
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
	config *Config
	tokens *renewer
	next   http.RoundTripper
}

func newAuthorizer(config *Config, next http.RoundTripper) *authorizer {
	a := &authorizer{config: config, next: next}
	if config.Tokens != nil {
		a.tokens = newRenewer(config.Tokens)
	}
	return a
}

// RoundTrip sends one attempt, and once more when its credentials were refused
// and there are better ones. A better token that was kept from before may have
// run out: it has a successor too.
func (a *authorizer) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	base := a.config.Base
	if r.URL.Scheme != base.Scheme || r.URL.Host != base.Host {
		return a.send(private(r, body), nil)
	}
	var token string
	if a.tokens != nil {
		if token, _, err = a.tokens.token(r.Context(), ""); err != nil {
			return nil, unavailable(r.Context(), err)
		}
	}
	first, again := token, true
	for renewals := 0; ; renewals++ {
		resp, err := a.authorized(r, body, token)
		if err != nil || resp.StatusCode != http.StatusUnauthorized || !again || renewals == 2 {
			return resp, err
		}
		var better bool
		if better, token, again = a.better(r.Context(), resp, token); !better || token == first && token != "" {
			return resp, nil
		}
		_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxErrorBytes)) // to reuse the connection
		_ = resp.Body.Close()
	}
}

// better reports whether there is reason to hope that what was refused will be
// accepted now, the token to try, and whether that one was kept from before.
func (a *authorizer) better(ctx context.Context, refusal *http.Response, token string) (better bool, fresh string, kept bool) {
	if a.tokens == nil {
		return a.config.Rejected != nil && a.config.Rejected(refusal), "", false
	}
	fresh, kept, err := a.tokens.token(ctx, token)
	return err == nil, fresh, kept // after an error the 401 says more
}

// authorized sends r with credentials.
func (a *authorizer) authorized(r *http.Request, body []byte, token string) (*http.Response, error) {
	signed := private(r, body)
	if token != "" {
		signed.Header.Set("Authorization", "Bearer "+token)
	}
	if a.config.Authenticate != nil {
		if err := a.config.Authenticate(signed, body); err != nil {
			return nil, unavailable(r.Context(), err)
		}
	}
	var connected func(*http.Request) error
	if a.config.Connected != nil {
		connected = func(r *http.Request) error { return a.config.Connected(r, body) }
	}
	resp, err := a.send(signed, connected)
	if resp != nil {
		resp.Request = r // the signed copy holds secrets
	}
	return resp, err
}

func (a *authorizer) send(r *http.Request, connected func(*http.Request) error) (*http.Response, error) {
	resp, err := departureOf(r.Context()).roundTrip(a.next, r, connected)
	if err = cause.WithoutURL(err); err != nil {
		// Middleware may print it: net/http quotes the server, and a caller's
		// transport the URL.
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

// private is a copy of r that net/http cannot replay on its own, unsigned: it
// has no GetBody.
func private(r *http.Request, body []byte) *http.Request {
	private := r.Clone(r.Context())
	private.GetBody = nil
	if r.Body != nil && r.Body != http.NoBody {
		SetBody(private, body)
	}
	return private
}

// SetBody gives r, which net/http must not replay, another body.
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
