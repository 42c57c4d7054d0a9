package ecommpay

type ownOptions struct {
	signer Signer
	verify VerifyMode
}

type ownCallOptions struct {
	overlap int // 0 means the default
}

// WithSigner signs requests and verifies answers with signer instead of
// Credentials.Secret, so that the secret may stay in an HSM or a KMS.
// Credentials.Secret must be empty; the secret of a [CredentialSource] is
// ignored. A second WithSigner replaces the first. NewClient refuses a nil
// signer.
func WithSigner(signer Signer) Option {
	return func(o *options) {
		o.signer = signer
		if signer == nil {
			o.problems = append(o.problems, "WithSigner: must not be nil")
		}
	}
}

// WithResponseVerification sets which answers must carry a signature. The default
// is [VerifyStrict]. A second one replaces the first. NewClient refuses a mode
// that is not defined. Refusals are never signed and never verified.
func WithResponseVerification(mode VerifyMode) Option {
	return func(o *options) {
		o.verify = mode
		if mode < VerifyStrict || mode > VerifyOff {
			o.problems = append(o.problems, "WithResponseVerification: must be one of the modes")
		}
	}
}

// Overlap sets by how many rows each page of a walk overlaps the page before. n
// is 1 to 500; the default is 20. In effect it is at most half of the page's
// limit. A larger overlap saves requests if more rows than that leave the list
// between two requests; the walk is complete with any. The last Overlap of a call
// counts. Another n, and Overlap in a call without pagination, is
// ErrInvalidRequest.
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
