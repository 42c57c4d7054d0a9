package ecommpay

import "context"

// What the client does with bodies and answers, for the tests of signatures.
var (
	SignBody        = signBody
	NewSecretSigner = newSecretSigner
)

// VerifyAnswer returns what is wrong or what the signer said.
func VerifyAnswer(ctx context.Context, s Signer, mode VerifyMode, body []byte) error {
	bad, err := verifyAnswer(ctx, s, mode, body)
	if bad != nil {
		return bad
	}
	return err
}
