package ecommpay

import (
	"errors"
	"time"
)

// Errors for errors.Is that follow from what the service answers. The package
// has three more errors for errors.Is: [ErrInvalidRequest],
// [ErrResponseTooLarge] and [ErrBadSignature].
var (
	// ErrUnauthorized reports status 401. The service has one status for several
	// causes: the token is wrong, deactivated or replaced by a newer one (and a
	// [CredentialSource] has no other), the signature is wrong, or the token
	// cannot reach a project of the request. Error.Message may say which.
	ErrUnauthorized = errors.New("ecommpay: unauthorized")
	// ErrForbidden reports status 403: the token's account has no right to this
	// kind of data. Chargebacks and fraud need the role Risks or Merchant admin.
	ErrForbidden = errors.New("ecommpay: forbidden")
	// ErrNotFound reports a chargeback that does not exist, or status 404, most
	// likely because the base URL is wrong.
	ErrNotFound = errors.New("ecommpay: not found")
	// ErrRateLimited reports status 429, after the retries. Error.RetryAfter is
	// how long to wait, 0 if the service did not say.
	ErrRateLimited = errors.New("ecommpay: rate limited")
	// ErrPaginationStalled ends an iteration over pages that cannot continue: the
	// service sends the same page at every offset, or rows move too fast.
	// Pages already yielded are valid. Start again with an interval whose end has
	// passed.
	ErrPaginationStalled = errors.New("ecommpay: pagination stalled")
)

// Error is a refusal by the service: a status other than 2xx, or 2xx with an
// error in the body. Refusals are not signed. Its text has the operation, status,
// class and code. Message and Body are the service's own words and may hold
// personal data; they are never printed.
//
//	var e *ecommpay.Error
//	if errors.As(err, &e) { … e.StatusCode … }
type Error struct {
	Operation  string        // for example "ListOperations"
	StatusCode int           // of HTTP; for a refusal inside a 2xx the member "status" of the body, if it is 400 to 599
	Code       string        // the member "code" of the body; "" if it is 0, missing or not 1 to 8 digits
	Message    string        `json:"-" xml:"-" yaml:"-"` // the member "message" of the body, else "name", else ""
	RetryAfter time.Duration // from the header Retry-After; 0 if absent
	Body       []byte        `json:"-" xml:"-" yaml:"-"` // cut at 64 KiB, unless a 2xx

	inside bool // the refusal came inside a 2xx
}
