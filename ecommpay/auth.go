package ecommpay

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// Credentials are a token and its secret, made together in the Dashboard for one
// user account. Making a new token ends the old one at once, for every program
// that uses it. The secret key of a project is something else and does not work
// here. Printing (any verb, log/slog) and encoding (JSON, XML, YAML) show neither
// value; encoding/gob refuses them; decoding JSON leaves both empty.
//
// NewClient refuses Credentials with ErrInvalidRequest if the Token is empty, has
// a semicolon, or begins or ends with whitespace, or if the Secret is empty or
// begins or ends with whitespace. [WithSigner] and [WithCredentialSource] change
// which fields must be empty, see [NewClient].
type Credentials struct {
	Token  string `json:"-"` // sent in the body of each request
	Secret string `json:"-"` // never sent; it signs requests and verifies answers
}

// String returns "ecommpay credentials", for every value of c. It never shows
// the token or the secret.
func (c Credentials) String() string { return "ecommpay credentials" }

// problems returns what is wrong with the credentials, nil if nothing is. With a
// signer the secret may be empty.
func (c Credentials) problems(signer bool) []string {
	var found problems.List
	found.If(c.Token == "", "Credentials.Token: must not be empty")
	found.If(strings.TrimSpace(c.Token) != c.Token, "Credentials.Token: must not begin or end with whitespace")
	found.If(!utf8.ValidString(c.Token), "Credentials.Token: must be valid UTF-8")
	found.If(strings.Contains(c.Token, ";"), "Credentials.Token: must not hold a semicolon")
	found.If(!signer && c.Secret == "", "Credentials.Secret: must not be empty")
	found.If(strings.TrimSpace(c.Secret) != c.Secret, "Credentials.Secret: must not begin or end with whitespace")
	return found
}

// key is a token with the signer that signs its requests.
type key struct {
	credentials func() Credentials // a closure, where no verb of fmt reaches it
	signer      Signer
}

// newKey joins a token and a signer. A nil signer signs with the secret of c.
func newKey(c Credentials, signer Signer) key {
	if signer == nil {
		signer = newSecretSigner(c.Secret)
	}
	return key{func() Credentials { return c }, signer}
}

// newKeys returns the keys that a client signs with. Without a credential source
// they are c for good; with one, the source is asked again after a 401. It does
// no I/O.
func newKeys(c Credentials, o options) *transport.Rotation[key] {
	ask := transport.Fixed(newKey(c, o.signer))
	if o.source != nil {
		source := askSource(o.source, func(c Credentials) []string { return o.asked(c).problems(o.signer != nil) })
		ask = func(ctx context.Context, rejected *key) (key, error) {
			var refused *Credentials
			if rejected != nil {
				refused = new(rejected.credentials())
			}
			c, err := source(ctx, refused)
			return newKey(o.asked(c), o.signer), err
		}
	}
	return transport.NewRotation(ask, func(a, b key) bool { return a.credentials() == b.credentials() })
}

// asked returns c without its secret if WithSigner replaces the secret, so that
// two credentials with the same token count as the same.
func (o options) asked(c Credentials) Credentials {
	if o.signer != nil {
		c.Secret = ""
	}
	return c
}

var errNotObject = errors.New("the body is not a JSON object after middleware changed it")

// authorize puts the token and the signature into the body of r, a private copy
// of one attempt below the caller's middleware. It returns an error, and the
// attempt is not sent, if plain is not a JSON object, has a signature already, or
// the signer fails.
func authorize(r *http.Request, plain []byte, k key) error {
	body, err := withToken(plain, k.credentials().Token)
	if err != nil {
		return err
	}
	if body, err = signBody(r.Context(), k.signer, body); err != nil {
		return err
	}
	transport.SetBody(r, body)
	return nil
}

// withToken returns a copy of the JSON object body with the member "token" in
// front. It returns errNotObject for a body that does not begin with "{", and
// ErrInvalidRequest for a token that is not UTF-8.
func withToken(body []byte, token string) ([]byte, error) {
	members, ok := bytes.CutPrefix(bytes.TrimSpace(body), []byte("{"))
	if !ok {
		return nil, errNotObject
	}
	text, err := wire.Encode(token)
	if err != nil {
		return nil, invalid("Credentials.Token: must be valid UTF-8")
	}
	out := make([]byte, 0, len(body)+len(text)+len(`{"token":,`))
	out = append(out, `{"token":`...)
	out = append(out, text...)
	if !bytes.HasPrefix(bytes.TrimSpace(members), []byte("}")) {
		out = append(out, ',')
	}
	return append(out, members...), nil
}
