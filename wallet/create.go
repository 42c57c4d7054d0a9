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

const (
	maxMessage  = 1024 // characters
	maxDecimals = 2    // of an amount in roubles
)

// CreatePaymentRequest describes a payment. The constructors [NewOut], [NewP2P],
// [NewIn] and [NewInOut] fill in what each kind needs; further fields may be set
// afterwards. It is not changed by this package and may be used again: the same
// ClientPaymentID is the same payment.
//
// Printing it shows type, id and amount only.
type CreatePaymentRequest struct {
	Type Type `json:"type"`
	// ClientPaymentID makes the payment unique: a UUID in lower case, new for each
	// payment. Store it before the first call. The service creates at most one
	// payment for it, so that a repeated request is safe, also days later and from
	// another process. See [NewClientPaymentID].
	ClientPaymentID string `json:"client_payment_id"`
	// Amount is what is to arrive, in roubles: above 0, at most two decimals.
	Amount decimal.Decimal `json:"amount"`

	// Service is the id of the service that is paid, and Parameters are what it
	// asks for, by the parameter's id. TypeOut and TypeInOut need Service; without
	// Parameters they send an empty object, for a service that asks for nothing.
	Service    int               `json:"service,omitzero"`
	Parameters map[string]string `json:"parameters,omitzero"`

	// Destination is the phone of the wallet that a TypeP2P goes to: a plus sign
	// and 7 to 15 digits, and not the wallet's own, which is checked here where
	// BasicAuth tells it. Message is for its owner, at most 1,024 characters.
	Destination string `json:"destination,omitzero"`
	Message     string `json:"message,omitzero"`

	// Card is the id of a stored card to take the money from, and StoreCard asks
	// to store the card that the user is going to enter, for later payments.
	// TypeIn and TypeInOut take at most one of them. Without Card the user is sent
	// to Payment.Card.PaymentPageURL.
	Card      int64 `json:"card,omitzero"`
	StoreCard bool  `json:"store_card,omitzero"`
}

// NewClientPaymentID is a new id for a payment: a random UUID (version 4) in
// lower case. It panics where the machine has no randomness.
func NewClientPaymentID() string { return uuid.NewString() }

// NewOut is a payment from the wallet to a service. params is copied.
func NewOut(clientPaymentID string, service int, amount decimal.Decimal, params map[string]string) CreatePaymentRequest {
	return CreatePaymentRequest{
		Type: TypeOut, ClientPaymentID: clientPaymentID, Amount: amount,
		Service: service, Parameters: maps.Clone(params),
	}
}

// NewP2P is a payment from the wallet to that of destination, a phone in
// international form.
func NewP2P(clientPaymentID, destination string, amount decimal.Decimal) CreatePaymentRequest {
	return CreatePaymentRequest{Type: TypeP2P, ClientPaymentID: clientPaymentID, Amount: amount, Destination: destination}
}

// NewIn is a payment from a card to the wallet.
func NewIn(clientPaymentID string, amount decimal.Decimal) CreatePaymentRequest {
	return CreatePaymentRequest{Type: TypeIn, ClientPaymentID: clientPaymentID, Amount: amount}
}

// NewInOut is a payment from a card to a service. params is copied.
func NewInOut(clientPaymentID string, service int, amount decimal.Decimal, params map[string]string) CreatePaymentRequest {
	r := NewOut(clientPaymentID, service, amount, params)
	r.Type = TypeInOut
	return r
}

// CreatePayment prepares a payment and prices it. No money moves: that is
// [Client.PayOnce] or [Client.RunPayment]. Meta.NextAction says whether it can
// be executed, NextActionPay, or waits for more parameters, NextActionUpdate,
// and then it has no Total.
//
// It is repeated after network errors and the statuses 429, 500, 502, 503 and
// 504, with the same ClientPaymentID, of which the service creates at most one
// payment. What it does with a repeated id and other fields is unknown. A repeat
// answers with the payment in its present state, which need not be created.
//
// Its errors are ErrInvalidRequest, *Error, *DecodeError, ErrResponseTooLarge,
// and those of the context and the network. After ErrOutcomeUnknown repeat it
// with the same request.
//
// wallet.best API: POST /payments
func (c *Client) CreatePayment(ctx context.Context, r CreatePaymentRequest, opts ...CallOption) (*PaymentResult, error) {
	return c.create(ctx, r, newCall(opts))
}

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
		faults:    r.faults(c.owner),
	}, call, decodeData))
}

// payment makes the answer of a call about one payment.
func payment(r result[*Payment], err error) (*PaymentResult, error) {
	if err != nil {
		return nil, err
	}
	return &PaymentResult{Payment: *r.data, Meta: r.meta}, nil
}

// toService reports whether a service is paid.
func (r CreatePaymentRequest) toService() bool { return r.Type == TypeOut || r.Type == TypeInOut }

// faults says what is wrong with r. Fields that do not belong to its type are
// refused: the service might ignore them without a word.
func (r CreatePaymentRequest) faults(owner func() string) []string {
	var faults problems.List
	toService := r.toService()
	byCard := r.Type == TypeIn || r.Type == TypeInOut
	known := toService || byCard || r.Type == TypeP2P
	faults.If(!known, "Type: must be out, p2p, in or inout")
	faults.If(!isClientPaymentID(r.ClientPaymentID), "ClientPaymentID: must be a UUID in lower case, such as NewClientPaymentID gives")
	faults.If(!r.Amount.IsPos(), "Amount: must be above 0")
	faults.If(r.Amount.MinScale() > maxDecimals, "Amount: must have at most two decimals")

	faults.If(toService && r.Service <= 0, "Service: must be the id of a service")
	faults.If(known && !toService && (r.Service != 0 || r.Parameters != nil), "Service, Parameters: go with out and inout only")
	for _, name := range slices.Sorted(maps.Keys(r.Parameters)) {
		if name == "" || !utf8.ValidString(name) || !utf8.ValidString(r.Parameters[name]) {
			faults.If(true, "Parameters: names must not be empty, and all must be valid UTF-8")
			break
		}
	}

	faults.If(r.Type == TypeP2P && !isPhone(r.Destination), "Destination: must be a plus sign and 7 to 15 digits")
	faults.If(r.Type == TypeP2P && owner != nil && r.Destination == owner(), "Destination: must not be the wallet itself")
	faults.If(known && r.Type != TypeP2P && (r.Destination != "" || r.Message != ""), "Destination, Message: go with p2p only")
	faults.If(!utf8.ValidString(r.Message), "Message: must be valid UTF-8")
	faults.If(utf8.RuneCountInString(r.Message) > maxMessage, "Message: must have at most 1024 characters")

	faults.If(known && !byCard && (r.Card != 0 || r.StoreCard), "Card, StoreCard: go with in and inout only")
	faults.If(r.Card < 0, "Card: must be the id of a card")
	faults.If(r.Card != 0 && r.StoreCard, "StoreCard: does not go with Card, which is stored already")
	return faults
}

// isClientPaymentID reports whether id is a UUID as the service wants it. The
// nil UUID is what a forgotten one looks like.
func isClientPaymentID(id string) bool {
	u, err := uuid.Parse(id)
	return err == nil && u != uuid.Nil && u.String() == id
}
