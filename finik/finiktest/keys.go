package finiktest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"sync"

	"github.com/payclients/payclients-go/finik"
)

// The key pairs are made once in each process, because that takes time.
//
//nolint:gochecknoglobals // constants that cannot be written down
var (
	clientKey  = sync.OnceValue(newKey)
	serviceKey = sync.OnceValue(newKey)
)

func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(fmt.Sprintf("finiktest: no key: %v", err))
	}
	return key
}

// ClientKey returns the private key of the client that every server knows by
// default. Each process generates one key at the first call; later calls return
// the same key.
func ClientKey() *rsa.PrivateKey { return clientKey() }

// DefaultCredentials returns [DefaultAPIKey] and [ClientKey], for
// finik.NewClient. Every server accepts them unless [WithClient] replaces them.
func DefaultCredentials() finik.Credentials {
	signer, err := finik.RSASigner(clientKey())
	if err != nil {
		panic(fmt.Sprintf("finiktest: no signer: %v", err))
	}
	return finik.Credentials{APIKey: DefaultAPIKey, Signer: signer}
}

// PublicKey returns the key that verifies webhook events of every server in this
// process, for finik.Webhook.
func PublicKey() *rsa.PublicKey { return &serviceKey().PublicKey }

// verified reports whether signature is the signature of text by key.
func verified(key *rsa.PublicKey, text, signature string) bool {
	raw, err := base64.StdEncoding.DecodeString(signature)
	digest := sha256.Sum256([]byte(text))
	return err == nil && rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], raw) == nil
}

func sign(key *rsa.PrivateKey, text string) string {
	digest := sha256.Sum256([]byte(text))
	raw, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	if err != nil {
		panic(fmt.Sprintf("finiktest: no signature: %v", err))
	}
	return base64.StdEncoding.EncodeToString(raw)
}
