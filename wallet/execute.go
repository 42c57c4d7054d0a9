package wallet

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/transport"
)

// ExecutePaymentRequest says how to execute a payment. The zero value executes it
// as it was created. For a bad field the calls that take it return
// ErrInvalidRequest and do not execute the payment. Printing it shows type and card
// only.
type ExecutePaymentRequest struct {
	// Type is "" or TypeInOut. "" keeps the type. TypeInOut is for a payment that
	// was created as TypeOut: a card pays, and not the wallet.
	Type Type `json:"type,omitzero"`
	// Card is the id of a stored card, above 0; with 0 the user enters a card.
	// StoreCard asks the service to store the card that the user is going to enter.
	// Both require Type TypeInOut, and at most one may be set.
	Card      int64 `json:"card,omitzero"`
	StoreCard bool  `json:"store_card,omitzero"`
	// CardSuccessURL and CardFailureURL are absolute http or https URLs to which the
	// card page sends the user afterwards; "" is none. Unverified.
	CardSuccessURL string `json:"card_success_url,omitzero"`
	CardFailureURL string `json:"card_failure_url,omitzero"`
}

// ExecutePayment executes a payment: it moves money. It does not read the payment
// first; [Client.PayOnce] is the safe way. The zero r executes the payment as it
// was created.
//
// A nil error means that the service accepted the execution, not that the payment
// is paid. The result is the payment after the request, and Payment.Status decides:
//
//	StatusCompleted   paid
//	StatusDeclined    not paid, see DeclineReason
//	StatusProcessing  may still be completed or declined: call WaitPayment
//	any other status  not known: call GetPayment
//
// If NeedsCardPage returns true, the user must first enter a card.
//
// An execution has no idempotency key, and nothing promises that a second one does
// no harm. So the client sends the request once, and retries only on proof that
// nothing left this machine. An error that matches ErrOutcomeUnknown means that the
// payment may have been executed. Then call PayOnce, never ExecutePayment again.
//
// The errors of ExecutePayment are ErrInvalidRequest before anything is sent (an id
// below 1, or a bad r), *Error for a refusal, *DecodeError, ErrResponseTooLarge,
// errors of the Authenticator, and errors of the context and the network. The
// result is nil with every error. Error.Code says why the service refuses:
//
//	CodeInvalidPaymentStatus  the payment was executed before, or is declined
//	CodeInvalidNextAction     the payment is not ready
//
// Other codes are possible.
//
// wallet.best API: POST /payments/{id}/pay
func (c *Client) ExecutePayment(ctx context.Context, id int64, r ExecutePaymentRequest, opts ...CallOption) (*PaymentResult, error) {
	return c.execute(ctx, id, r, newCall(opts))
}

// execute is ExecutePayment with collected options, and returns the same errors.
func (c *Client) execute(ctx context.Context, id int64, r ExecutePaymentRequest, call *callOptions) (*PaymentResult, error) {
	q := request{
		operation: "ExecutePayment",
		kind:      transport.Once, // it has no idempotency key
		method:    http.MethodPost,
		path:      []string{"payments", strconv.FormatInt(id, 10), "pay"},
		problems:  append(idProblems(id), r.problems()...),
	}
	if r != (ExecutePaymentRequest{}) {
		q.body = r
	}
	return payment(do(ctx, c, q, call, decodeData))
}

// problems returns what is wrong with r, by field and rule.
func (r ExecutePaymentRequest) problems() []string {
	var found problems.List
	found.If(r.Type != "" && r.Type != TypeInOut, "Type: must be inout or empty")
	found.If(r.Type != TypeInOut && (r.Card != 0 || r.StoreCard), "Card, StoreCard: must be set with Type inout only")
	found.If(r.Card < 0, "Card: must be the id of a card")
	found.If(r.Card != 0 && r.StoreCard, "StoreCard: must not be set with Card, which is stored already")
	found.If(!isWebURL(r.CardSuccessURL), "CardSuccessURL: must be an absolute http or https URL")
	found.If(!isWebURL(r.CardFailureURL), "CardFailureURL: must be an absolute http or https URL")
	return found
}

// idProblems returns what is wrong with a payment's id.
func idProblems(id int64) []string {
	if id > 0 {
		return nil
	}
	return []string{"id: must be positive"}
}

// isWebURL reports whether text is an absolute URL of http or https, or "".
func isWebURL(text string) bool {
	if text == "" {
		return true
	}
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}
