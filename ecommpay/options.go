package ecommpay

type ownOptions struct {
	signer Signer
	verify VerifyMode
}

type ownCallOptions struct {
	overlap int // 0 is the default
}

// WithSigner signs requests and verifies answers by signer in place of the
// secret, which then may stay in an HSM or a KMS. Credentials.Secret is left
// empty; that of a [CredentialSource] is not looked at.
func WithSigner(signer Signer) Option {
	return func(o *options) {
		o.signer = signer
		if signer == nil {
			o.faults = append(o.faults, "WithSigner: must not be nil")
		}
	}
}

// WithResponseVerification says which answers must carry a signature. The
// default is [VerifyStrict]. Refusals are never signed and never verified.
func WithResponseVerification(mode VerifyMode) Option {
	return func(o *options) {
		o.verify = mode
		if mode < VerifyStrict || mode > VerifyOff {
			o.faults = append(o.faults, "WithResponseVerification: must be one of the modes")
		}
	}
}

// Overlap says how many rows before the end of a page a walk begins the next
// one. The default is 20, and half of the page's limit at most. More of it saves
// requests where more rows than that leave the list between two requests; the
// walk is right in any case. n is 1 to 500; it is refused outside walks.
func Overlap(n int) CallOption {
	return func(o *callOptions) {
		if n < 1 || n > maxOverlap {
			o.faults = append(o.faults, "Overlap: must be 1 to 500")
		}
		o.overlap = n
		o.restrict("Overlap", true, "only a walk overlaps its pages")
	}
}

const (
	defaultOverlap = 20
	maxOverlap     = 500
)
