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

// Signer computes signatures. Sign returns the RSASSA-PKCS1-v1_5 signature with
// SHA-256 of message as raw bytes, 256 of them for a key of 2048 bits.
// [RSASigner] makes a Signer from a key.
//
// A client calls Sign for every attempt of a request, and again if the
// connection took more than 5 seconds. Sign must not change message nor keep it
// after returning, and must not log message, which contains the API key. If
// Sign returns an error, nothing is sent and the call ends without a retry.
// errors.Is finds the error of Sign in the error of the call, which also
// matches ErrOutcomeUnknown if an earlier attempt may have made a payment. An
// implementation must be safe for concurrent use.
type Signer interface {
	Sign(ctx context.Context, message []byte) ([]byte, error)
}

// RSASigner returns a Signer for key: an *rsa.PrivateKey, see
// [ParsePrivateKey], or a key that stays in an HSM or KMS. RSASigner itself
// signs nothing. It returns nil and [ErrInvalidRequest] for a key that is nil,
// not RSA or below 2048 bits, and for an *rsa.PrivateKey that is not valid.
//
// Each call of Sign asks key for a PKCS#1 v1.5 signature of a SHA-256 digest.
// For any key but an *rsa.PrivateKey, Sign also verifies the signature with
// key.Public(). If the verification fails, Sign returns an error without a
// sentinel, and nothing is sent. The cause is a key that is configured for PSS,
// or a public key that belongs to another private key.
//
// Sign also returns the error of key, and the context's error if the context
// has ended before signing begins. A signature that has begun runs to
// completion, because crypto.Signer takes no context.
func RSASigner(key crypto.Signer) (Signer, error) {
	private, inMemory := key.(*rsa.PrivateKey)
	if key == nil || inMemory && (private == nil || private.N == nil) {
		return nil, invalid("key: must not be nil or empty")
	}
	public, isRSA := key.Public().(*rsa.PublicKey)
	if !isRSA {
		return nil, invalid("key: must be an RSA key")
	}
	if rule := keyProblem(public); rule != "" {
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

var errOtherSignature = errors.New("returned something other than an RSASSA-PKCS1-v1_5 signature with SHA-256 by the key it shows")

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
