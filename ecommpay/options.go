package ecommpay

type ownOptions struct {
	signer Signer
	verify VerifyMode
}

type ownCallOptions struct {
	overlap int // 0 means the default
}

// WithSigner signs requests and verifies answers with signer instead of
// Credentials.Secret, so that the secret may stay in an HSM or a KMS. The
// Secret of a [CredentialSource] is then ignored. A second WithSigner replaces
// the first. If signer is nil, or the Credentials given to NewClient have a
// Secret, NewClient returns ErrInvalidRequest.
func WithSigner(signer Signer) Option {
	return func(o *options) {
		o.signer = signer
		if signer == nil {
			o.problems = append(o.problems, "WithSigner: must not be nil")
		}
	}
}

// WithResponseVerification sets which answers must carry a signature. The
// default is [VerifyStrict]. A second WithResponseVerification replaces the
// first. If mode is not one of the defined modes, NewClient returns
// ErrInvalidRequest. Refusals are never signed and never verified. An answer that
// mode does not accept fails the call with *SignatureError.
func WithResponseVerification(mode VerifyMode) Option {
	return func(o *options) {
		o.verify = mode
		if mode < VerifyStrict || mode > VerifyOff {
			o.problems = append(o.problems, "WithResponseVerification: must be one of the modes")
		}
	}
}

// Overlap sets how many rows each page repeats from the page before, in an
// iteration over pages (pagination). n is 1 to 500; the default is 20. At most
// half of the page's limit is used. A smaller n does not lose rows. A larger n
// saves requests if many rows leave the list between two requests.
//
// A second Overlap replaces the first. If n is not 1 to 500, or if the call has
// no pagination, the call returns ErrInvalidRequest before anything is sent.
func Overlap(n int) CallOption {
	return func(o *callOptions) {
		if n < 1 || n > maxOverlap {
			o.problems = append(o.problems, "Overlap: must be 1 to 500")
		}
		o.overlap = n
		o.restrict("Overlap", true, "only a walk overlaps its pages")
	}
}

const (
	defaultOverlap = 20
	maxOverlap     = 500
)
