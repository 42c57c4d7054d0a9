package wallet

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/transport"
)

// ExecutePaymentRequest says how a payment is to be executed. The zero value
// executes it as it was created. Printing it shows type and card only.
type ExecutePaymentRequest struct {
	// Type TypeInOut pays a payment that was created as TypeOut by card; "" leaves
	// the type as it is. No other change is known.
	Type Type `json:"type,omitzero"`
	// Card is the id of a stored card, and StoreCard asks to store the one that
	// the user is going to enter. They go with Type TypeInOut, at most one of them.
	Card      int64 `json:"card,omitzero"`
	StoreCard bool  `json:"store_card,omitzero"`
	// CardSuccessURL and CardFailureURL are where the user is sent after the card
	// page: absolute URLs. Unverified.
	CardSuccessURL string `json:"card_success_url,omitzero"`
	CardFailureURL string `json:"card_failure_url,omitzero"`
}

// ExecutePayment executes a payment: money moves. It is the bare call and looks
// at nothing first; [Client.PayOnce] is the safe way.
//
// It is sent once and repeated only on proof that nothing left this machine:
// nothing promises that a second execution does no harm. Its errors are
// ErrInvalidRequest, *Error, *DecodeError, ErrResponseTooLarge, and those of the
// context and the network. After ErrOutcomeUnknown call PayOnce, never this one
// again. CodeInvalidPaymentStatus says that the payment has been executed before
// or is declined, CodeInvalidNextAction that it is not ready.
//
// wallet.best API: POST /payments/{id}/pay
func (c *Client) ExecutePayment(ctx context.Context, id int64, r ExecutePaymentRequest, opts ...CallOption) (*PaymentResult, error) {
	return c.execute(ctx, id, r, newCall(opts))
}

func (c *Client) execute(ctx context.Context, id int64, r ExecutePaymentRequest, call *callOptions) (*PaymentResult, error) {
	q := request{
		operation: "ExecutePayment",
		kind:      transport.Once, // there is no idempotency key
		method:    http.MethodPost,
		path:      []string{"payments", strconv.FormatInt(id, 10), "pay"},
		faults:    append(idFaults(id), r.faults()...),
	}
	if r != (ExecutePaymentRequest{}) {
		q.body = r
	}
	return payment(do(ctx, c, q, call, decodeData))
}

func (r ExecutePaymentRequest) faults() []string {
	var faults problems.List
	faults.If(r.Type != "" && r.Type != TypeInOut, "Type: must be inout or empty")
	faults.If(r.Type != TypeInOut && (r.Card != 0 || r.StoreCard), "Card, StoreCard: go with Type inout only")
	faults.If(r.Card < 0, "Card: must be the id of a card")
	faults.If(r.Card != 0 && r.StoreCard, "StoreCard: does not go with Card, which is stored already")
	faults.If(!isWebURL(r.CardSuccessURL), "CardSuccessURL: must be an absolute http or https URL")
	faults.If(!isWebURL(r.CardFailureURL), "CardFailureURL: must be an absolute http or https URL")
	return faults
}

func idFaults(id int64) []string {
	if id > 0 {
		return nil
	}
	return []string{"id: must be positive"}
}

// isWebURL accepts "" too, which is none.
func isWebURL(text string) bool {
	if text == "" {
		return true
	}
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}
