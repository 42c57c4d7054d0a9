package finik

import (
	"net/http"
	"strings"
)

// Reason names a refusal that the provider documents, see Error.Reason. A
// Reason stands for a status together with a message: for the same message with
// another status, and for any other message, Error.Reason is "". Upper and
// lower case, spaces, quotes and a full stop at the end of the message do not
// matter.
//
// The list is not complete: the service may send other messages, and later
// versions may name them. Unverified: no refusal of the live service has been
// seen.
type Reason string

// The documented refusals with status 400: the request is wrong. The same request
// will fail again. No sentinel matches status 400: compare Error.Reason or
// Error.StatusCode. Each comment is the provider's message for the Reason.
const (
	ReasonPayloadMissing       Reason = "payload_missing"        // A payload must be provided.
	ReasonPayloadInvalid       Reason = "payload_invalid"        // An unrecognizable payload is provided.
	ReasonTransactionIDMissing Reason = "transaction_id_missing" // Transaction ID is required.
	ReasonServiceMissing       Reason = "service_missing"        // A valid service is required.
	ReasonServiceIDMissing     Reason = "service_id_missing"     // An invalid or missing service ID is provided.
	ReasonServiceIDInvalid     Reason = "service_id_invalid"     // Invalid service ID is provided.
	ReasonFieldsInvalid        Reason = "fields_invalid"         // Fields must be an object and include all required fields.
	ReasonAmountInvalid        Reason = "amount_invalid"         // An invalid amount is provided. Amount must be greater than 0.
	ReasonAccountIDMissing     Reason = "account_id_missing"     // Account ID is required.
	ReasonUserIDMissing        Reason = "user_id_missing"        // User ID is required.
	ReasonUserIDInvalid        Reason = "user_id_invalid"        // Invalid user ID is provided.
	ReasonUserDisabled         Reason = "user_disabled"          // User is disabled.
	ReasonSameAccount          Reason = "same_account"           // Source and destination accounts must be different.
	ReasonPaymentIDInvalid     Reason = "payment_id_invalid"     // An invalid payment ID is provided.
)

// The documented refusals with status 401, 402, 403 and 404, with the provider's
// messages. The errors match ErrUnauthorized (401), ErrInsufficientFunds (402),
// ErrForbidden (403) and ErrNotFound (404).
const (
	ReasonAuthorizationInvalid Reason = "authorization_invalid" // 401 An invalid or missing `Authorization` header is provided.
	ReasonClientIDInvalid      Reason = "client_id_invalid"     // 401 An invalid client ID is provided.
	ReasonInsufficientFunds    Reason = "insufficient_funds"    // 402 Insufficient funds.
	ReasonExplicitDeny         Reason = "explicit_deny"         // 403 User is not authorized to access this resource with an explicit deny.
	ReasonAccountForbidden     Reason = "account_forbidden"     // 403 User has no permissions to access this account.
	ReasonPaymentForbidden     Reason = "payment_forbidden"     // 403 Client has no permissions to access this payment.
	// ReasonNotFound stands for these messages with status 404, in which * is
	// any text: "The requested resource has not been found." (also with text
	// after it), "* does not exist.", such as "User does not exist.", and "An
	// invalid * ID is provided.", such as "An invalid operation ID is
	// provided.".
	ReasonNotFound Reason = "not_found"
)

// ReasonDuplicate is the documented refusal with status 409. The payment exists and
// may have succeeded: the error matches ErrDuplicate and ErrOutcomeUnknown.
const ReasonDuplicate Reason = "duplicate" // Transaction with the same ID already exists.

// The documented refusals with status 500, 502 and 503, with the provider's
// messages. [Error.Retriable] returns true for these refusals. From
// CreatePayment they match ErrOutcomeUnknown.
const (
	ReasonInternalError       Reason = "internal_error"       // 500 Internal Server Error
	ReasonUnexpectedError     Reason = "unexpected_error"     // 500 An unexpected error has occurred.
	ReasonServiceUnavailable  Reason = "service_unavailable"  // 502 Service "XXX" is temporarily unavailable. XXX is any name
	ReasonProviderUnavailable Reason = "provider_unavailable" // 502 Service provider is unavailable.
	ReasonOverloaded          Reason = "overloaded"           // 503 The server cannot handle the request because it is overloaded or down for maintenance.
)

