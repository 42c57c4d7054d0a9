package wallet

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/transport"
)

// OAuth is a client application that is registered with the service. Its methods
// are sources of tokens for [Bearer] and [ApplicationBearer]. Printing it shows
// the client's id only.
//
// A source asks for a token when it is needed first, keeps it until shortly
// before its end, and asks for another when the service refuses it. Many calls
// at a time wait for one request. A request for a token is repeated as reads
// are; its refusal is an *Error of the operation "Token", and ends the call
// that needed it.
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
	AccessToken string `json:"access_token" wire:"strict"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int64  `json:"expires_in"` // seconds; 0 is unknown
}

// tokens keeps a token. Its secrets are in the closure that asks for another.
type tokens struct {
	ask  func(context.Context) (tokenAnswer, error)
	turn chan struct{} // a lock that a context can give up on

	current func() string // nil before the first one
	until   time.Time     // zero: no known end
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
	if faults = append(faults, options.Config.Faults()...); len(faults) > 0 {
		return nil, invalid(faults...)
	}
	if len(o.Scopes) > 0 {
		form.Set("scope", strings.Join(o.Scopes, " "))
	}
	options.Base = target
	options.Authenticate = func(r *http.Request, _ []byte) error { r.SetBasicAuth(o.ClientID, o.ClientSecret); return nil }
	client, body := transport.New(options.Config), []byte(form.Encode())
	ask := func(ctx context.Context) (tokenAnswer, error) {
		return askToken(ctx, client, target, body)
	}
	return &tokens{ask: ask, turn: make(chan struct{}, 1)}, nil
}

var errNoAccessToken = errors.New("access_token is missing")

func askToken(ctx context.Context, client *transport.Client, target *url.URL, form []byte) (tokenAnswer, error) {
	q := request{operation: "Token", kind: transport.ReadOnly} // a token too many does no harm
	answer, err := client.Do(ctx, transport.Request{
		Operation: q.operation, Kind: q.kind, Method: http.MethodPost, URL: target, Body: form,
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
	})
	if err != nil {
		return tokenAnswer{}, failure(q.operation, err)
	}
	r, err := open[tokenAnswer](q, answer)
	if err != nil {
		return tokenAnswer{}, err
	}
	if r.data.AccessToken == "" {
		return tokenAnswer{}, undecoded(q, answer, errNoAccessToken)
	}
	return *r.data, nil
}

// Token gives the token that there is, or asks for one.
func (t *tokens) Token(ctx context.Context, rejected string) (string, error) {
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if t.current != nil && t.current() != rejected && (t.until.IsZero() || time.Now().Before(t.until)) {
		return t.current(), nil
	}
	answer, err := t.ask(ctx)
	if err != nil {
		return "", err
	}
	t.current, t.until = func() string { return answer.AccessToken }, time.Time{}
	if answer.ExpiresIn > 0 {
		life := time.Duration(min(answer.ExpiresIn, int64(365*24*time.Hour/time.Second))) * time.Second
		t.until = time.Now().Add(life - min(life/10, time.Minute))
	}
	return answer.AccessToken, nil
}
