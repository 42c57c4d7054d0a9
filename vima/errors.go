package vima

import (
	"errors"
	"strconv"
	"time"
)

// The sentinels of this package, for errors.Is.
var (
	// ErrUnauthorized is status 401: the credentials are missing or wrong, and a
	// [CredentialSource] has no others.
	ErrUnauthorized = errors.New("vima: unauthorized")
	// ErrForbidden is status 403.
	ErrForbidden = errors.New("vima: forbidden")
	// ErrNotFound is status 404; here most likely a wrong endpoint.
	ErrNotFound = errors.New("vima: not found")
	// ErrRateLimited is status 429. Error.RetryAfter says how long to wait.
	ErrRateLimited = errors.New("vima: rate limited")
	// ErrPaginationStalled ends a walk that cannot go on: the collector gave the
	// page before once more, or a page that does not lead further. What was
	// delivered stands; begin again at the last page's cursor.
	ErrPaginationStalled = errors.New("vima: pagination stalled")
)

// Error is a refusal by the collector: a status other than 2xx, or 200 with an
// error inside. Its text is operation, status and class, and the code where that
// is a short number; Code, Message and Body are the collector's own words and may hold
// personal data.
//
//	var e *vima.Error
//	if errors.As(err, &e) { … e.StatusCode … }
type Error struct {
	Operation  string        // for example "ListOperations"
	StatusCode int           // of HTTP; the code of a refusal inside a 2xx that is such a status
	Code       string        `json:"-" xml:"-" yaml:"-"` // the member "code" of the body, if any; no list of codes is known
	Message    string        `json:"-" xml:"-" yaml:"-"` // the member "error", "message" or "detail", if any
	RetryAfter time.Duration // from the header of that name; 0 if absent
	Body       []byte        `json:"-" xml:"-" yaml:"-"` // at most 64 KiB

	inside bool // a 2xx
}

// printedCode is a short numeric code that differs from the status, or "".
func (e *Error) printedCode() string {
	if code(e.Code) && e.Code != strconv.Itoa(e.StatusCode) {
		return e.Code
	}
	return ""
}
