package wallet

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// OAuth is a client application that is registered with the service. Its methods
// return token sources for [Bearer] and [ApplicationBearer], or ErrInvalidRequest
// for a bad field. Printing and encoding OAuth shows the client id only, and
// encoding/gob fails; decoding fills it.
//
// A source requests a token when a call first needs one, keeps it until shortly
// before it expires, and requests another when the service refuses it. While a
// token is valid, a failure to replace it early fails no call. If the service does
// not state the lifetime as a number, the source keeps the token until the service
// refuses it. Calls that wait for a token at the same time share one request. A
// token request is retried as reads are. If the service refuses the request, the
// call that needed the token fails with an *Error of the operation "Token", or, after
// a 401, with the 401.
// Middleware sees only grant_type in the body of the token request. The client adds
// client id, secret, wallet and scopes after the middleware.
//
// Unverified: known from the provider's later documentation only.
type OAuth struct {
	// TokenURL is the whole URL of the token request, which is outside the base
	// URL, for example https://api.example.com/oauth/token. Plain http is bad,
	// except to loopback or with [WithPlainHTTP].
	TokenURL string
	// ClientID and ClientSecret identify the application. Both are required, and
	// ClientID must not contain a colon.
	ClientID, ClientSecret string
	// Scopes limit what the token allows, for example "payments.read" and
	// "payments.modify"; empty is everything that the application may do.
	Scopes []string
}

// Password returns a source of tokens for the wallet with this phone, a plus sign
// and 7 to 15 digits. opts are the same as for [NewClient]. The only error is
// ErrInvalidRequest: o, an option or phone is invalid, or password is empty. The
// source is then nil.
//
// Password does no I/O. The source requests a token when a call first needs one. It
// keeps the token until shortly before the token expires, or until the service
// refuses the token. A token request is retried as GetPayment is.
//
// If a token request fails while the source has no valid token, the call that needs
// the token fails with the error of the request: *Error of the operation "Token"
// for a refusal, *DecodeError, ErrResponseTooLarge, or an error of the context or
// the network. After a 401 the call fails with the 401 instead.
//
// wallet.best API: POST /oauth/token, grant_type=password
func (o OAuth) Password(phone, password string, opts ...Option) (TokenSource, error) {
	form := url.Values{"grant_type": {"password"}, "username": {phone}, "password": {password}}
	var problems []string
	if !isPhone(phone) {
		problems = append(problems, "phone: must be a plus sign and 7 to 15 digits")
	}
	if password == "" {
		problems = append(problems, "password: must not be empty")
	}
	return o.source(form, problems, opts)
}

// ClientCredentials returns a source of tokens that belong to the application and
// not to a wallet, for [ApplicationBearer]. opts are the same as for [NewClient].
// The only error is ErrInvalidRequest: a field of the OAuth o, or an option, is
// invalid. The source is then nil.
//
// ClientCredentials does no I/O. The source requests, keeps and retries tokens as
// the source of [OAuth.Password] does, and calls fail with the same errors.
//
// wallet.best API: POST /oauth/token, grant_type=client_credentials
func (o OAuth) ClientCredentials(opts ...Option) (TokenSource, error) {
	return o.source(url.Values{"grant_type": {"client_credentials"}}, nil, opts)
}

// tokenAnswer is the data of an answer with a token.
type tokenAnswer struct {
	AccessToken string          `json:"access_token" wire:"strict"`
	ExpiresIn   json.RawMessage `json:"expires_in"` // seconds, as a number or a string
}

// life returns how long the token is valid, at most a year; 0 is unknown.
func (a tokenAnswer) life() time.Duration {
	const longest = 365 * 24 * time.Hour
	hint, err := decimal.Parse(strings.Trim(string(a.ExpiresIn), `"`))
	if err != nil {
		return 0
	}
	seconds, _, ok := hint.Trunc(0).Int64(0)
	if !ok || seconds <= 0 {
		return 0
	}
	return time.Duration(min(seconds, int64(longest/time.Second))) * time.Second
}

// tokens keeps a token. Its secrets are in the closure that requests another.
type tokens struct {
	ask  func(context.Context) (tokenAnswer, error)
	turn transport.Turn

	current func() string // nil before the first token
	renew   time.Time     // when to request the next one; zero: when current is refused
	end     time.Time     // when current expires; zero: unknown
}

