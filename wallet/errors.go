package wallet

import (
	"encoding/json"
	"errors"
	"time"
)

// The sentinels of this package, for errors.Is. Those of the groups of error
// codes stand beside the codes, such as [ErrInsufficientFunds].
var (
	// ErrOutcomeUnknown says that nobody knows whether a call that changes
	// something took place: the request may have left, and no readable answer
	// came, or one of status 3xx, 408 or 5xx. Once one attempt of a call was such,
	// a later refusal matches both this and its own sentinel; a later success
	// clears it. Calls that read never match it, nor do lists, although they mark
	// what they return as seen.
	//
	// What to do: after CreatePayment, repeat it with the same ClientPaymentID;
	// after ExecutePayment or PayOnce, call PayOnce, which reads the payment
	// first; after RunPayment, repeat it with the same request.
	ErrOutcomeUnknown = errOutcomeUnknown
	// ErrUnauthorized is status 401: the credentials are missing or wrong, or the
	// wallet is blocked or not yet active, which Error.Code tells. It is also a
	// webhook with a wrong token.
	ErrUnauthorized = errors.New("wallet: unauthorized")
	// ErrForbidden is status 403: a token without the scope in Error.Details.
	ErrForbidden = errors.New("wallet: forbidden")
	// ErrNotFound is status 404, or a code such as CodeServiceNotFound: it does not
	// exist or belongs to somebody else.
	ErrNotFound = errors.New("wallet: not found")
	// ErrRateLimited is status 429. Error.RetryAfter says how long to wait.
	ErrRateLimited = errors.New("wallet: rate limited")
	// ErrNotPayable ends a flow at a payment that is created but waits for
	// something other than its execution: with NextActionUpdate for more
	// parameters, and has no Total until then. Nothing was executed.
	ErrNotPayable = errors.New("wallet: payment not payable")
	// ErrOtherPayment ends a flow at an answer about another payment than the one
	// that was asked for. Nothing is executed on its account.
	ErrOtherPayment = errors.New("wallet: answer about another payment")
	// ErrBadWebhook is a webhook request that is refused.
	ErrBadWebhook = errors.New("wallet: bad webhook")
	// ErrPaginationStalled ends a walk that cannot go on: the service gave the
	// page before once more. What was delivered stands.
	ErrPaginationStalled = errors.New("wallet: pagination stalled")
)

// Error is a refusal by the service: a status other than 2xx, or 200 with an
// error inside. Its text is operation, status, class and code; Message, Details and
// Body are the service's own words and may hold personal data.
//
//	var e *wallet.Error
//	if errors.As(err, &e) { … e.Code … }
type Error struct {
	Operation  string          // for example "CreatePayment"
	StatusCode int             // of HTTP; meta.code where an error came with status 2xx
	Code       string          // meta.error, for example CodeInvalidAmount; "" where there is none
	Message    string          `json:"-" xml:"-" yaml:"-"` // meta.error_message, in the language of the wallet
	Details    json.RawMessage `json:"-" xml:"-" yaml:"-"` // meta.details: text (a scope, a reason) or an object (limit and actual value)
	RetryAfter time.Duration   // from the header of that name; 0 if absent
	Body       []byte          `json:"-" xml:"-" yaml:"-"` // at most 64 KiB

	inside  bool // a 2xx
	unknown bool
}

// Is matches the sentinels of the status and of the code's group, and
// ErrOutcomeUnknown where that is so.
func (e *Error) Is(target error) bool {
	if target == ErrOutcomeUnknown {
		return e.unknown
	}
	if group, ok := groups[e.Code]; ok && target == group {
		return true
	}
	return target != nil && target == statusError(e.StatusCode)
}
