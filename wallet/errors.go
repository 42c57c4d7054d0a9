package wallet

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/payclients/payclients-go/internal/redact"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

var errOutcomeUnknown = transport.ErrOutcomeUnknown

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

	// ErrInvalidRequest is bad input, found before any I/O. The text names the
	// field and the rule.
	ErrInvalidRequest = errors.New("wallet: invalid request")
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
	// ErrResponseTooLarge is an answer above the limit of WithMaxResponseBytes.
	ErrResponseTooLarge = errors.New("wallet: response too large")
)

// Error is a refusal by the service: a status other than 2xx, or 200 with an
// error inside. Its text is operation, status and code; Message, Details and
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

	unknown bool
}

// Error prints operation, status and code.
func (e *Error) Error() string {
	if e == nil {
		return "wallet: no error"
	}
	text := redact.Where("wallet", e.Operation, e.StatusCode)
	if e.Code != "" {
		text += ", code " + e.Code
	}
	return text + suffix(e.unknown)
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

// undecoded is an answer with status 2xx that cannot be read.
func undecoded(q request, a transport.Answer, err error) error {
	return &DecodeError{
		Operation: q.operation, StatusCode: a.StatusCode, Body: a.Body, Err: err,
		unknown: q.kind.Writes(),
	}
}

// outcome says what an answer means: meta and data of one that ends well. An
// error inside meta is a refusal whatever the status. Of a call that changes
// something only a readable refusal that the provider's table knows is a no.
func outcome(q request, a transport.Answer) (Meta, json.RawMessage, error) {
	var body struct {
		Meta json.RawMessage `json:"meta"`
		Data json.RawMessage `json:"data"`
	}
	var meta Meta
	err := wire.Decode(a.Body, &body)
	if err == nil && body.Meta == nil {
		err = errNoMeta
	}
	if err == nil {
		err = wire.DecodePHP(body.Meta, &meta)
	}
	text, failed := wire.Words(body.Meta, "error")
	inside := innerStatus(body.Meta)
	if a.StatusCode/100 == 2 && !failed && (inside == 0 || inside/100 == 2) {
		if err != nil {
			return meta, nil, undecoded(q, a, cmp.Or(transport.ShapeFault(a.Response, q.wanted(), "{"), err))
		}
		return meta, body.Data, nil
	}
	e := &Error{Operation: q.operation, StatusCode: a.StatusCode, Body: a.Body}
	if a.StatusCode/100 == 2 && inside != 0 {
		e.StatusCode = inside
	}
	e.RetryAfter, _ = transport.RetryAfter(a.Header, time.Now())
	if isCode(text) {
		e.Code = text
	}
	e.Message, _ = wire.Words(body.Meta, "error_message")
	var details struct {
		Details json.RawMessage `json:"details"`
	}
	_ = wire.DecodePHP(body.Meta, &details) // what does not decode is in Body
	e.Details = details.Details
	definite := err == nil && refuses(e.StatusCode) && (inside == 0 || refuses(inside))
	e.unknown = q.kind.Writes() && (a.Ambiguous || !definite)
	return meta, nil, e
}

var errNoMeta = errors.New("expected an object with meta, got one without it")

// innerStatus is the copy of the HTTP status in meta, 0 where there is none.
// The documentation calls it status, all its samples code.
func innerStatus(meta json.RawMessage) int {
	for _, name := range []string{"code", "status"} {
		if text, ok := wire.Field(meta, name); ok {
			if status, err := strconv.Atoi(text); err == nil {
				return status
			}
		}
	}
	return 0
}

// refuses reports whether the provider's table names a status as a refusal.
func refuses(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound,
		http.StatusMethodNotAllowed, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
		return true
	}
	return false
}

// isCode reports whether text is short and plain enough to be printed in an
// error. Codes are words, so a number, which may be a phone, is none.
func isCode(text string) bool {
	letters := false
	for _, r := range text {
		letter := r >= 'a' && r <= 'z'
		letters = letters || letter
		if !letter && (r < '0' || r > '9') && r != '_' {
			return false
		}
	}
	return letters && len(text) <= 64
}
