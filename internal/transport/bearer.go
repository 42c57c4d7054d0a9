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

var errBadToken = errors.New("token is empty or not printable ASCII")

// Bearer authorizes attempts by the tokens of a source. also, if any, sets
// further headers.
func Bearer(source TokenSource, also func(*http.Request)) Authorizer {
	ask := func(ctx context.Context, rejected *string) (string, error) {
		if rejected == nil {
			rejected = new(string)
		}
		token, err := source.Token(ctx, *rejected)
		if err == nil && (token == "" || !headerText(token)) { // such as the line end of a file
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
