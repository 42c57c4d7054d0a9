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

// Signer computes signatures with a secret that it keeps, for example in an HSM
// or a KMS, see WithSigner. Sign returns the HMAC-SHA-512 of canonical under the
// secret that was issued with the token: 64 raw bytes.
//
// A client calls Sign once for every attempt of a request. To verify an answer,
// the client calls Sign one to three times: again only if the result before does
// not match the signature of the answer. Sign must not change canonical nor keep
// it after returning. An error of Sign ends the client's call without a retry, and
// errors.Is finds it in the error of the call. A result of another length ends the
// call too, with an error that matches no exported error of this package. An
// implementation must be safe for concurrent use.
type Signer interface {
	Sign(ctx context.Context, canonical []byte) ([]byte, error)
}

// Sign returns the signature of the JSON object in body, in Base64: the value
// for the member "signature". If body has that member already, Sign ignores it,
// see [Canonical]. Sign does not change body and does no I/O.
//
// For an empty secret, and for a body that Canonical refuses, Sign returns ""
// and [ErrInvalidRequest]. A secret of any other length is accepted, also one
// below 14 bytes under GODEBUG=fips140=only, see the package documentation.
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

// signOnce returns the HMAC-SHA-512 of text under secret.
func signOnce(secret string, text []byte) []byte {
	h := newMAC(secret)
	h.Write(text)
	return h.Sum(nil)
}

// fipsKey is the shortest key, in bytes, that FIPS 140-3 approves.
const fipsKey = 14

// newMAC returns an HMAC-SHA-512 for a secret of any length. Under
// GODEBUG=fips140=only the standard library panics for a key below fipsKey, and
// such secrets are issued.
func newMAC(secret string) hash.Hash {
	if len(secret) >= fipsKey {
		return hmac.New(sha512.New, []byte(secret))
	}
	var h hash.Hash
	fips140.WithoutEnforcement(func() { h = hmac.New(sha512.New, []byte(secret)) })
	return h
}

// signBody returns a copy of the JSON object body with the member "signature" at
// the end. It returns ErrInvalidRequest for a body that Canonical refuses or that
// has a signature already, and otherwise the signer's error.
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

// signText calls the signer and checks its result: 64 bytes, else an error. A
// caller's signer gets its own copy of text, because it may still use it after
// the context has ended.
func signText(ctx context.Context, s Signer, text []byte) ([]byte, error) {
	if _, ours := s.(secretSigner); !ours {
		text = bytes.Clone(text)
	}
	mac, err := s.Sign(ctx, text)
	if err != nil {
		return nil, err
	}
	if len(mac) != sha512.Size {
		return nil, fmt.Errorf("ecommpay: signer: must return the %[2]d bytes of an HMAC-SHA-512, returned %[1]d", len(mac), sha512.Size)
	}
	return mac, nil
}

// secretSigner signs with a secret that it keeps in a closure, where no verb of
// fmt reaches it.
type secretSigner struct {
	sign func(canonical []byte) ([]byte, error)
}

// newSecretSigner returns a signer for secret. Signing with an empty secret
// returns ErrInvalidRequest.
func newSecretSigner(secret string) secretSigner {
	if secret == "" {
		return secretSigner{func([]byte) ([]byte, error) { return nil, invalid("secret: must not be empty") }}
	}
	// Reusing a hash saves hashing the key, half of the work for a short text.
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
