package finik

import (
	"errors"
	"strconv"
	"time"
)

// The sentinels of this package, for errors.Is.
var (
	// ErrOutcomeUnknown says that nobody knows whether a payment was made: the
	// request may have left, and no readable answer came, or one whose status, in
	// the status line or in the body, is neither 2xx nor a refusal that the
	// provider's table names (400, 401, 402, 403, 404): 3xx, 405, 408, 409, 422, 429
	// and 5xx are such. So is a refusal whose body holds a payment that has not
	// failed. Once one attempt of a call was such, a later refusal matches both this
	// and its own sentinel; a later success clears it. Calls that only read never
	// match it.
	//
	// What to do: repeat CreatePayment or RunPayout with the same TransactionID,
	// never with another one. Where Error.PaymentID is set, GetPayment tells.
	ErrOutcomeUnknown = errOutcomeUnknown
	// ErrUnauthorized is status 401: the key or the signature is wrong, or the
	// clock, see [WithServerClock]. It is also a webhook with a wrong signature.
	ErrUnauthorized = errors.New("finik: unauthorized")
	// ErrInsufficientFunds is status 402: the account has too little money.
	ErrInsufficientFunds = errors.New("finik: insufficient funds")
	// ErrForbidden is status 403: no access to the account or the payment.
	ErrForbidden = errors.New("finik: forbidden")
	// ErrNotFound is status 404: it does not exist or belongs to somebody else.
	ErrNotFound = errors.New("finik: not found")
	// ErrDuplicate is status 409: a payment with this TransactionID exists. It
	// was made by an earlier request, maybe by an earlier attempt of this call,
	// and may have succeeded: the error matches ErrOutcomeUnknown too.
	ErrDuplicate = errors.New("finik: duplicate transaction id")
	// ErrRateLimited is status 429. Error.RetryAfter says how long to wait. The
	// provider's table does not know it, so that of CreatePayment it matches
	// ErrOutcomeUnknown too.
	ErrRateLimited = errors.New("finik: rate limited")
	// ErrOtherPayment is an answer about another payment than the one that was
	// asked for.
	ErrOtherPayment = errors.New("finik: answer about another payment")
	// ErrBadWebhook is a webhook request that is refused.
	ErrBadWebhook = errors.New("finik: bad webhook")
	// ErrPaginationStalled ends a walk that cannot go on: pages lead no further.
	// What was delivered stands.
	ErrPaginationStalled = errors.New("finik: pagination stalled")
)

// Error is a refusal by the service: a status other than 2xx, or 2xx with such a
// code in the body. Its text is operation, status, class and code; Message and Body are
// the service's own words and may hold personal data.
//
//	var e *finik.Error
//	if errors.As(err, &e) { … e.StatusCode … }
type Error struct {
	Operation  string        // for example "CreatePayment"
	StatusCode int           // the worse of HTTP's and the body's, which may differ
	Code       string        // statusCode of the body in digits; "" where there is none
	Message    string        `json:"-" xml:"-" yaml:"-"` // errorMessage or message of the body
	Reason     Reason        // the documented refusal that StatusCode and Message are; "" for any other
	RetryAfter time.Duration // from the header of that name; 0 if absent
	// PaymentID is the id of the payment that the body names, or held in an answer
	// to an earlier attempt of the call: beside the TransactionID that was sent, or
	// in a 409 that names no other. Whether a 409 carries one is Unverified.
	PaymentID string
	Body      []byte `json:"-" xml:"-" yaml:"-"` // at most 64 KiB

	inside  bool // a 2xx
	unknown bool
}

// printedCode is the code where it differs from the status, or "".
func (e *Error) printedCode() string {
	if e.Code != strconv.Itoa(e.StatusCode) {
		return e.Code
	}
	return ""
}

// Is matches the sentinel of the status, and ErrOutcomeUnknown where that is so.
func (e *Error) Is(target error) bool {
	if target == ErrOutcomeUnknown {
		return e.unknown
	}
	return target != nil && target == statusError(e.StatusCode)
}
