package finik

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/payclients/payclients-go/internal/redact"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

var errOutcomeUnknown = transport.ErrOutcomeUnknown

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

	// ErrInvalidRequest is bad input, found before any I/O. The text names the
	// field and the rule.
	ErrInvalidRequest = errors.New("finik: invalid request")
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
	// ErrResponseTooLarge is an answer above the limit of WithMaxResponseBytes.
	ErrResponseTooLarge = errors.New("finik: response too large")
)

// Error is a refusal by the service: a status other than 2xx, or 2xx with such a
// code in the body. Its text is operation, status and code; Message and Body are
// the service's own words and may hold personal data.
//
//	var e *finik.Error
//	if errors.As(err, &e) { … e.StatusCode … }
type Error struct {
	Operation  string        // for example "CreatePayment"
	StatusCode int           // the worse of HTTP's and the body's, which may differ
	Code       string        // statusCode of the body in digits; "" where there is none
	Message    string        `json:"-" xml:"-" yaml:"-"` // errorMessage or message of the body
	RetryAfter time.Duration // from the header of that name; 0 if absent
	// PaymentID is the id of the payment that the body names, or held in an answer
	// to an earlier attempt of the call: beside the TransactionID that was sent, or
	// in a 409 that names no other. Whether a 409 carries one is Unverified.
	PaymentID string
	Body      []byte `json:"-" xml:"-" yaml:"-"` // at most 64 KiB

	unknown bool
}

// Error prints operation, status and, where it differs, code.
func (e *Error) Error() string {
	if e == nil {
		return "finik: no error"
	}
	text := redact.Where("finik", e.Operation, e.StatusCode)
	if e.Code != "" && e.Code != strconv.Itoa(e.StatusCode) {
		text += ", code " + e.Code
	}
	return text + suffix(e.unknown)
}

// Is matches the sentinel of the status, and ErrOutcomeUnknown where that is so.
func (e *Error) Is(target error) bool {
	if target == ErrOutcomeUnknown {
		return e.unknown
	}
	return target != nil && target == statusError(e.StatusCode)
}

// undecoded is an answer with status 2xx that cannot be read.
func undecoded(q request, a transport.Response, err error) error {
	return &DecodeError{
		Operation: q.operation, StatusCode: a.StatusCode, Body: a.Body, Err: err,
		unknown: q.kind.Writes(),
	}
}

// outcome says whether an answer ends well. Of a call that changes something
// only a readable refusal that the provider's table knows is a no, and none that
// brings a payment along which has not failed, or one of another transaction.
func outcome(q request, a transport.Answer) error {
	code, readable := codeOf(a.Body)
	status := q.status(a.Response)
	switch {
	case status/100 == 2:
		return nil
	case status == 0:
		return undecoded(q, a.Response, errCode)
	}
	e := &Error{Operation: q.operation, StatusCode: status, Body: a.Body}
	e.RetryAfter, _ = transport.RetryAfter(a.Header, time.Now())
	if code != 0 {
		e.Code = strconv.Itoa(code)
	}
	for _, name := range []string{"errorMessage", "ErrorMessage", "message", "Message"} {
		if e.Message == "" {
			e.Message, _ = wire.Words(a.Body, name)
		}
	}
	payment, found := statusIn(a.Body)
	transaction, _ := wire.Field(a.Body, "transactionId")
	other := q.transactionID != "" && transaction != "" && transaction != q.transactionID
	// An id alone may be that of a gateway's request, but for a duplicate.
	if transaction == q.transactionID || status == http.StatusConflict && !other {
		e.PaymentID, _ = wire.Field(a.Body, "id")
	}
	// A body that speaks of success contradicts its status.
	definite := readable && refuses(status) && (refuses(code) || code == 0 && e.Message != "") && (!found || payment.unpaid()) && !other
	e.unknown = q.kind.Writes() && (a.Ambiguous || !definite)
	return e
}

var errCode = errors.New("statusCode is no status")

// worse is the status that an answer has in truth: that of HTTP or that in the
// body, whichever leaves more open. A success whose code cannot be read has 0.
func worse(r transport.Response) int {
	code, readable := codeOf(r.Body)
	if !readable && rank(r.StatusCode) == done {
		return 0
	}
	return worseOf(r.StatusCode, code)
}

// worseOf takes 0 for none.
func worseOf(a, b int) int {
	if a == 0 || b != 0 && (rank(b) > rank(a) || rank(b) == rank(a) && b > a) {
		return b
	}
	return a
}

// The ranks of statuses, by what they leave open.
const (
	done    = iota
	refused // maybe in a way that a readable body makes a definite no
	inDoubt // nobody knows whether a payment was made
)

func rank(status int) int {
	switch {
	case status/100 == 2:
		return done
	case status/100 != 4, status == http.StatusRequestTimeout, status == http.StatusConflict:
		return inDoubt
	}
	return refused
}

// refuses reports whether the provider's table names a status as a refusal.
func refuses(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusNotFound:
		return true
	}
	return false
}

// open reports whether a status leaves it open that a payment was made.
func open(status int) bool { return status/100 != 2 && !refuses(status) }

// codeOf is the status in a body, 0 where there is none, also in a body that is
// no JSON object. It reports false for one that is there and is no status.
func codeOf(body []byte) (code int, readable bool) {
	var codes struct {
		Payouts   wireText `json:"statusCode"`
		Acquiring wireText `json:"StatusCode"` // how a neighbour API of the provider spells it
	}
	if wire.Decode(body, &codes) != nil {
		return 0, true
	}
	for _, text := range []wireText{codes.Payouts, codes.Acquiring} {
		if text == "" {
			continue
		}
		status, err := strconv.Atoi(string(text))
		if err != nil || status < 100 || status > 599 {
			return 0, false
		}
		code = worseOf(code, status)
	}
	return code, true
}

// wireText is a text or a number as it is written; "" for null; anything else
// as it is written too.
type wireText string

// UnmarshalJSON never fails.
func (t *wireText) UnmarshalJSON(data []byte) error {
	*t = wireText(bytes.Trim(bytes.TrimSpace(data), `"`))
	if *t == "null" {
		*t = ""
	}
	return nil
}
