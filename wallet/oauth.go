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
// are sources of tokens for [Bearer] and [ApplicationBearer]. Printing and encoding
// it shows the client's id only, and encoding/gob refuses it; decoding fills it.
//
// A source asks for a token when it is needed first, keeps it until shortly
// before its end, and asks for another when the service refuses it. While a
// token is valid, a failure to replace it ahead of its end fails no call. A
// lifetime that the service does not state as a number is unknown: the token is
// kept until the service refuses it. Many calls at a time wait for one request. A request for a token is repeated as reads
// are; its refusal is an *Error of the operation "Token", and ends the call
// that needed it. Middleware sees the request with grant_type alone in its body:
// client, wallet and scopes are added below it.
//
// Unverified: known from the provider's later documentation only.
type OAuth struct {
	// TokenURL is the whole URL of the token call, which lies outside of the base
	// URL, for example https://api.example.com/oauth/token. Plain http is refused
	// except to loopback.
	TokenURL               string
	ClientID, ClientSecret string
	// Scopes are what the token is to allow, such as "payments.read" and
	// "payments.modify"; none is all that the application may.
	Scopes []string
}

// Password is a source of tokens of the wallet with this phone, a plus sign and 7
// to 15 digits. opts work as in [NewClient].
//
// wallet.best API: POST /oauth/token, grant_type=password
func (o OAuth) Password(phone, password string, opts ...Option) (TokenSource, error) {
	form := url.Values{"grant_type": {"password"}, "username": {phone}, "password": {password}}
	var faults []string
	if !isPhone(phone) {
		faults = append(faults, "phone: must be a plus sign and 7 to 15 digits")
	}
	if password == "" {
		faults = append(faults, "password: must not be empty")
	}
	return o.source(form, faults, opts)
}

// ClientCredentials is a source of tokens that belong to the application and to
// no wallet, for [ApplicationBearer]. opts work as in [NewClient].
//
// wallet.best API: POST /oauth/token, grant_type=client_credentials
func (o OAuth) ClientCredentials(opts ...Option) (TokenSource, error) {
	return o.source(url.Values{"grant_type": {"client_credentials"}}, nil, opts)
}

// tokenAnswer is what the service gives for a grant.
type tokenAnswer struct {
	AccessToken string          `json:"access_token" wire:"strict"`
	ExpiresIn   json.RawMessage `json:"expires_in"` // seconds, in whatever form
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

// tokens keeps a token. Its secrets are in the closure that asks for another.
type tokens struct {
	ask  func(context.Context) (tokenAnswer, error)
	turn transport.Turn

	current func() string // nil before the first one
	renew   time.Time     // when to ask for the next one; zero: when current is refused
	end     time.Time     // of current; zero: unknown
}

func (o OAuth) source(form url.Values, faults []string, opts []Option) (TokenSource, error) {
	options := newOptions(opts)
	target, found := transport.ParseBase("TokenURL", o.TokenURL, options.plainHTTP)
	faults = append(found, faults...)
	if o.ClientID == "" || strings.Contains(o.ClientID, ":") {
		faults = append(faults, "ClientID: must not be empty and must not contain a colon")
	}
	if o.ClientSecret == "" {
		faults = append(faults, "ClientSecret: must not be empty")
	}
	if err := options.refused(faults); err != nil {
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
	shown := []byte(url.Values{"grant_type": form["grant_type"]}.Encode()) // to middleware
	ask := func(ctx context.Context) (tokenAnswer, error) {
		return askToken(ctx, client, target, shown)
	}
	return &tokens{ask: ask}, nil
}

var errNoAccessToken = errors.New("access_token is missing")

func askToken(ctx context.Context, client *transport.Client, target *url.URL, form []byte) (tokenAnswer, error) {
	q := request{operation: "Token", kind: transport.ReadOnly} // a token too many does no harm
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

// Token gives the token that there is, or asks for one.
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

// aheadTimeout is how long a call that has a valid token may wait for the next
// one: at most half of the time that the call has.
func aheadTimeout(ctx context.Context) time.Duration {
	const longest = 10 * time.Second
	if deadline, ok := ctx.Deadline(); ok {
		return min(longest, time.Until(deadline)/2)
	}
	return longest
}
