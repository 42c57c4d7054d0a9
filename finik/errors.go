package finik

import (
	"errors"
	"strconv"
	"time"
)

// Sentinels for errors.Is. The sentinels of a status match an [Error] with that
// status, from any call.
var (
	// ErrOutcomeUnknown reports that a payment may or may not have been made.
	// An error of CreatePayment, RunPayout or [Client.Do] matches it in these
	// cases:
	//
	//   - The request may have left this machine, and no readable answer came.
	//   - The status, of HTTP or in the body, is neither 2xx nor a refusal in
	//     the provider's table (400, 401, 402, 403, 404): 3xx, 405, 408, 409,
	//     422, 429 and 5xx match.
	//   - The answer is such a refusal, but its body has a payment that is
	//     neither failed nor canceled, or a TransactionID other than the
	//     request's, or neither a statusCode nor a message.
	//   - An answer with status 2xx does not have the TransactionID of the
	//     request.
	//   - An earlier attempt of the same call had an unknown outcome, and a
	//     later attempt was refused. The error then matches the refusal's
	//     sentinel too.
	//   - RunPayout had made the payment, or got Resume or PaymentID, and then
	//     failed.
	//
	// A later attempt that succeeds clears the doubt. Errors of calls that only
	// read never match.
	//
	// What to do: if Error.PaymentID is set, GetPayment returns the payment's
	// state. Otherwise call CreatePayment or RunPayout again with the same
	// TransactionID, never with another one. After [ErrDuplicate] a repeat does
	// not help.
	ErrOutcomeUnknown = errOutcomeUnknown
	// ErrUnauthorized reports status 401: the key, the signature or this
	// machine's clock is wrong, see [WithServerClock]. A webhook request with a
	// wrong signature matches it too.
	ErrUnauthorized = errors.New("finik: unauthorized")
	// ErrInsufficientFunds reports status 402: the account has too little
	// money. Once the account has money, call again with the same
	// TransactionID: the service makes at most one payment for a TransactionID.
	ErrInsufficientFunds = errors.New("finik: insufficient funds")
	// ErrForbidden reports status 403: no access to the account or the payment.
	ErrForbidden = errors.New("finik: forbidden")
	// ErrNotFound reports status 404: what the request names, such as a user, does
	// not exist or belongs to somebody else.
	ErrNotFound = errors.New("finik: not found")
	// ErrDuplicate reports status 409: a payment with this TransactionID
	// exists. An earlier request made it, perhaps an earlier attempt of this
	// call, and it may have succeeded: the error matches ErrOutcomeUnknown too.
	// A repeat gets 409 again. GetPayment(Error.PaymentID) returns the payment;
	// if PaymentID is "", wait for the webhook event or ask the provider.
	ErrDuplicate = errors.New("finik: duplicate transaction id")
	// ErrRateLimited reports status 429, after the retries. Error.RetryAfter is
	// how long to wait, 0 if the service did not say. The provider's table does
	// not list 429, so an ErrRateLimited from CreatePayment matches
	// ErrOutcomeUnknown too.
	ErrRateLimited = errors.New("finik: rate limited")
	// ErrOtherPayment reports an answer with another id than the request, with
	// another TransactionID, or, from CreatePayment, without one. From
	// CreatePayment and RunPayout the error matches ErrOutcomeUnknown too: do
	// not treat the payment as failed. WaitPayment only compares the id that it
	// got; its error says nothing about the payment: call again, or ask the
	// provider.
	ErrOtherPayment = errors.New("finik: answer about another payment")
	// ErrBadWebhook reports a webhook request that [Webhook.Parse] refuses. Do not
	// act on the request.
	ErrBadWebhook = errors.New("finik: bad webhook")
	// ErrPaginationStalled ends ServicePages and AllServices if the next pages bring
	// nothing new or do not join the pages before, because the list keeps changing
	// or the service is at fault. Pages already yielded are valid. Start over later.
	ErrPaginationStalled = errors.New("finik: pagination stalled")
)

// Error is a refusal by the service: an HTTP status other than 2xx, or an HTTP
// status 2xx whose body has another status as its statusCode. The statusCode of
// a payment that was read, or that failed, is not a refusal. The text of an Error
// has the operation, StatusCode, [Error.Class] and Code. Message and Body are
// the service's own words and may hold personal data; they are never printed.
//
// StatusCode is the HTTP status or the body's statusCode. If both are there and
// differ, StatusCode is the one that leaves the outcome of a payment less
// certain: one of 1xx, 3xx, 5xx, 408 and 409 before any other 4xx, and each of
// these before 2xx. Of two in the same group StatusCode is the higher one.
//
//	var e *finik.Error
//	if errors.As(err, &e) { … e.StatusCode … }
type Error struct {
	Operation  string        // for example "CreatePayment"
	StatusCode int           // of HTTP or of the body, see above
	Code       string        // statusCode of the body in digits; "" if the body has none
	Message    string        `json:"-" xml:"-" yaml:"-"` // errorMessage or message of the body
	Reason     Reason        // the documented refusal for StatusCode and Message; "" for any other
	RetryAfter time.Duration // from the header Retry-After; 0 if absent
	// PaymentID is the service's id of the payment that has the TransactionID
	// of the request, if the body or an answer to an earlier attempt of the
	// call has such an id; else "". The id in a 409 is taken even if the 409
	// has no TransactionID. Whether a 409 has an id is Unverified.
	PaymentID string
	Body      []byte `json:"-" xml:"-" yaml:"-"` // cut at 64 KiB, except with HTTP status 2xx

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
