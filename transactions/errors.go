package transactions

import (
	"errors"
	"time"
)

// The sentinels of this package, for errors.Is, beside ErrInvalidRequest and
// ErrResponseTooLarge.
var (
	// ErrUnauthorized is returned for status 401: the token is missing, wrong or
	// expired, and the TokenSource had no other, or the other was refused too.
	ErrUnauthorized = errors.New("transactions: unauthorized")
	// ErrForbidden is returned for status 403: the account lacks the right. An
	// administrator of the service can grant it.
	ErrForbidden = errors.New("transactions: forbidden")
	// ErrNotFound is returned for status 404. The base URL is most likely wrong.
	ErrNotFound = errors.New("transactions: not found")
	// ErrRateLimited is returned for status 429, after the retries.
	// Error.RetryAfter is how long the service asks to wait, 0 if it does not say.
	ErrRateLimited = errors.New("transactions: rate limited")
	// ErrFilterIgnored is returned if an answer has a transaction outside of the
	// filter that was sent: the service does not know a condition and ignores it.
	// The rows of that answer are not returned. The error's text names the
	// condition and the transaction's id. Remove the condition from the filter.
	ErrFilterIgnored = errors.New("transactions: filter ignored")
	// ErrPaginationStalled ends an iteration that cannot go on. For example, the
	// service sent the previous page again, sent ids or times that do not grow, or
	// ended the list before it had sent all the rows that it counts. The pages
	// yielded before remain valid. Repeat the iteration once: the cause may have
	// been temporary. If the error comes again, the service does not page or sort as
	// this iteration needs: use another of the iterations.
	ErrPaginationStalled = errors.New("transactions: pagination stalled")
)

// Error is a refusal by the service: a status other than 2xx, or a 2xx with an
// error inside. Error matches the sentinel of its StatusCode: ErrUnauthorized,
// ErrForbidden, ErrNotFound or ErrRateLimited.
//
// Error prints operation, status, class and code. Message, Params, FieldErrors and
// Body are the service's own words: they may hold personal data and are not
// printed.
//
//	var e *transactions.Error
//	if errors.As(err, &e) { … e.StatusCode … }
type Error struct {
	Operation string // for example "ListTransactions", or "Token" for the request of [PasswordTokens]
	// StatusCode is the HTTP status. For a refusal inside a 2xx it is the member
	// "status" of the body, if that is 400 to 599, and otherwise the 2xx.
	StatusCode int
	// Code is the key of the service's message, for example "error.validation" or
	// "error.http.401"; "" if it sends none.
	Code       string
	Message    string        `json:"-" xml:"-" yaml:"-"` // what the service says for people, "" if absent
	Params     string        `json:"-" xml:"-" yaml:"-"` // the header X-<app>-params: most often the name of an entity; "" if absent
	RetryAfter time.Duration // the wait in the header Retry-After; 0 if absent or unreadable
	// FieldErrors are the parameters that the service calls wrong; nil if it names
	// none.
	FieldErrors []FieldError `json:"-" xml:"-" yaml:"-"`
	Body        []byte       `json:"-" xml:"-" yaml:"-"` // the body of the answer, at most 64 KiB

	inside bool // the refusal came inside a 2xx
}

// FieldError is one parameter that the service refuses, in the service's own words.
// Printing one shows Field only.
type FieldError struct {
	Object  string // name of the object that has the field; may be ""
	Field   string // for example "status"
	Message string // for example "NotNull"
}
