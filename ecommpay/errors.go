package ecommpay

import (
	"errors"
	"time"
)

// The sentinels of this package, for errors.Is. [ErrBadSignature] is another.
var (
	// ErrUnauthorized is status 401: the token is wrong, deactivated or replaced
	// by a newer one and a [CredentialSource] has no others, the signature is wrong, or a project of the request is one
	// that the token cannot reach. The service has one status for all of these;
	// Error.Message may tell which it is.
	ErrUnauthorized = errors.New("ecommpay: unauthorized")
	// ErrForbidden is status 403: the account of the token has no rights to this
	// kind of data. Chargebacks and fraud need the role Risks or Merchant admin.
	ErrForbidden = errors.New("ecommpay: forbidden")
	// ErrNotFound is a chargeback that does not exist, or status 404, most likely
	// of a wrong base URL.
	ErrNotFound = errors.New("ecommpay: not found")
	// ErrRateLimited is status 429. Error.RetryAfter says how long to wait.
	ErrRateLimited = errors.New("ecommpay: rate limited")
	// ErrPaginationStalled ends a walk that cannot go on: the service gives the
	// same page at each offset, or rows change place faster than they can be
	// read. What was delivered stands; begin again with an interval that is over.
	ErrPaginationStalled = errors.New("ecommpay: pagination stalled")
)

// Error is a refusal by the service: a status other than 2xx, or 2xx with an
// error inside. Refusals are not signed. The text is operation, status, class
// and code; Message and Body are the service's own words and may hold personal data.
//
//	var e *ecommpay.Error
//	if errors.As(err, &e) { … e.StatusCode … }
type Error struct {
	Operation  string        // for example "ListOperations"
	StatusCode int           // of HTTP; the member "status" of a refusal inside a 2xx, where it is such a status
	Code       string        // the member "code" of the body; "" where it is 0 or missing
	Message    string        `json:"-" xml:"-" yaml:"-"` // the member "message", else "name", if any
	RetryAfter time.Duration // from the header of that name; 0 if absent
	Body       []byte        `json:"-" xml:"-" yaml:"-"` // at most 64 KiB

	inside bool // a 2xx
}
