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

const maxTransactionID = 64 // bytes; no document bounds them

// CreatePaymentRequest describes a payment. It is not changed by this package
// and may be used again: the same TransactionID is the same payment.
//
// Printing it shows service and transaction id only.
type CreatePaymentRequest struct {
	AccountID string // the account that is debited; UserID must have rights to it
	ServiceID string // what is paid
	// TransactionID makes the payment unique: 1 to 64 printable ASCII characters
	// without blanks, new for each payment; a UUID is best. Store it before the
	// first call. The service makes at most one payment for it, so that a repeated
	// request is safe, also days later and from another process. See
	// [NewTransactionID].
	TransactionID string
	UserID        string // on whose behalf
	Fields        Fields // what the service asks for, see [ValidateFields]

	// Unchecked are further members of the request, JSON texts by name: for what
	// the gateway knows and this package does not. They are sent and signed like
	// the others, under the rules of [CanonicalJSON]. accountId, fields, service,
	// transactionId and userId are refused. Unverified by design.
	Unchecked map[string]json.RawMessage
}

// NewTransactionID is a new id for a payment: a random UUID (version 4) in lower
// case. It panics where the machine has no randomness.
func NewTransactionID() string { return uuid.NewString() }

// CreatePayment makes a payment: money moves. The payment is at its end
// (Payment.Final) where the service is synchronous, and else pending or
// processing; [Client.WaitPayment] waits. A payment that the answer says has
// failed is a result and no error.
//
// It is repeated after network errors and the statuses 429, 500, 502, 503 and
// 504, with the same TransactionID, a new timestamp and a new signature. A
// repeat whose first attempt took place is answered with 409, which is
// ErrDuplicate and ErrOutcomeUnknown: the payment exists, and nobody has said
// how it ended. Where an answer names it, in Error.PaymentID, GetPayment tells;
// else only the webhook or the provider does.
//
// The worse of HTTP's status and the body's statusCode decides, but for a payment
// that a 2xx brings as failed or canceled: there the code is the reason. Only a
// readable refusal (400, 401, 402, 403, 404) is a definite no, and none whose body
// holds a payment in another status: such a body contradicts itself. Every other
// status, 429 included, is ErrOutcomeUnknown, and so is an answer that cannot be
// read, has no id, or is about another TransactionID.
//
// Its errors are ErrInvalidRequest, *Error, *DecodeError, ErrOtherPayment,
// ErrResponseTooLarge, and those of the context and the network. After
// ErrOutcomeUnknown repeat it with the same request, never with a new
// TransactionID.
//
// Finik API: POST /v2/payment
func (c *Client) CreatePayment(ctx context.Context, r CreatePaymentRequest, opts ...CallOption) (*Payment, error) {
	fields, faults := r.Fields.json()
	return c.create(ctx, paymentBody{r, fields}, faults, newCall(opts))
}

// create makes the payment of r; faults says what is wrong with its fields.
func (c *Client) create(ctx context.Context, r paymentBody, faults []string, call *callOptions) (*Payment, error) {
	a, err := ask(ctx, c, request{
		operation:     "CreatePayment",
		kind:          transport.Idempotent, // by transactionId
		method:        http.MethodPost,
		path:          []string{"v2", "payment"},
		body:          r,
		faults:        append(r.faults(), faults...),
		transactionID: r.TransactionID,
	}, call, decodeNew[Payment])
	call.capture(a.Response)
	if e, ok := cause.Own[*Error](err); ok {
		for _, before := range a.Earlier {
			if s := before.said; e.PaymentID == "" && s.payment != "" && s.transaction == r.TransactionID {
				e.PaymentID = s.id
			}
		}
	}
	return a.Result.data, err
}

// paymentBody is the body of a payment whose texts are known to be valid.
type paymentBody struct {
	CreatePaymentRequest

	fields json.RawMessage
}

// json is written by hand: it is what stands between a payment and its
// signature.
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

// Validate reports what CreatePayment and RunPayout would refuse before any I/O:
// everything wrong with r in one error, which is ErrInvalidRequest. It knows no rules
// of a service; see [ValidateFields].
func (r CreatePaymentRequest) Validate() error {
	_, faults := r.Fields.json()
	if faults = append(r.faults(), faults...); len(faults) > 0 {
		return invalid(faults...)
	}
	return nil
}

func (r CreatePaymentRequest) faults() []string {
	return slices.Concat(
		idFaults("AccountID", r.AccountID),
		idFaults("ServiceID", r.ServiceID),
		transactionIDFaults(r.TransactionID),
		idFaults("UserID", r.UserID),
		memberFaults(r.Unchecked, "accountId", "fields", "service", "transactionId", "userId"),
	)
}

func transactionIDFaults(id string) []string {
	if id == "" || len(id) > maxTransactionID || !transport.HeaderText(id) || strings.Contains(id, " ") {
		return []string{"TransactionID: must be 1 to 64 printable ASCII characters without blanks, such as NewTransactionID gives"}
	}
	return nil
}
