package finikjournal

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"

	"github.com/payclients/payclients-go/internal/problems"
)

// Privacy says how the Journal stores requests, which hold phones and account numbers: in
// clear ([Plain]) or encrypted ([Sealed]). New refuses the zero value with
// ErrInvalidRequest.
type Privacy struct {
	sealer Sealer
	key    []byte // nil is Plain
}

// Plain returns the Privacy that stores requests unencrypted: everybody who may read the
// table sees phones and account numbers.
func Plain() Privacy { return Privacy{sealer: asIs{}} }

// Sealed returns the Privacy that stores requests encrypted by s. digestKey is the secret
// key of the digests by which payouts and recipients are compared. Sealed copies
// digestKey. If s is nil or digestKey has fewer than 32 bytes, New returns
// ErrInvalidRequest.
//
// Never change the digestKey of a book ([New]). With another key Add, AddAll and Reissue
// fail with ErrKey. Workers then send no stored payout: a queued payout becomes held, and
// a payout in state Sending becomes unknown, because a request may have left.
func Sealed(s Sealer, digestKey []byte) Privacy {
	return Privacy{sealer: s, key: append([]byte{}, digestKey...)}
}

// Sealer encrypts the stored requests of payouts, for example with a KMS. Several
// goroutines call its methods at the same time. The parameter about names the payout, by
// book, Reference and TransactionID, and is not secret. Authenticate about together with
// the request, as additional data, so that nobody can exchange the requests of two payouts.
type Sealer interface {
	// Seal returns plain, a request as JSON, in encrypted form. The result is stored. If
	// Seal fails, Add, AddAll and Reissue fail with its error.
	Seal(ctx context.Context, plain, about []byte) ([]byte, error)
	// Open returns the plain bytes of what Seal returned for the same about. If Open
	// fails, Reissue fails with its error, and a worker sends nothing and tries the
	// payout again later. A payout for which Open returns other bytes is not sent: it
	// becomes held, or unknown if a request may have left.
	Open(ctx context.Context, sealed, about []byte) ([]byte, error)
}

// asIs is the Sealer of Plain.
type asIs struct{}

func (asIs) Seal(_ context.Context, request, _ []byte) ([]byte, error) { return request, nil }
func (asIs) Open(_ context.Context, request, _ []byte) ([]byte, error) { return request, nil }

// String returns "sealed" for Sealed, and "plain" for Plain and for the zero value.
func (p Privacy) String() string {
	if p.key != nil {
		return "sealed"
	}
	return "plain"
}

func (p Privacy) problems() problems.List {
	var found problems.List
	found.If(p.sealer == nil && p.key == nil, "p: must be Plain or Sealed")
	found.If(p.sealer == nil && p.key != nil, "p: Sealed: s must not be nil")
	found.If(p.key != nil && len(p.key) < 32, "p: Sealed: digestKey must have at least 32 bytes")
	return found
}

// sum returns the keyed digest of parts, each with its length.
func (p Privacy) sum(parts ...string) []byte {
	h := hmac.New(sha256.New, p.key)
	_, _ = h.Write(framed(parts...))
	return h.Sum(nil)
}
