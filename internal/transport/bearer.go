package transport

import (
	"context"
	"errors"
	"net/http"
)

// TokenSource returns bearer tokens. rejected is the token that the provider has
// just refused, or "".
type TokenSource interface {
	Token(ctx context.Context, rejected string) (string, error)
}

// StaticToken is a source with a single token, which it keeps in a closure.
type StaticToken func() string

var errNoToken = errors.New("there is no other token")

// Token returns the token, or an error if it is the rejected one.
func (t StaticToken) Token(_ context.Context, rejected string) (string, error) {
	if token := t(); token != rejected {
		return token, nil
	}
	return "", errNoToken
}

var errBadToken = errors.New("token is empty or not printable ASCII")

// Bearer returns an Authorizer that sends the source's tokens in the
// Authorization header. also may be nil; otherwise it sets further headers. A
// token that is empty or not printable ASCII is an error, and nothing is sent.
func Bearer(source TokenSource, also func(*http.Request)) Authorizer {
	ask := func(ctx context.Context, rejected *string) (string, error) {
		if rejected == nil {
			rejected = new(string)
		}
		token, err := source.Token(ctx, *rejected)
		if err == nil && (token == "" || !HeaderText(token)) { // for example with a line end from a file
			err = errBadToken
		}
		return token, err
	}
	same := func(a, b string) bool { return a == b }
	return NewRotation(ask, same).Authorizer(func(r *http.Request, _ []byte, token string) error {
		r.Header.Set("Authorization", "Bearer "+token)
		if also != nil {
			also(r)
		}
		return nil
	})
}
