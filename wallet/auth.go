package wallet

import (
	"context"
	"net/http"
	"strings"

	"github.com/payclients/payclients-go/internal/transport"
)

// authorizationType is the header that tells an application's token from that of
// a wallet's owner.
const authorizationType = "X-Authorization-Type"

// TokenSource gives bearer tokens. It is asked on every attempt and must be safe
// for concurrent use. rejected is the token that the service has just refused,
// or "": a source that can do so gets another one then.
type TokenSource interface {
	Token(ctx context.Context, rejected string) (string, error)
}

// BasicAuth authenticates as the owner of a wallet by HTTP basic authentication.
// phone is in international form with a plus sign. Printing it shows neither
// phone nor password.
func BasicAuth(phone, password string) Authenticator {
	c := credential{
		apply: func(r *http.Request) error { r.SetBasicAuth(phone, password); return nil },
		owner: func() string { return phone },
	}
	if !isPhone(phone) {
		c.faults = append(c.faults, "BasicAuth: phone must be a plus sign and 7 to 15 digits")
	}
	if password == "" {
		c.faults = append(c.faults, "BasicAuth: password must not be empty")
	}
	return c
}

// Bearer authenticates by the tokens of ts, such as those of [OAuth.Password]. A
// token that is answered with status 401, in the status line or inside a 200, is
// renewed once, by one call for all that wait for it, and the attempt is made once
// more: an attempt takes two requests at most. A source may go on giving a token
// that was refused: what came in place of that token is sent at once. Inside an
// Authenticator of the caller's there is no renewal. Printing it shows no token.
//
// Unverified: known from the provider's later documentation only.
func Bearer(ts TokenSource) Authenticator { return bearer("Bearer", ts, "") }

// ApplicationBearer is [Bearer] for tokens that belong to an application and to
// no wallet, such as those of [OAuth.ClientCredentials]: it adds the header
// X-Authorization-Type: application, without which the service takes no such
// token. With them a card pays a service (TypeInOut) without an account.
//
// Unverified: known from the provider's later documentation only.
func ApplicationBearer(ts TokenSource) Authenticator {
	return bearer("ApplicationBearer", ts, "application")
}

// StaticToken is a source of one token that is never renewed. Printing it shows
// no token.
func StaticToken(token string) TokenSource {
	return staticToken{func() string { return token }}
}

// credential keeps its secret in a closure, where no verb of fmt reaches it.
type credential struct {
	apply  func(*http.Request) error
	owner  func() string // the phone of the wallet; nil where it is not known
	tokens TokenSource   // renewed by the transport, which then sets the token
	header string        // the type of authorization, with tokens
	faults []string
}

func bearer(name string, ts TokenSource, header string) credential {
	c := credential{tokens: ts, header: header}
	if ts == nil {
		c.faults = append(c.faults, name+": must not be nil")
	}
	c.apply = func(r *http.Request) error {
		token, err := ts.Token(r.Context(), "")
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer "+token)
		c.setType(r)
		return nil
	}
	return c
}

func (c credential) Authenticate(r *http.Request) error {
	if len(c.faults) > 0 {
		return invalid(c.faults...)
	}
	return c.apply(r)
}

func (c credential) setType(r *http.Request) {
	if c.header != "" {
		r.Header.Set(authorizationType, c.header)
	}
}

type staticToken struct{ transport.StaticToken }

// isPhone reports whether text is a phone in international form.
func isPhone(text string) bool {
	digits, ok := strings.CutPrefix(text, "+")
	return ok && len(digits) >= 7 && len(digits) <= 15 && strings.Trim(digits, "0123456789") == ""
}