// source returns a source of the tokens for a form, or ErrInvalidRequest with
// problems and everything else that is wrong.
func (o OAuth) source(form url.Values, problems []string, opts []Option) (TokenSource, error) {
	options := newOptions(opts)
	target, found := transport.ParseBase("TokenURL", o.TokenURL, options.plainHTTP)
	problems = append(found, problems...)
	if o.ClientID == "" || strings.Contains(o.ClientID, ":") {
		problems = append(problems, "ClientID: must not be empty and must not contain a colon")
	}
	if o.ClientSecret == "" {
		problems = append(problems, "ClientSecret: must not be empty")
	}
	if err := options.refused(problems); err != nil {
		return nil, err
	}
	if len(o.Scopes) > 0 {
		form.Set("scope", strings.Join(o.Scopes, " "))
	}
	options.Base = target
	body := []byte(form.Encode())
	options.Authorizer = transport.AuthorizerFunc(func(r *http.Request, _ []byte) error {
		r.SetBasicAuth(o.ClientID, o.ClientSecret)
		transport.SetBody(r, body)
		return nil
	})
	client := transport.New(options.Config)
	shown := []byte(url.Values{"grant_type": form["grant_type"]}.Encode()) // what middleware sees
	ask := func(ctx context.Context) (tokenAnswer, error) {
		return askToken(ctx, client, target, shown)
	}
	return &tokens{ask: ask}, nil
}

// errNoAccessToken is the error of an answer without a token.
var errNoAccessToken = errors.New("access_token is missing")

// askToken requests a token. It returns *Error for a refusal, *DecodeError for an
// answer without a token, and errors of context and network.
func askToken(ctx context.Context, client *transport.Client, target *url.URL, form []byte) (tokenAnswer, error) {
	q := request{operation: "Token", kind: transport.ReadOnly} // an unused token does no harm
	a, err := send(ctx, client, transport.Request{
		Operation: q.operation, Kind: q.kind, Method: http.MethodPost, URL: target, Body: form,
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
	}, decodeAnswer(q, func(data json.RawMessage) (tokenAnswer, error) {
		if data == nil {
			return tokenAnswer{}, errNoData
		}
		var token tokenAnswer
		err := wire.DecodePHP(data, &token)
		if err == nil && token.AccessToken == "" {
			err = errNoAccessToken
		}
		return token, err
	}))
	return a.Result.data, err
}

// Token returns the token that the source has, or requests one. It returns the
// error of the request if it has no valid token.
func (t *tokens) Token(ctx context.Context, rejected string) (string, error) {
	if err := t.turn.Take(ctx); err != nil {
		return "", err
	}
	defer t.turn.Leave()
	if t.current != nil && t.current() == rejected {
		t.current = nil
	}
	valid := t.current != nil && (t.end.IsZero() || time.Now().Before(t.end))
	if valid && (t.renew.IsZero() || time.Now().Before(t.renew)) {
		return t.current(), nil
	}
	asking, cancel := ctx, context.CancelFunc(func() {})
	if valid {
		asking, cancel = context.WithTimeout(ctx, aheadTimeout(ctx))
	}
	defer cancel()
	answer, err := t.ask(asking)
	switch {
	case err != nil && !valid:
		return "", err
	case err != nil:
		t.renew = time.Now().Add(time.Until(t.end) / 2) // so that not each call waits for the next failure
		return t.current(), nil
	}
	t.current, t.renew, t.end = func() string { return answer.AccessToken }, time.Time{}, time.Time{}
	if life := answer.life(); life > 0 {
		t.end = time.Now().Add(life)
		t.renew = t.end.Add(-min(life/10, time.Minute))
	}
	return answer.AccessToken, nil
}

// aheadTimeout returns how long a call that has a valid token may wait for the next
// one: at most 10 s, and at most half of the call's remaining time.
func aheadTimeout(ctx context.Context) time.Duration {
	const longest = 10 * time.Second
	if deadline, ok := ctx.Deadline(); ok {
		return min(longest, time.Until(deadline)/2)
	}
	return longest
}
