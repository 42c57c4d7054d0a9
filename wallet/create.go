package wallet

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/transport"
)

// The limits of a payment.
const (
	maxMessage  = 1024 // characters
	maxDecimals = 2    // of an amount in roubles
)

// CreatePaymentRequest describes a payment. The constructors [NewOut], [NewP2P],
// [NewIn] and [NewInOut] fill in what each type needs; set further fields
// afterwards. For a bad field, and for a field that does not belong to Type,
// [Client.CreatePayment] and [Client.RunPayment] return ErrInvalidRequest and send
// nothing. They do not change the request. It may be used again: the same
// ClientPaymentID is the same payment.
//
// Printing it shows type, id and amount only.
type CreatePaymentRequest struct {
	Type Type `json:"type"` // required: TypeOut, TypeP2P, TypeIn or TypeInOut
	// ClientPaymentID is the idempotency key of the payment: a UUID in lower case,
	// new for each payment, see [NewClientPaymentID]. Any other text is bad, also ""
	// and the UUID of zeros. Store it before the first call. The service creates at
	// most one payment for it, so the same request may be repeated, also days later
	// and from another process. What the service does with the same id and other
	// fields is Unverified.
	ClientPaymentID string `json:"client_payment_id"`
	// Amount is what the recipient gets, in roubles: above 0, with at most two
	// decimals. An amount with more decimals is bad; it is not rounded.
	Amount decimal.Decimal `json:"amount"`

	// Service is the id of the service to pay, above 0. Parameters are the values that
	// the service asks for, by the parameter's id, which is not "". TypeOut and
	// TypeInOut require Service; nil Parameters are for a service that asks for
	// nothing. With another Type both must be zero.
	Service    int               `json:"service,omitzero"`
	Parameters map[string]string `json:"parameters,omitzero"`

	// Destination is the phone of the wallet that a TypeP2P pays: a plus sign and 7
	// to 15 digits. TypeP2P requires it. With BasicAuth it must not be the phone of
	// the payer. Message is for the recipient, at most 1,024 characters; "" is none.
	// With another Type both must be "".
	Destination string `json:"destination,omitzero"`
	Message     string `json:"message,omitzero"`

	// Card is the id of a stored card that pays, above 0. With 0 the user enters a
	// card at Payment.Card.PaymentPageURL, and StoreCard asks the service to store
	// the entered card for later payments. Card and StoreCard must not both be set,
	// and both need TypeIn or TypeInOut.
	Card      int64 `json:"card,omitzero"`
	StoreCard bool  `json:"store_card,omitzero"`
}

// NewClientPaymentID returns a new idempotency key for a payment: a random UUID
// (version 4) in lower case. It panics if the machine has no source of randomness.
func NewClientPaymentID() string { return uuid.NewString() }

// NewOut returns the request for a payment from the wallet to a service.
// clientPaymentID is the idempotency key, see [NewClientPaymentID]. service is the
// id of the service, amount is in roubles. params has the values that the service
// asks for, by the parameter's id; nil means none. The map is copied. NewOut does
// not check its arguments: CreatePayment returns ErrInvalidRequest for bad ones.
func NewOut(clientPaymentID string, service int, amount decimal.Decimal, params map[string]string) CreatePaymentRequest {
	return CreatePaymentRequest{
		Type: TypeOut, ClientPaymentID: clientPaymentID, Amount: amount,
		Service: service, Parameters: maps.Clone(params),
	}
}

// NewP2P returns the request for a payment from the wallet to another wallet.
// clientPaymentID is the idempotency key, see [NewClientPaymentID]. destination is
// the phone of the other wallet: a plus sign and 7 to 15 digits. amount is in
// roubles. NewP2P does not check its arguments: CreatePayment returns
// ErrInvalidRequest for bad ones.
func NewP2P(clientPaymentID, destination string, amount decimal.Decimal) CreatePaymentRequest {
	return CreatePaymentRequest{Type: TypeP2P, ClientPaymentID: clientPaymentID, Amount: amount, Destination: destination}
}

// NewIn returns the request for a payment from a card to the wallet.
// clientPaymentID is the idempotency key, see [NewClientPaymentID]. amount is in
// roubles. NewIn does not check its arguments: CreatePayment returns
// ErrInvalidRequest for bad ones.
func NewIn(clientPaymentID string, amount decimal.Decimal) CreatePaymentRequest {
	return CreatePaymentRequest{Type: TypeIn, ClientPaymentID: clientPaymentID, Amount: amount}
}

// NewInOut returns the request for a payment from a card to a service.
// clientPaymentID is the idempotency key, see [NewClientPaymentID]. service is the
// id of the service, amount is in roubles. params has the values that the service
// asks for, by the parameter's id; nil means none. The map is copied. NewInOut
// does not check its arguments: CreatePayment returns ErrInvalidRequest for bad
// ones.
func NewInOut(clientPaymentID string, service int, amount decimal.Decimal, params map[string]string) CreatePaymentRequest {
	r := NewOut(clientPaymentID, service, amount, params)
	r.Type = TypeInOut
	return r
}

