package vima

import (
	"errors"
	"strconv"
	"time"
)

// The sentinels of this package, for errors.Is, beside ErrInvalidRequest and
// ErrResponseTooLarge.
var (
	// ErrUnauthorized is returned for status 401: the credentials are missing or
	// wrong, and a [CredentialSource], if there is one, had no others.
	ErrUnauthorized = errors.New("vima: unauthorized")
	// ErrForbidden is returned for status 403: these credentials do not permit the
	// request.
	ErrForbidden = errors.New("vima: forbidden")
	// ErrNotFound is returned for status 404. The endpoint is most likely wrong.
	ErrNotFound = errors.New("vima: not found")
	// ErrRateLimited is returned for status 429, after the retries.
	// Error.RetryAfter is how long the collector asks to wait, 0 if it does not
	// say.
	ErrRateLimited = errors.New("vima: rate limited")
	// ErrPaginationStalled ends an iteration that cannot go on: the collector sent
	// the previous page again, or a page that does not lead further. The pages
	// yielded before remain valid. To try again, begin at the cursor of the last
	// page.
	ErrPaginationStalled = errors.New("vima: pagination stalled")
)

// Error is a refusal by the collector: a status other than 2xx, or a 2xx with an
// error inside. Error matches the sentinel of its StatusCode: ErrUnauthorized,
// ErrForbidden, ErrNotFound or ErrRateLimited.
//
// Error prints operation, status and class, and the code where that is a short
// number. Code, Message and Body are the collector's own words: they may hold
// personal data and are not printed.
//
//	var e *vima.Error
//	if errors.As(err, &e) { … e.StatusCode … }
type Error struct {
	Operation string // the method of Client, for example "ListOperations"
	// StatusCode is the HTTP status. For a refusal inside a 2xx it is the member
	// "code" of the body, if that is 400 to 599, and otherwise the 2xx.
	StatusCode int
	Code       string        `json:"-" xml:"-" yaml:"-"` // the member "code" of the body, "" if absent; no list of codes is known
	Message    string        `json:"-" xml:"-" yaml:"-"` // the member "error", "message" or "detail" of the body, "" if absent
	RetryAfter time.Duration // the wait in the header Retry-After; 0 if absent or unreadable
	Body       []byte        `json:"-" xml:"-" yaml:"-"` // the body of the answer, at most 64 KiB

	inside bool // the refusal came inside a 2xx
}

// printedCode returns Code if that is a short number other than StatusCode, else
// "".
func (e *Error) printedCode() string {
	if isCode(e.Code) && e.Code != strconv.Itoa(e.StatusCode) {
		return e.Code
	}
	return ""
}
