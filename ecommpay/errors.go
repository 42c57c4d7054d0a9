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
	// causes, and Error.Message may say which:
	//   - the token is wrong, deactivated or replaced by a newer token
	//   - the signature is wrong
	//   - the token cannot reach a project of the request
	//
	// With a [CredentialSource] the error comes only if the source has no other
	// credentials, or if the service refuses these too.
	ErrUnauthorized = errors.New("ecommpay: unauthorized")
	// ErrForbidden reports status 403: the token's account has no right to this
	// kind of data. Chargebacks and fraud need the role Risks or Merchant admin.
	ErrForbidden = errors.New("ecommpay: forbidden")
	// ErrNotFound reports that [Client.GetChargeback] found no chargeback, or status
	// 404, most likely because the base URL is wrong.
	ErrNotFound = errors.New("ecommpay: not found")
	// ErrRateLimited reports status 429, after the retries. Error.RetryAfter is
	// how long to wait, 0 if the service did not say.
	ErrRateLimited = errors.New("ecommpay: rate limited")
	// ErrPaginationStalled ends an iteration over pages that cannot continue:
	// further pages bring nothing new, or new rows kept arriving in front of others
	// while the list was read several times. Pages already yielded are valid. If the
	// interval ends in the future, start again with an interval whose end has passed.
	// If the service sends the same page at every offset, starting again does not help.
	ErrPaginationStalled = errors.New("ecommpay: pagination stalled")
)

// Error is a refusal by the service: a status other than 2xx, or 2xx with an
// error in the body. Refusals are not signed. The text of an Error has Operation,
// StatusCode, the result of [Error.Class] and Code. Message and Body are the
// service's own words and may hold personal data; they are never printed.
//
//	var e *ecommpay.Error
//	if errors.As(err, &e) { … e.StatusCode … }
type Error struct {
	Operation  string        // for example "ListOperations"
	StatusCode int           // of HTTP; with HTTP 2xx the member "status" of the body instead, if that is 400 to 599
	Code       string        // the member "code" of the body; "" if it is 0, missing or not 1 to 8 digits
	Message    string        `json:"-" xml:"-" yaml:"-"` // the member "message" of the body, else "name", else ""
	RetryAfter time.Duration // from the header Retry-After; 0 if absent
	Body       []byte        `json:"-" xml:"-" yaml:"-"` // cut at 64 KiB, unless a 2xx

	inside bool // the refusal came inside a 2xx
}
