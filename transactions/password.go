package transactions

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"unicode/utf8"

	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// PasswordTokens is a source of the tokens that the service itself gives for a
// user name and a password. baseURL is that of [NewClient], and opts work as
// there: middleware sees the request with an empty object for a body, because name
// and password are added below it. Printing the source shows neither name nor password nor token.
//
// It asks for a token when one is needed first, keeps it, and asks for another
// when the service refuses it; what the token says about its end is not looked
// at, since the clocks may differ. Many calls at a time wait for one request, and
// share its error if it fails; the next call after that asks again. A
// request for a token is repeated as reads are; its refusal is an *Error of the
// operation "Token", and ends the call that needed it.
//
// Unverified: this is the call of a stock JHipster service. Another way to a
// token is an own [TokenSource].
//
// Transactions API: POST /api/authenticate
func PasswordTokens(baseURL, username, password string, opts ...Option) (TokenSource, error) {
	o := newOptions(opts)
	base, faults := transport.ParseBase("baseURL", baseURL, o.plainHTTP)
	if username == "" || !utf8.ValidString(username) {
		faults = append(faults, "username: must be UTF-8 and not empty")
	}
	if password == "" || !utf8.ValidString(password) {
		faults = append(faults, "password: must be UTF-8 and not empty")
	}
	if err := o.refused(faults); err != nil {
		return nil, err
	}
	body, err := wire.Encode(credentials{Username: username, Password: password})
	if err != nil {
		return nil, invalid(err.Error())
	}
	o.Base, o.Authorizer = base, transport.AuthorizerFunc(func(r *http.Request, _ []byte) error {
		transport.SetBody(r, body)
		return nil
	})
	client := transport.New(o.Config)
	target := base.JoinPath("api", "authenticate")
	ask := func(ctx context.Context) (string, error) {
		a, err := send(ctx, client, transport.Request{
			Operation: tokenOperation, Kind: transport.ReadOnly, // a token too many does no harm
			Method: http.MethodPost, URL: target, Body: []byte("{}"),
			Header: http.Header{"Content-Type": {"application/json"}},
		}, decodeToken)
		return a.Result, err
	}
	return &passwordTokens{ask: ask}, nil
}

const tokenOperation = "Token"

type credentials struct {
	Username   string `json:"username"`
	Password   string `json:"password"`
	RememberMe bool   `json:"rememberMe"` // false: a token of a day and not of a month
}

var errNoIDToken = errors.New("id_token is missing")

// decodeToken decodes an answer.
func decodeToken(_ context.Context, a transport.Response, _ any) (string, error) {
	if a.StatusCode/100 != 2 {
		return "", refusal(tokenOperation, a)
	}
	var body struct {
		IDToken string `json:"id_token" wire:"strict"`
	}
	err := wire.Decode(a.Body, &body)
	if err == nil && body.IDToken == "" {
		err = errNoIDToken
	}
	if err != nil {
		return "", &DecodeError{Operation: tokenOperation, StatusCode: a.StatusCode, Body: a.Body, Err: err}
	}
	return body.IDToken, nil
}

// passwordTokens keeps a token. Its secrets are in closures.
type passwordTokens struct {
	ask     func(context.Context) (string, error)
	turn    transport.Turn
	current func() string // nil before the first one

	failures atomic.Int64
	failure  error // the last one
}

// Token gives the token that there is, or asks for one. Calls that wait while
// another one asks in vain share its failure, lest they lock the user out.
func (t *passwordTokens) Token(ctx context.Context, rejected string) (string, error) {
	failures := t.failures.Load()
	if err := t.turn.Take(ctx); err != nil {
		return "", err
	}
	defer t.turn.Leave()
	if t.current != nil && t.current() != rejected {
		return t.current(), nil
	}
	if t.failures.Load() != failures {
		return "", t.failure
	}
	t.current = nil // it was refused
	token, err := t.ask(ctx)
	if err != nil {
		if ctx.Err() == nil { // the end of one call is no failure for the others
			t.failure = err
			t.failures.Add(1)
		}
		return "", err
	}
	t.current = func() string { return token }
	return token, nil
}