// CreatePayment creates a payment and calculates its price. It moves no money: a
// nil error means that the payment exists, not that it is paid. To pay, call
// [Client.PayOnce] next; [Client.RunPayment] does both.
//
// A new payment has StatusCreated. Meta.NextAction of the result says what the
// payment waits for:
//
//	NextActionPay     PayOnce can execute the payment
//	NextActionUpdate  more parameters, which this package cannot send; Total is nil
//
// ClientPaymentID is the idempotency key: the service creates at most one payment
// with it. A repeated request returns the payment in its present state, which may
// be another one than StatusCreated. What the service does with a repeated key and
// other fields is Unverified. CreatePayment is retried after network errors, a body
// cut short, and the statuses 429, 500, 502, 503 and 504.
//
// The errors of CreatePayment are ErrInvalidRequest before anything is sent, *Error
// for a refusal, *DecodeError, ErrResponseTooLarge, errors of the Authenticator,
// and errors of the context and the network. The result is nil with every error.
//
// An error also matches ErrOutcomeUnknown if the payment may exist. Then call
// CreatePayment again with the same request. The payment may exist if an attempt
// was sent and got one of these:
//
//   - no answer, or an unreadable answer
//   - a refusal with a status other than 400, 401, 403, 404, 405, 415 and 422
//   - an error inside an answer with 2xx, in which the status is absent or is not
//     one of these seven
//
// wallet.best API: POST /payments
func (c *Client) CreatePayment(ctx context.Context, r CreatePaymentRequest, opts ...CallOption) (*PaymentResult, error) {
	return c.create(ctx, r, newCall(opts))
}

// create is CreatePayment with collected options, and returns the same errors.
func (c *Client) create(ctx context.Context, r CreatePaymentRequest, call *callOptions) (*PaymentResult, error) {
	r.Amount = r.Amount.Trim(maxDecimals)
	if r.toService() && r.Parameters == nil {
		r.Parameters = map[string]string{} // the service refuses a payment without the member
	}
	return payment(do(ctx, c, request{
		operation: "CreatePayment",
		kind:      transport.Idempotent, // by client_payment_id
		method:    http.MethodPost,
		path:      []string{"payments"},
		body:      r,
		problems:  r.problems(c.owner),
	}, call, decodeData))
}

// payment returns the result of a call about one payment, or its error unchanged.
func payment(r result[*Payment], err error) (*PaymentResult, error) {
	if err != nil {
		return nil, err
	}
	return &PaymentResult{Payment: *r.data, Meta: r.meta}, nil
}

// toService reports whether r pays a service.
func (r CreatePaymentRequest) toService() bool { return r.Type == TypeOut || r.Type == TypeInOut }

// problems returns what is wrong with r, by field and rule. It refuses fields that do
// not belong to the type, because the service might silently ignore them. owner
// returns the payer's phone; it may be nil.
func (r CreatePaymentRequest) problems(owner func() string) []string {
	var found problems.List
	toService := r.toService()
	byCard := r.Type == TypeIn || r.Type == TypeInOut
	known := toService || byCard || r.Type == TypeP2P
	found.If(!known, "Type: must be out, p2p, in or inout")
	found.If(!isClientPaymentID(r.ClientPaymentID), "ClientPaymentID: must be a UUID in lower case, such as NewClientPaymentID returns")
	found.If(!r.Amount.IsPos(), "Amount: must be above 0")
	found.If(r.Amount.MinScale() > maxDecimals, "Amount: must have at most two decimals")

	found.If(toService && r.Service <= 0, "Service: must be the id of a service")
	found.If(known && !toService && (r.Service != 0 || r.Parameters != nil), "Service, Parameters: must be set with Type out or inout only")
	for _, name := range slices.Sorted(maps.Keys(r.Parameters)) {
		if name == "" || !utf8.ValidString(name) || !utf8.ValidString(r.Parameters[name]) {
			found.If(true, "Parameters: names must not be empty, and all must be valid UTF-8")
			break
		}
	}

	found.If(r.Type == TypeP2P && !isPhone(r.Destination), "Destination: must be a plus sign and 7 to 15 digits")
	found.If(r.Type == TypeP2P && owner != nil && r.Destination == owner(), "Destination: must not be the wallet itself")
	found.If(known && r.Type != TypeP2P && (r.Destination != "" || r.Message != ""), "Destination, Message: must be set with Type p2p only")
	found.If(!utf8.ValidString(r.Message), "Message: must be valid UTF-8")
	found.If(utf8.RuneCountInString(r.Message) > maxMessage, "Message: must have at most 1024 characters")

	found.If(known && !byCard && (r.Card != 0 || r.StoreCard), "Card, StoreCard: must be set with Type in or inout only")
	found.If(r.Card < 0, "Card: must be the id of a card")
	found.If(r.Card != 0 && r.StoreCard, "StoreCard: must not be set with Card, which is stored already")
	return found
}

// isClientPaymentID reports whether id is a UUID as the service accepts it. The nil
// UUID is refused: it looks like a forgotten one.
func isClientPaymentID(id string) bool {
	u, err := uuid.Parse(id)
	return err == nil && u != uuid.Nil && u.String() == id
}
