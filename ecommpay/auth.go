package ecommpay

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// Credentials are made together in the Dashboard, for one user account: a new
// token ends the one before at once, for every program that uses it. They are
// not the secret key of a project. Printing and encoding them shows neither, and
// encoding/gob refuses them; decoding JSON leaves them empty.
type Credentials struct {
	Token  string `json:"-"` // sent in the body of each request
	Secret string `json:"-"` // never sent; it signs requests and verifies answers
}

// String shows neither token nor secret.
func (c Credentials) String() string { return "ecommpay credentials" }

func (c Credentials) faults(signer bool) []string {
	var faults problems.List
	faults.If(c.Token == "", "Credentials.Token: must not be empty")
	faults.If(strings.TrimSpace(c.Token) != c.Token, "Credentials.Token: must not begin or end with whitespace")
	faults.If(strings.Contains(c.Token, ";"), "Credentials.Token: must not hold a semicolon")
	faults.If(!signer && c.Secret == "", "Credentials.Secret: must not be empty")
	faults.If(strings.TrimSpace(c.Secret) != c.Secret, "Credentials.Secret: must not begin or end with whitespace")
	return faults
}

// key is a token and what signs with it.
type key struct {
	credentials func() Credentials // a closure, where no verb of fmt reaches it
	signer      Signer
}

func newKey(c Credentials, signer Signer) key {
	if signer == nil {
		signer = newSecretSigner(c.Secret)
	}
	return key{func() Credentials { return c }, signer}
}

// newKeys returns the keys of a client: one for good, or those of a source.
func newKeys(c Credentials, o options) *transport.Rotation[key] {
	ask := transport.Fixed(newKey(c, o.signer))
	if o.source != nil {
		source := askSource(o.source, func(c Credentials) []string { return o.asked(c).faults(o.signer != nil) })
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

// asked leaves out a secret that is not looked at.
func (o options) asked(c Credentials) Credentials {
	if o.signer != nil {
		c.Secret = ""
	}
	return c
}

var errNotObject = errors.New("the body is no JSON object any more")

// authorize adds token and signature to the body of an attempt, on a private
// copy below the caller's middleware.
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

// withToken puts the token in front of the members of an object.
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
