package finikjournal

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
)

// Privacy says how requests are stored, which hold phones and numbers of accounts:
// [Plain] or [Sealed]. The zero value is neither, and New refuses it.
type Privacy struct {
	sealer Sealer
	key    []byte
	set    bool
}

// Plain stores requests as they are. Whoever reads the table reads phones.
func Plain() Privacy { return Privacy{set: true} }

// Sealed stores requests as s seals them. digestKey, of at least 32 bytes, keys the
// digests by which payouts and recipients are compared: keep it for as long as the book.
func Sealed(s Sealer, digestKey []byte) Privacy {
	return Privacy{sealer: s, key: append([]byte(nil), digestKey...), set: true}
}

// Sealer encrypts requests, for example with a KMS. Both methods are called by several
// goroutines at a time. about is not secret and has to be authenticated with the text, so
// that the requests of two payouts cannot be exchanged. A Sealer that fails makes Add
// fail, and puts off the step of a payout: nothing is sent then.
type Sealer interface {
	Seal(ctx context.Context, plain, about []byte) ([]byte, error)
	Open(ctx context.Context, sealed, about []byte) ([]byte, error)
}

// String is a fixed text.
func (p Privacy) String() string {
	if p.sealer != nil {
		return "sealed"
	}
	return "plain"
}

func (p Privacy) faults() []string {
	switch {
	case !p.set:
		return []string{"p: must be Plain or Sealed"}
	case p.key != nil && p.sealer == nil:
		return []string{"p: Sealed: s must not be nil"}
	case p.sealer != nil && len(p.key) < 32:
		return []string{"p: Sealed: digestKey must have at least 32 bytes"}
	}
	return nil
}

// sum is the keyed digest of parts, each with its length.
func (p Privacy) sum(parts ...string) []byte {
	h := hmac.New(sha256.New, p.key)
	_, _ = h.Write(framed(parts...))
	return h.Sum(nil)
}

func (p Privacy) seal(ctx context.Context, plain, about []byte) ([]byte, error) {
	if p.sealer == nil {
		return plain, nil
	}
	return p.sealer.Seal(ctx, plain, about)
}

func (p Privacy) open(ctx context.Context, sealed, about []byte) ([]byte, error) {
	if p.sealer == nil {
		return sealed, nil
	}
	return p.sealer.Open(ctx, sealed, about)
}
