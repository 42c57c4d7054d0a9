package transactions

import (
	"errors"
	"time"
)

// The sentinels of this package, for errors.Is.
var (
	// ErrUnauthorized is status 401: the token is missing, wrong or expired, and
	// another one was refused too or could not be had.
	ErrUnauthorized = errors.New("transactions: unauthorized")
	// ErrForbidden is status 403: the account lacks the right, which an
	// administrator of the service grants.
	ErrForbidden = errors.New("transactions: forbidden")
	// ErrNotFound is status 404; here most likely a wrong base URL.
	ErrNotFound = errors.New("transactions: not found")
	// ErrRateLimited is status 429. Error.RetryAfter says how long to wait.
	ErrRateLimited = errors.New("transactions: rate limited")
	// ErrFilterIgnored is an answer with a transaction outside of the filter that
	// was sent: the service does not know one of its names and gives everything.
	// Nothing of that answer is delivered. The text names the condition.
	ErrFilterIgnored = errors.New("transactions: filter ignored")
	// ErrPaginationStalled ends a walk that cannot go on: the service gave the
	// page before once more, ids or times that do not grow, or an end before all
	// that it counts. What was delivered stands.
	ErrPaginationStalled = errors.New("transactions: pagination stalled")
)

// Error is a refusal by the service: a status other than 2xx, or 200 with a
// problem inside. Its text is operation, status, class and code; Message, Params,
// FieldErrors and Body are the service's own words and may hold personal data.
//
//	var e *transactions.Error
//	if errors.As(err, &e) { … e.StatusCode … }
type Error struct {
	Operation  string // for example "ListTransactions"
	StatusCode int    // of HTTP; that of the problem where one came with status 2xx
	// Code is the key of the service's message, for example "error.validation" or
	// "error.http.401"; "" where there is none.
	Code       string
	Message    string        `json:"-" xml:"-" yaml:"-"` // what the service says for people, if anything
	Params     string        `json:"-" xml:"-" yaml:"-"` // the header X-<app>-params: most often the name of an entity
	RetryAfter time.Duration // from the header of that name; 0 if absent
	// FieldErrors are the parameters that the service names as wrong.
	FieldErrors []FieldError `json:"-" xml:"-" yaml:"-"`
	Body        []byte       `json:"-" xml:"-" yaml:"-"` // at most 64 KiB

	inside bool // a 2xx
}

// FieldError is one parameter that the service refuses. All of it is the
// service's own words.
type FieldError struct {
	Object  string // name of the object that the field is of; may be ""
	Field   string // for example "status"
	Message string // for example "NotNull"
}