// documented holds the messages of the provider's table by status, in the form
// that plain returns. An asterisk stands for any text that is not empty.
var documented = map[int][]struct {
	message string
	reason  Reason
}{
	http.StatusBadRequest: {
		{"a payload must be provided", ReasonPayloadMissing},
		{"an unrecognizable payload is provided", ReasonPayloadInvalid},
		{"transaction id is required", ReasonTransactionIDMissing},
		{"a valid service is required", ReasonServiceMissing},
		{"an invalid or missing service id is provided", ReasonServiceIDMissing},
		{"invalid service id is provided", ReasonServiceIDInvalid},
		{"fields must be an object and include all required fields", ReasonFieldsInvalid},
		{"an invalid amount is provided. amount must be greater than 0", ReasonAmountInvalid},
		{"account id is required", ReasonAccountIDMissing},
		{"user id is required", ReasonUserIDMissing},
		{"invalid user id is provided", ReasonUserIDInvalid},
		{"user is disabled", ReasonUserDisabled},
		{"source and destination accounts must be different", ReasonSameAccount},
		{"an invalid payment id is provided", ReasonPaymentIDInvalid},
	},
	http.StatusUnauthorized: {
		{"an invalid or missing authorization header is provided", ReasonAuthorizationInvalid},
		{"an invalid client id is provided", ReasonClientIDInvalid},
	},
	http.StatusPaymentRequired: {
		{"insufficient funds", ReasonInsufficientFunds},
	},
	http.StatusForbidden: {
		{"user is not authorized to access this resource with an explicit deny", ReasonExplicitDeny},
		{"user has no permissions to access this account", ReasonAccountForbidden},
		{"client has no permissions to access this payment", ReasonPaymentForbidden},
	},
	http.StatusNotFound: {
		{"the requested resource has not been found", ReasonNotFound},
		{"the requested resource has not been found. *", ReasonNotFound},
		{"* does not exist", ReasonNotFound},
		{"an invalid * id is provided", ReasonNotFound},
	},
	http.StatusConflict: {
		{"transaction with the same id already exists", ReasonDuplicate},
	},
	http.StatusInternalServerError: {
		{"internal server error", ReasonInternalError},
		{"an unexpected error has occurred", ReasonUnexpectedError},
	},
	http.StatusBadGateway: {
		{"service * is temporarily unavailable", ReasonServiceUnavailable},
		{"service provider is unavailable", ReasonProviderUnavailable},
	},
	http.StatusServiceUnavailable: {
		{"the server cannot handle the request because it is overloaded or down for maintenance", ReasonOverloaded},
	},
}

// reasonOf returns the documented reason for a status and message, or "".
func reasonOf(status int, message string) Reason {
	message = plain(message)
	for _, d := range documented[status] {
		before, after, wild := strings.Cut(d.message, "*")
		switch {
		case !wild && message == d.message:
			return d.reason
		case wild && len(message) > len(before)+len(after) && strings.HasPrefix(message, before) && strings.HasSuffix(message, after):
			return d.reason
		}
	}
	return ""
}

// plain returns a message in lower case, with single spaces, without quotes and
// without a full stop at the end.
func plain(message string) string {
	message = strings.Map(func(r rune) rune {
		if strings.ContainsRune("`'\"‘’“”«»", r) {
			return -1
		}
		return r
	}, strings.ToLower(message))
	return strings.TrimRight(strings.Join(strings.Fields(message), " "), " .")
}

// Retriable reports whether the provider's table says that the same request may
// be sent again. It returns true if e.StatusCode is 500, 502 or 503. It returns
// false for any other StatusCode and for a nil *Error. StatusCode may come from
// the body and not from HTTP, see [Error]. The client has already retried
// before it returned e, see [WithRetry].
//
// The table does not list 408, 429 and 504: Retriable returns false for them,
// although the client retries 429 and 504. False does not mean that nothing was
// paid, see ErrOutcomeUnknown. Repeat CreatePayment and RunPayout with the same
// TransactionID only: with a new one the payment may be made twice.
func (e *Error) Retriable() bool {
	if e == nil {
		return false
	}
	switch e.StatusCode {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable:
		return true
	}
	return false
}
