package transport

import (
	"context"
	"errors"
	"net/http"
)

// TokenSource gives bearer tokens. rejected is the token that the provider has
// just refused, or "".
type TokenSource interface {
	Token(ctx context.Context, rejected string) (string, error)
}

// StaticToken is a source of one token, which it keeps in a closure.
type StaticToken func() string

var errNoToken = errors.New("there is no other token")

// Token returns the token unless it is the rejected one.
func (t StaticToken) Token(_ context.Context, rejected string) (string, error) {
	if token := t(); token != rejected {
		return token, nil
	}
	return "", errNoToken
}

var errBadToken = errors.New("token is empty or not printable ASCII")

// Bearer authorizes attempts by the tokens of a source. also, if any, sets
// further headers.
func Bearer(source TokenSource, also func(*http.Request)) Authorizer {
	ask := func(ctx context.Context, rejected *string) (string, error) {
		if rejected == nil {
			rejected = new(string)
		}
		token, err := source.Token(ctx, *rejected)
		if err == nil && (token == "" || !HeaderText(token)) { // such as the line end of a file
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
