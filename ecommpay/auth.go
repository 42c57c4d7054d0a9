package ecommpay

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/payclients/payclients-go/internal/problems"
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

// CredentialSource gives the credentials of the moment. It is asked on every
// attempt, so that they may be replaced without a restart. An error ends the
// call without a retry. An implementation must be safe for concurrent use.
type CredentialSource interface {
	Credentials(ctx context.Context) (Credentials, error)
}

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
	token  func() string // a closure, where no verb of fmt reaches it
	signer Signer
}

func newKey(c Credentials, signer Signer) key {
	if signer == nil {
		signer = newSecretSigner(c.Secret)
	}
	return key{token: func() string { return c.Token }, signer: signer}
}

// keys are those of a client: one for good, or those of a source.
type keys struct {
	fixed  key
	source CredentialSource // nil: fixed
	signer Signer           // of WithSigner, or nil
}

func (k *keys) current(ctx context.Context) (key, error) {
	if k.source == nil {
		return k.fixed, nil
	}
	c, err := k.source.Credentials(ctx)
	if err != nil {
		return key{}, err
	}
	if k.signer != nil {
		c.Secret = ""
	}
	if faults := c.faults(k.signer != nil); len(faults) > 0 {
		return key{}, invalid(faults...)
	}
	return newKey(c, k.signer), nil
}

// usedKey is where an attempt leaves the signer that its answer is verified
// with, since credentials may have been replaced by then.
type usedKey struct{}

type used struct{ signer atomic.Pointer[Signer] }

var errNotObject = errors.New("the body is no JSON object any more")

// authenticate adds token and signature to the body of an attempt, on a private
// copy below the caller's middleware.
func (k *keys) authenticate(r *http.Request, plain []byte) error {
	current, err := k.current(r.Context())
	if err != nil {
		return err
	}
	body, err := withToken(plain, current.token())
	if err != nil {
		return err
	}
	if body, err = signBody(r.Context(), current.signer, body); err != nil {
		return err
	}
	if u, ok := r.Context().Value(usedKey{}).(*used); ok {
		u.signer.Store(&current.signer)
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
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
