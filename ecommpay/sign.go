package ecommpay

import (
	"bytes"
	"context"
	"crypto/fips140"
	"crypto/hmac"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"hash"
	"sync"
)

// Signer makes the signature of a text, which is the HMAC-SHA-512 under the
// secret that was issued with the token: 64 raw bytes. It keeps the secret in an
// HSM or a KMS, see WithSigner.
//
// A client asks it for every attempt of a request, and for every answer that is
// to be verified: once, and up to three times if the signature is wrong. The text
// must not be changed, nor kept after the return. An error ends the call without
// a retry. An implementation must be safe for concurrent use.
type Signer interface {
	Sign(ctx context.Context, canonical []byte) ([]byte, error)
}

// Sign gives the signature of a JSON object, in Base64: what belongs into its
// member "signature", which is left out of the text to sign, see [Canonical].
//
// An empty secret and whatever Canonical refuses are [ErrInvalidRequest]. For a
// secret below 14 bytes Go's FIPS 140-3 enforcement is lifted, see the package's
// documentation.
func Sign(secret string, body []byte) (string, error) {
	if secret == "" {
		return "", invalid("secret: must not be empty")
	}
	w := newWriter()
	defer w.release()
	if err := w.canonical(body); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(signOnce(secret, w.result)), nil
}

func signOnce(secret string, text []byte) []byte {
	h := newMAC(secret)
	h.Write(text)
	return h.Sum(nil)
}

// fipsKey is the shortest key, in bytes, that FIPS 140-3 approves of.
const fipsKey = 14

// newMAC takes the secrets that were issued, however short: under
// GODEBUG=fips140=only the standard library panics at a key that is not approved.
func newMAC(secret string) hash.Hash {
	if len(secret) >= fipsKey {
		return hmac.New(sha512.New, []byte(secret))
	}
	var h hash.Hash
	fips140.WithoutEnforcement(func() { h = hmac.New(sha512.New, []byte(secret)) })
	return h
}

// signBody gives the JSON object with the member "signature" added at the end.
func signBody(ctx context.Context, s Signer, body []byte) ([]byte, error) {
	w := newWriter()
	defer w.release()
	if err := w.canonical(body); err != nil {
		return nil, err
	}
	if w.signature != nil {
		return nil, invalid("body: must not have a signature yet")
	}
	mac, err := signText(ctx, s, w.result)
	if err != nil {
		return nil, err
	}
	end := bytes.LastIndexByte(body, '}')
	signed := make([]byte, 0, end+len(`,"signature":""}`)+base64.StdEncoding.EncodedLen(len(mac)))
	signed = append(signed, body[:end]...)
	if !w.empty {
		signed = append(signed, ',')
	}
	signed = append(signed, `"signature":"`...)
	signed = base64.StdEncoding.AppendEncode(signed, mac)
	return append(signed, `"}`...), nil
}

// signText holds a Signer to its contract. One of the caller gets a text of its
// own, for it may still be sending it when the context ends.
func signText(ctx context.Context, s Signer, text []byte) ([]byte, error) {
	if _, ours := s.(secretSigner); !ours {
		text = bytes.Clone(text)
	}
	mac, err := s.Sign(ctx, text)
	if err != nil {
		return nil, err
	}
	if len(mac) != sha512.Size {
		return nil, fmt.Errorf("ecommpay: signer: gave %d bytes, not the %d of an HMAC-SHA-512", len(mac), sha512.Size)
	}
	return mac, nil
}

// secretSigner keeps its secret in a closure, where no verb of fmt reaches it.
type secretSigner struct {
	sign func(canonical []byte) ([]byte, error)
}

func newSecretSigner(secret string) secretSigner {
	if secret == "" {
		return secretSigner{func([]byte) ([]byte, error) { return nil, invalid("secret: must not be empty") }}
	}
	// A hash that was used keeps the blocks of the key, half of a short text's work.
	hashes := sync.Pool{New: func() any { return newMAC(secret) }}
	return secretSigner{func(canonical []byte) ([]byte, error) {
		h, _ := hashes.Get().(hash.Hash)
		defer hashes.Put(h)
		h.Reset()
		h.Write(canonical)
		return h.Sum(nil), nil
	}}
}

func (s secretSigner) Sign(_ context.Context, canonical []byte) ([]byte, error) {
	return s.sign(canonical)
}
