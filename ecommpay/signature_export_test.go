package ecommpay

// What the client does with bodies and answers, for the tests of signatures.
var (
	SignBody        = signBody
	VerifyAnswer    = verifyAnswer
	NewSecretSigner = newSecretSigner
)
