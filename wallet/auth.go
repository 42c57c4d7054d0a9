package wallet

import (
	"context"
	"net/http"
	"strings"

	"github.com/payclients/payclients-go/internal/transport"
)

// authorizationType is the header that distinguishes an application's token from
// the token of a wallet's owner.
const authorizationType = "X-Authorization-Type"

// TokenSource returns bearer tokens, for [Bearer] and [ApplicationBearer]. The
// client calls Token before every attempt, from several goroutines at the same
// time: an implementation must be safe for concurrent use, and should keep its
// token.
//
// Token returns a token without the word Bearer. rejected is "" before an attempt.
// After the service has refused a token with 401, rejected is the refused token,
// and Token should return another one. Token fails if it returns an error, or a
// token that is empty or not printable ASCII:
//
//   - Before an attempt, the client sends nothing and does not retry. The call
//     fails with an error in which errors.Is finds the error of Token.
//   - After a 401, the call fails with the 401. The same happens if Token returns
//     rejected again.
type TokenSource interface {
	Token(ctx context.Context, rejected string) (string, error)
}

// BasicAuth authenticates as the owner of a wallet by HTTP basic authentication.
// phone is in international form: a plus sign and 7 to 15 digits. NewClient refuses
// any other phone and an empty password (ErrInvalidRequest). Printing the
// Authenticator shows neither phone nor password.
func BasicAuth(phone, password string) Authenticator {
	c := credential{
		apply: func(r *http.Request) error { r.SetBasicAuth(phone, password); return nil },
		owner: func() string { return phone },
	}
	if !isPhone(phone) {
		c.problems = append(c.problems, "BasicAuth: phone must be a plus sign and 7 to 15 digits")
	}
	if password == "" {
		c.problems = append(c.problems, "BasicAuth: password must not be empty")
	}
	return c
}

// Bearer authenticates with the tokens of ts, for example of [OAuth.Password].
// NewClient refuses a nil ts (ErrInvalidRequest). Printing the Authenticator does
// not show a token.
//
// If ts has no token before an attempt, the call fails with the error of ts,
// nothing is sent, and the call is not retried.
//
// After a 401, in the status line or inside a 200, the client asks ts for another
// token and sends the same request once more. Calls whose token was refused at the
// same time share one call of ts. The call fails with the 401 in these cases:
//
//   - ts returns an error, or the refused token again
//   - the service refuses the other token too
//   - the 401 matches ErrOutcomeUnknown, and the call must not be sent twice
//   - Bearer is wrapped: an Authenticator of the caller calls its Authenticate
//
// The client remembers a refused token and the token that replaced it. If ts returns
// the replaced token for a later request, the client sends the replacement.
//
// Unverified: known from the provider's later documentation only.
func Bearer(ts TokenSource) Authenticator { return bearer("Bearer", ts, "") }

// ApplicationBearer is [Bearer] for tokens that belong to an application and not to
// a wallet, for example of [OAuth.ClientCredentials]. It adds the header
// X-Authorization-Type: application, which the service requires with such tokens.
// NewClient refuses a nil ts (ErrInvalidRequest). A refused token is renewed once
// per call, as [Bearer] says. With an application's token a card pays a service
// (TypeInOut) without a wallet.
//
// Unverified: known from the provider's later documentation only.
func ApplicationBearer(ts TokenSource) Authenticator {
	return bearer("ApplicationBearer", ts, "application")
}

// StaticToken returns a source of one token. token is what follows the word Bearer
// in the header. The source never renews the token: if the service refuses the
// token with 401, the call fails with ErrUnauthorized. Printing the source does not
// show the token.
//
// StaticToken does not check token. If token is empty or not printable ASCII,
// nothing is sent, and every call fails with the error "credentials were not
// available". The error matches no sentinel of this package, also not
// ErrInvalidRequest.
func StaticToken(token string) TokenSource {
	return staticToken{func() string { return token }}
}

// credential is an Authenticator of this package. It keeps its secret in a closure,
// where no verb of fmt reaches it.
type credential struct {
	apply    func(*http.Request) error
	owner    func() string // the phone of the wallet; nil if it is not known
	tokens   TokenSource   // the transport renews them, and then sets the token
	header   string        // the value of authorizationType, with tokens
	problems []string
}

// bearer is Bearer; name is the field that errors name, header the value of
// authorizationType.
func bearer(name string, ts TokenSource, header string) credential {
	c := credential{tokens: ts, header: header}
	if ts == nil {
		c.problems = append(c.problems, name+": must not be nil")
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

// Authenticate adds the credentials to r, or returns ErrInvalidRequest if they are
// invalid.
func (c credential) Authenticate(r *http.Request) error {
	if len(c.problems) > 0 {
		return invalid(c.problems...)
	}
	return c.apply(r)
}

// setType sets authorizationType, unless its value is "".
func (c credential) setType(r *http.Request) {
	if c.header != "" {
		r.Header.Set(authorizationType, c.header)
	}
}

// staticToken keeps its secret in a closure, where no verb of fmt reaches it.
type staticToken struct{ transport.StaticToken }

// isPhone reports whether text is a plus sign and 7 to 15 digits.
func isPhone(text string) bool {
	digits, ok := strings.CutPrefix(text, "+")
	return ok && len(digits) >= 7 && len(digits) <= 15 && strings.Trim(digits, "0123456789") == ""
}
