package finik

import (
	"errors"
	"strconv"
	"time"
)

// Sentinels for errors.Is. The sentinels of a status match an [Error] with that
// status, from any call.
var (
	// ErrOutcomeUnknown reports that a payment may or may not have been made. It
	// matches in these cases:
	//
	//   - The request may have left this machine, and no readable answer came.
	//   - The status, of HTTP or in the body, is neither 2xx nor a refusal in the
	//     provider's table (400, 401, 402, 403, 404): 3xx, 405, 408, 409, 422, 429
	//     and 5xx match.
	//   - The body of a refusal has a payment that is neither failed nor canceled,
	//     has another TransactionID, or has neither a statusCode nor a message.
	//   - An earlier attempt of the same call had an unknown outcome, and a later
	//     one was refused. The error then matches the refusal's sentinel too.
	//
	// A later attempt that succeeds clears the doubt. Errors of calls that only
	// read never match.
	//
	// What to do: call CreatePayment or RunPayout again with the same
	// TransactionID, never with another one. If Error.PaymentID is set,
	// GetPayment returns the payment's state.
	ErrOutcomeUnknown = errOutcomeUnknown
	// ErrUnauthorized reports status 401: the key, the signature or this
	// machine's clock is wrong, see [WithServerClock]. A webhook request with a
	// wrong signature matches it too.
	ErrUnauthorized = errors.New("finik: unauthorized")
	// ErrInsufficientFunds reports status 402: the account has too little money.
	ErrInsufficientFunds = errors.New("finik: insufficient funds")
	// ErrForbidden reports status 403: no access to the account or the payment.
	ErrForbidden = errors.New("finik: forbidden")
	// ErrNotFound reports status 404: what the request names, such as a user, does
	// not exist or belongs to somebody else.
	ErrNotFound = errors.New("finik: not found")
	// ErrDuplicate reports status 409: a payment with this TransactionID exists.
	// An earlier request made it, perhaps an earlier attempt of this call, and it
	// may have succeeded: the error matches ErrOutcomeUnknown too.
	ErrDuplicate = errors.New("finik: duplicate transaction id")
	// ErrRateLimited reports status 429, after the retries. Error.RetryAfter is
	// how long to wait, 0 if the service did not say. The provider's table does
	// not list 429, so from CreatePayment it matches ErrOutcomeUnknown too.
	ErrRateLimited = errors.New("finik: rate limited")
	// ErrOtherPayment reports an answer with another id or TransactionID than the
	// request had. From CreatePayment and RunPayout it matches ErrOutcomeUnknown
	// too; from WaitPayment it does not.
	ErrOtherPayment = errors.New("finik: answer about another payment")
	// ErrBadWebhook reports a webhook request that [Webhook.Parse] refuses. Do not
	// act on the request.
	ErrBadWebhook = errors.New("finik: bad webhook")
	// ErrPaginationStalled ends ServicePages and AllServices if the next pages bring
	// nothing new or do not join the pages before, because the list keeps changing
	// or the service is at fault. Pages already yielded are valid. Start over later.
	ErrPaginationStalled = errors.New("finik: pagination stalled")
)

// Error is a refusal by the service: a status other than 2xx, or 2xx with such a
// status in the body. Its text has the operation, status, class and code. Message
// and Body are the service's own words and may hold personal data; they are never
// printed.
//
//	var e *finik.Error
//	if errors.As(err, &e) { … e.StatusCode … }
type Error struct {
	Operation  string        // for example "CreatePayment"
	StatusCode int           // of HTTP or of the body, whichever leaves the outcome less certain
	Code       string        // statusCode of the body in digits; "" if the body has none
	Message    string        `json:"-" xml:"-" yaml:"-"` // errorMessage or message of the body
	Reason     Reason        // the documented refusal for StatusCode and Message; "" for any other
	RetryAfter time.Duration // from the header Retry-After; 0 if absent
	// PaymentID is the service's id of the payment with the TransactionID that was
	// sent, if the body, or an answer to an earlier attempt of the call, names it;
	// else "". For a 409 an id without a TransactionID counts too. Whether a 409
	// has an id is Unverified.
	PaymentID string
	Body      []byte `json:"-" xml:"-" yaml:"-"` // cut at 64 KiB, unless a 2xx

	inside  bool // the refusal came inside a 2xx
	unknown bool
}

// printedCode returns the code if it differs from the status, else "".
func (e *Error) printedCode() string {
	if e.Code != strconv.Itoa(e.StatusCode) {
		return e.Code
	}
	return ""
}

// Is reports whether e matches target, for errors.Is. It returns true for the
// sentinel of e.StatusCode: ErrUnauthorized (401), ErrInsufficientFunds (402),
// ErrForbidden (403), ErrNotFound (404), ErrDuplicate (409) or ErrRateLimited
// (429). It returns true for ErrOutcomeUnknown if the outcome of a payment is
// unknown. It returns false for any other target and for a nil target. e must
// not be nil.
func (e *Error) Is(target error) bool {
	if target == ErrOutcomeUnknown {
		return e.unknown
	}
	return target != nil && target == statusError(e.StatusCode)
}
