package finikjournal

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
)

// Privacy says how requests are stored: [Plain] or [Sealed]. Requests hold phones and account
// numbers. New refuses the zero value.
type Privacy struct {
	sealer Sealer
	key    []byte
	set    bool
}

// Plain stores requests in clear: everybody who may read the table sees phones.
func Plain() Privacy { return Privacy{set: true} }

// Sealed stores requests encrypted by s. digestKey is the key of the digests that compare
// payouts and recipients; Sealed copies it. Keep it as long as the book. New fails if s is
// nil or digestKey has fewer than 32 bytes.
func Sealed(s Sealer, digestKey []byte) Privacy {
	return Privacy{sealer: s, key: append([]byte(nil), digestKey...), set: true}
}

// Sealer encrypts requests, for example with a KMS. Several goroutines call its methods at
// the same time. about is not secret. Authenticate it together with the request, so that
// nobody can exchange the requests of two payouts. If Seal fails, Add and Reissue fail. If
// Open fails, nothing is sent, and the payout is due again later.
type Sealer interface {
	Seal(ctx context.Context, plain, about []byte) ([]byte, error)
	Open(ctx context.Context, sealed, about []byte) ([]byte, error)
}

// String returns "plain" or "sealed".
func (p Privacy) String() string {
	if p.sealer != nil {
		return "sealed"
	}
	return "plain"
}

func (p Privacy) problems() []string {
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

// sum returns the keyed digest of parts, each with its length.
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
