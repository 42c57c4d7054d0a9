package finik

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
)

// Signer makes signatures: RSASSA-PKCS1-v1_5 with SHA-256 over the message, raw
// bytes as long as the key. [RSASigner] makes one of a key.
//
// A client asks it for every attempt of a request, and again when a connection
// took long to come. The message must not be changed, nor kept after the return;
// it names the API key, so it is not to be logged. An error ends the call without
// a retry. An implementation must be safe for concurrent use.
type Signer interface {
	Sign(ctx context.Context, message []byte) ([]byte, error)
}

// RSASigner signs with key: an *rsa.PrivateKey, see [ParsePrivateKey], or one
// that never leaves its HSM or KMS. Such a one is asked for a PKCS#1 v1.5
// signature of a SHA-256 digest, and what it gives is checked, so that a key that
// is set up for PSS, or another key than it says, is found here and not by the
// service.
//
// A signature is not begun once the context has ended; one that has begun runs to
// its end, for crypto.Signer takes no context.
//
// [ErrInvalidRequest] is a key that is nil, is no RSA key, has fewer than 2048
// bits or, in memory, does not fit together.
func RSASigner(key crypto.Signer) (Signer, error) {
	private, inMemory := key.(*rsa.PrivateKey)
	if key == nil || inMemory && (private == nil || private.N == nil) {
		return nil, invalid("key: must not be nil or empty")
	}
	public, isRSA := key.Public().(*rsa.PublicKey)
	if !isRSA {
		return nil, invalid("key: must be an RSA key")
	}
	if rule := keyFault(public); rule != "" {
		return nil, invalid("key: " + rule)
	}
	if inMemory && private.Validate() != nil {
		return nil, invalid("key: must be valid")
	}
	return &rsaSigner{public: public, sign: func(message []byte) ([]byte, error) {
		digest := sha256.Sum256(message)
		signature, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
		if err != nil {
			return nil, err
		}
		if !inMemory && rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], signature) != nil {
			return nil, errOtherSignature
		}
		return signature, nil
	}}, nil
}

var errOtherSignature = errors.New("gave something else than an RSASSA-PKCS1-v1_5 signature with SHA-256 by the key it shows")

// rsaSigner keeps its key in a closure, where no verb of fmt reaches it.
type rsaSigner struct {
	public *rsa.PublicKey
	sign   func(message []byte) ([]byte, error)
}

func (s rsaSigner) Sign(ctx context.Context, message []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("finik: signer: %w", err)
	}
	signature, err := s.sign(message)
	if err != nil {
		return nil, fmt.Errorf("finik: signer: %w", err)
	}
	return signature, nil
}
