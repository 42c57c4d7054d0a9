package finik

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/payclients/payclients-go/internal/cause"
	"github.com/payclients/payclients-go/internal/transport"
)

const maxTransactionID = 64 // in bytes; no document limits it

// CreatePaymentRequest describes a payment. This package does not change it,
// and you may send it again. AccountID, ServiceID and UserID are ids of 1 to
// 256 bytes, without control characters and without spaces around them. If a
// field breaks its rule, the call returns ErrInvalidRequest and sends nothing.
//
// Printing it shows service and transaction id only.
type CreatePaymentRequest struct {
	AccountID string // the debited account; UserID must have rights to it
	ServiceID string // what is paid for, see [Client.AllServices]
	// TransactionID is the idempotency key: 1 to 64 printable ASCII characters
	// without spaces, new for each payment; a UUID is best, see
	// [NewTransactionID]. Store it before the first call. The service makes at
	// most one payment for a TransactionID, so repeating a request is safe,
	// even days later and from another process. The service answers a repeat
	// with 409: see [ErrDuplicate]. This package does not compare the other
	// fields with the first request.
	TransactionID string
	UserID        string // the user on whose behalf the payment is made
	Fields        Fields // what the service requires, see [ValidateFields]; must not be empty

	// Unchecked adds members to the request, JSON values by name, for what the
	// gateway knows and this package does not. They are sent and signed like
	// the others, under the rules of [CanonicalJSON]. The names accountId,
	// fields, service, transactionId and userId are refused with
	// ErrInvalidRequest. Nil adds none. What the gateway does with them is
	// Unverified.
	Unchecked map[string]json.RawMessage
}

// NewTransactionID returns a new idempotency key for a payment: a random UUID
// (version 4) in lower case. It panics if the system has no source of randomness.
func NewTransactionID() string { return uuid.NewString() }

// CreatePayment makes a payment: money moves. A nil error means that the
// service has accepted the request, not that it has paid: look at
// Payment.Status. r must keep the rules of [CreatePaymentRequest]; an empty
// TransactionID is refused. A synchronous service answers with a final payment
// (Payment.Final). Otherwise the payment is pending or processing, and
// [Client.WaitPayment] waits for the end, which may be a failure.
//
// The call is retried after network errors and the statuses 429, 500, 502, 503
// and 504, with the same TransactionID, a new timestamp and a new signature.
// After a 401 the request may be sent once more: see [WithServerClock] and
// [CredentialSource].
//
// The first row that applies counts:
//
//	What came back                   What is known            What to do
//	nil error, Status is failed or   nothing was paid         read Payment.StatusCode: the reason
//	  canceled
//	any other nil error              the payment exists       wait until it is Final, look at Status
//	ErrDuplicate: status 409         a payment with this      GetPayment(Error.PaymentID) if set, else
//	                                   TransactionID exists     wait for the webhook event or ask the provider
//	ErrOutcomeUnknown (a)            the payment may exist    call again with the same request, never
//	                                                            with a new TransactionID
//	any other error (b)              this call made no        fix the cause, call again with the
//	                                   payment                  same request
//
// (a) An error matches ErrOutcomeUnknown in these cases. [ErrOutcomeUnknown]
// has the details.
//
//   - No answer came, although the request may have left this machine.
//   - The answer has a status other than 2xx, 400, 401, 402, 403 and 404: also
//     429 and 5xx.
//   - The answer is a 2xx that cannot be decoded or has no payment id
//     (*DecodeError), is too large (ErrResponseTooLarge), or does not have the
//     TransactionID of the request (ErrOtherPayment).
//   - The status is 400, 401, 402, 403 or 404, but the body contradicts the
//     refusal or has neither a statusCode nor a message.
//   - An earlier attempt of the same call had an unknown outcome.
//
// (b) Either the service has refused the request with 400, 401, 402, 403 or 404
// (*Error), or nothing was sent. Nothing was sent if the error is
// ErrInvalidRequest or an error of the [Signer] or [CredentialSource], if the
// connection was refused, or if ctx ended before any sending. An earlier call
// with the same TransactionID may still have made the payment.
//
// If the HTTP status and the body's statusCode differ, Error.StatusCode holds the
// one that leaves the outcome less certain: see [Error]. The payment is nil with every error.
//
// Finik API: POST /v2/payment
func (c *Client) CreatePayment(ctx context.Context, r CreatePaymentRequest, opts ...CallOption) (*Payment, error) {
	fields, problems := r.Fields.json()
	return c.create(ctx, paymentBody{r, fields}, problems, newCall(opts))
}

// create makes the payment of r. problems is what is wrong with r's fields. It
// fills PaymentID of an *Error from answers to earlier attempts of the same call.
func (c *Client) create(ctx context.Context, r paymentBody, problems []string, call *callOptions) (*Payment, error) {
	a, err := ask(ctx, c, request{
		operation:     "CreatePayment",
		kind:          transport.Idempotent, // by transactionId
		method:        http.MethodPost,
		path:          []string{"v2", "payment"},
		body:          r,
		problems:      append(r.problems(), problems...),
		transactionID: r.TransactionID,
	}, call, decodeNew[Payment])
	call.capture(a.Response)
	if e, ok := cause.Own[*Error](err); ok {
		for _, before := range a.Earlier {
			if s := before.envelope; e.PaymentID == "" && s.payment != "" && s.transaction == r.TransactionID {
				e.PaymentID = s.id
			}
		}
	}
	return a.Result.data, err
}

// paymentBody is the body of a payment whose strings are valid.
type paymentBody struct {
	CreatePaymentRequest

	fields json.RawMessage
}

// json returns the body as JSON that is not canonical yet. It is written by hand
// because the signature covers exactly these members.
func (b paymentBody) json() []byte {
	w := fieldWriter{out: make([]byte, 0, 256+len(b.fields))}
	member := func(name, text string) {
		w.out = append(w.out, name...)
		w.text(text)
	}
	member(`{"accountId":`, b.AccountID)
	w.out = append(append(w.out, `,"fields":`...), b.fields...)
	member(`,"service":{"id":`, b.ServiceID)
	member(`},"transactionId":`, b.TransactionID)
	member(`,"userId":`, b.UserID)
	return appendMembers(append(w.out, '}'), b.Unchecked)
}

// Validate checks r as CreatePayment and RunPayout do before they send. It
// returns nil, or one ErrInvalidRequest with everything that is wrong with r.
// It does no I/O. It does not check Fields against the rules of a service: see
// [ValidateFields].
func (r CreatePaymentRequest) Validate() error {
	_, problems := r.Fields.json()
	if problems = append(r.problems(), problems...); len(problems) > 0 {
		return invalid(problems...)
	}
	return nil
}

// problems returns what is wrong with the request except its Fields, nil if nothing
// is.
func (r CreatePaymentRequest) problems() []string {
	return slices.Concat(
		idProblems("AccountID", r.AccountID),
		idProblems("ServiceID", r.ServiceID),
		transactionIDProblems(r.TransactionID),
		idProblems("UserID", r.UserID),
		memberProblems(r.Unchecked, "accountId", "fields", "service", "transactionId", "userId"),
	)
}

// transactionIDProblems returns what is wrong with an idempotency key, nil if
// nothing is.
func transactionIDProblems(id string) []string {
	if id == "" || len(id) > maxTransactionID || !transport.HeaderText(id) || strings.Contains(id, " ") {
		return []string{"TransactionID: must be 1 to 64 printable ASCII characters without spaces, for example from NewTransactionID"}
	}
	return nil
}
