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

// PasswordTokens returns a source of the tokens that the service itself issues for a
// user name and a password. It sends nothing. The source is safe for concurrent use.
// Printing the source shows neither name, password nor token.
//
// baseURL and opts are as in [NewClient], but have effect only on the token requests:
// pass the same baseURL again, and the options that these requests need. username and
// password must be valid UTF-8 and not empty. The only error is ErrInvalidRequest,
// for invalid arguments and options; the source is then nil.
//
// The source requests a token when a call first needs one, and keeps the token. When
// the service refuses the token with 401, the source requests another token, and the
// client sends the refused request once more with the new token. The source does not
// look at the token's expiry, since clocks may differ.
//
// Calls that need a token at the same time share one request, and its error if the
// request fails. A later call requests again. The request runs with the context of
// one of the calls. If this context ends, only this call fails, and the next call
// that waits sends a request of its own. A token request is retried like a call that
// only reads, see [WithRetry].
//
// A failed token request makes the call fail:
//
//   - If the source has no token, the call returns the error of the token request. A
//     refusal is an *Error of the operation "Token".
//   - If the service has just refused the token of the source, the call returns the
//     401 for the refused token.
//
// Middleware sees the token request with an empty object as its body, because name
// and password are added below the middleware.
//
// Unverified: this is the call of a standard JHipster service. For another way to a
// token write a [TokenSource].
//
// Transactions API: POST /api/authenticate
func PasswordTokens(baseURL, username, password string, opts ...Option) (TokenSource, error) {
	o := newOptions(opts)
	base, problems := transport.ParseBase("baseURL", baseURL, o.plainHTTP)
	if username == "" || !utf8.ValidString(username) {
		problems = append(problems, "username: must be UTF-8 and not empty")
	}
	if password == "" || !utf8.ValidString(password) {
		problems = append(problems, "password: must be UTF-8 and not empty")
	}
	if err := o.refused(problems); err != nil {
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
			Operation: tokenOperation, Kind: transport.ReadOnly, // an unused token does no harm
			Method: http.MethodPost, URL: target, Body: []byte("{}"),
			Header: http.Header{"Content-Type": {"application/json"}},
		}, decodeToken)
		return a.Result, err
	}
	return &passwordTokens{ask: ask}, nil
}

// tokenOperation names the token request in errors, observers and logs.
const tokenOperation = "Token"

// credentials is the body of the token request.
type credentials struct {
	Username   string `json:"username"`
	Password   string `json:"password"`
	RememberMe bool   `json:"rememberMe"` // false: the token is valid for a day and not for a month
}

var errNoIDToken = errors.New("id_token is missing")

// decodeToken returns the token in an answer. It returns *Error for a refusal and
// *DecodeError for an answer without a token.
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
	current func() string // nil before the first token

	failures atomic.Int64
	failure  error // the last one
}

// Token returns the token that the source has, or requests one. Calls that wait
// while a request fails share its error, so that many wrong passwords do not lock
// the user out.
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
		if ctx.Err() == nil { // the end of one call's context must not fail the others
			t.failure = err
			t.failures.Add(1)
		}
		return "", err
	}
	t.current = func() string { return token }
	return token, nil
}
