package wallet

import (
	"encoding/json"
	"errors"
	"time"
)

// The sentinels of this package, for errors.Is. The sentinels for groups of error
// codes, such as [ErrInsufficientFunds], are declared beside the codes.
var (
	// ErrOutcomeUnknown means that nobody knows whether a call that changes
	// something took effect. The request may have left this machine, and one of
	// these happened:
	//
	//   - No answer came, or the answer cannot be read.
	//   - The status is not 2xx, and not 400, 401, 403, 404, 405, 415 or 422: for
	//     example 3xx, 408, 409, 429 or 5xx.
	//   - The status is 2xx, and the answer holds an error. The status of this error is
	//     absent, or is not one of the seven above.
	//
	// If an earlier attempt of the call had an unknown outcome, a refusal of a later
	// attempt matches ErrOutcomeUnknown and its own sentinel. A later success is a
	// success. Errors of calls that only read, and of lists, never match it, although
	// lists mark what they return as seen.
	//
	// What to do:
	//
	//	Failed call                             Then
	//	CreatePayment                           call it again with the same request
	//	PayOnce, ExecutePayment                 wait a while, then call PayOnce
	//	RunPayment                              call it again with the same request
	//	ReportBestTransfer, SendBill            a repeat may log or send twice; decide
	//	ResetUnseen, ResetUnseenBest            only marks are in doubt; call again
	ErrOutcomeUnknown = errOutcomeUnknown
	// ErrUnauthorized is status 401: the credentials are missing or wrong, or the
	// wallet is blocked or not yet active, see Error.Code. A webhook request with a
	// wrong token matches it too.
	ErrUnauthorized = errors.New("wallet: unauthorized")
	// ErrForbidden is status 403: the token lacks the scope in Error.Details.
	ErrForbidden = errors.New("wallet: forbidden")
	// ErrNotFound is status 404, or a code such as CodeServiceNotFound: the object
	// does not exist or belongs to somebody else.
	ErrNotFound = errors.New("wallet: not found")
	// ErrRateLimited is status 429, after any retries. Error.RetryAfter is how long
	// the service asks to wait, 0 if it does not say.
	ErrRateLimited = errors.New("wallet: rate limited")
	// ErrNotPayable ends PayOnce or RunPayment at a payment that is created but
	// cannot be executed: its next action is NextActionUpdate or an unknown one, or,
	// in RunPayment, it has no Total. With NextActionUpdate the payment waits for more
	// parameters. This package has no call that sends them. Nothing was executed.
	ErrNotPayable = errors.New("wallet: payment not payable")
	// ErrOtherPayment means that the service answered about another payment than the
	// requested one. PayOnce, RunPayment and WaitPayment return it, and execute
	// nothing after it; what to do is in the tables of PayOnce and RunPayment. If the
	// answer to the execution itself is about another payment, the error also matches
	// ErrOutcomeUnknown.
	ErrOtherPayment = errors.New("wallet: answer about another payment")
	// ErrBadWebhook means that [Webhook.Parse] refuses a webhook request.
	ErrBadWebhook = errors.New("wallet: bad webhook")
	// ErrPaginationStalled ends an iteration over pages: two pages in a row began
	// with the same payment in the same status. The pages yielded before remain
	// valid, and the rest of the list is not known. To read it, iterate again later.
	ErrPaginationStalled = errors.New("wallet: pagination stalled")
)

// Error is a refusal by the service: a status other than 2xx, or a 2xx with an
// error inside. Error matches the sentinels of its StatusCode (ErrUnauthorized,
// ErrForbidden, ErrNotFound, ErrRateLimited) and of its Code (such as
// ErrInsufficientFunds), and ErrOutcomeUnknown if the call may have taken effect
// nevertheless.
//
// The text of an Error has operation, status, class (see [Error.Class]) and code.
// Message, Details and Body are the service's own words: they may hold personal data
// and are not printed.
//
//	var e *wallet.Error
//	if errors.As(err, &e) { … e.Code … }
type Error struct {
	Operation  string          // the method of Client, for example "CreatePayment", or "Token" for the requests of [OAuth]
	StatusCode int             // the HTTP status; for an error inside a 2xx the status in meta, or the 2xx if meta has none
	Code       string          // meta.error, for example CodeInvalidAmount; "" if absent or not a word of a-z, 0-9 and _
	Message    string          `json:"-" xml:"-" yaml:"-"` // meta.error_message, in the wallet's language; "" if absent
	Details    json.RawMessage `json:"-" xml:"-" yaml:"-"` // meta.details: a string (a scope, a reason) or an object (limit and actual value); nil if absent
	RetryAfter time.Duration   // from the header Retry-After; 0 if absent
	Body       []byte          `json:"-" xml:"-" yaml:"-"` // the body of the answer; cut at 64 KiB unless the HTTP status is 2xx

	inside bool // the refusal came inside a 2xx
	// the call may have taken effect
	unknown bool
}

// Is reports whether e matches target, for errors.Is. It returns true for the
// sentinel of StatusCode (ErrUnauthorized, ErrForbidden, ErrNotFound or
// ErrRateLimited), for the sentinel of Code's group (such as
// ErrInsufficientFunds), and for ErrOutcomeUnknown if the call may have taken
// effect. It returns false for any other target, also for a nil target. e must not
// be nil.
func (e *Error) Is(target error) bool {
	if target == ErrOutcomeUnknown {
		return e.unknown
	}
	if group, ok := groups[e.Code]; ok && target == group {
		return true
	}
	return target != nil && target == statusError(e.StatusCode)
}
