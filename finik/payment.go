package finik

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// Payment is a payment as the service reports it. Which fields are set depends
// on the call: an answer to CreatePayment has no amount. Times are in UTC; a
// time that is missing, null or in an unknown layout is the zero time, and Raw
// still has it.
//
// A member that does not decode is listed in Unread, and the other members are
// read. In three cases the call returns *DecodeError instead: ID is missing;
// ID, TransactionID or Status is a bool, an object or an array; or Status is
// missing. CreatePayment accepts a missing Status if Unread is nil.
//
// Printing a payment, with any verb or through log/slog, shows ids, status,
// amount and time only.
type Payment struct {
	// ID is the service's own id, which GetPayment takes.
	ID string `json:"id" wire:"strict"`
	// TransactionID is the id that the client chose for the payment.
	TransactionID string `json:"transactionId" wire:"strict"`

	Status Status `json:"status" wire:"strict"`
	// StatusCode is what the service says about the payment, for example 402 for
	// one that failed; 0 if it says nothing.
	StatusCode   int    `json:"statusCode,omitzero"`
	ErrorMessage string `json:"errorMessage,omitzero"` // the provider's own words; may hold personal data

	AccountID string           `json:"accountId"` // the debited account
	UserID    string           `json:"userId"`
	ClientID  string           `json:"clientId,omitzero"`
	Service   ServiceRef       `json:"service"`
	Recipient PaymentRecipient `json:"recipient,omitzero"`
	// Amount is in som (Unverified: the wire names no currency). nil if the
	// answer has none, or one that is not a decimal number.
	Amount          *decimal.Decimal `json:"amount,omitzero"`
	TransactionType string           `json:"transactionType,omitzero"`
	// Fields are the fields of the request, as a JSON object; personal data.
	Fields json.RawMessage `json:"fields,omitzero"`

	RequestDate time.Time `json:"requestDate,omitzero"`
	// TransactionDate is set once the payment is final.
	TransactionDate time.Time `json:"transactionDate,omitzero"`

	// Unread names the members whose values do not fit their fields, as JSON pointers
	// (RFC 6901) in the order of the answer, for example "/amount" or "/service/id".
	// Such a field is nil or zero, and Raw has its value. An array with an element of
	// another kind is nil as a whole. Unread is nil where everything fits. It never
	// lists ID, TransactionID and Status, which must fit; see above.
	Unread []string `json:"-" wire:"loose"`

	// Raw is the payment as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// ServiceRef holds the id of a payment's service.
type ServiceRef struct {
	ID string `json:"id"`
}

// PaymentRecipient is who receives a payment. Printing one shows the status only.
type PaymentRecipient struct {
	ID     string `json:"id,omitzero"`     // personal data
	Status string `json:"status,omitzero"` // as the service sends it; "" if the answer has none
}

// Final reports whether the payment will not change any more. It returns true
// for the statuses succeeded, failed and canceled. It also returns true for a
// status that this package does not know if TransactionDate is set, which the
// service sets at the end. It returns false for the status "". True does not
// mean that the payment succeeded.
func (p *Payment) Final() bool {
	if p.Status.Is(StatusPending) || p.Status.Is(StatusProcessing) || p.Status == "" {
		return false
	}
	return p.Status.Final() || !p.TransactionDate.IsZero()
}

// Field returns the value of a member of Fields as a string, and a number as it
// is written. ok is false, and text is "", if the member is missing or is
// neither a string nor a number.
func (p *Payment) Field(name string) (text string, ok bool) { return wire.Words(p.Fields, name) }

var errNoID = errors.New("id is missing")

// check returns an error for a payment without an id, and for one without a
// status if other members did not decode either.
func (p *Payment) check() error {
	switch {
	case p.ID == "": // without its id GetPayment cannot read it
		return errNoID
	case p.Status == "" && len(p.Unread) > 0: // too little of the payment is known
		return errNoStatus
	}
	return nil
}

// GetPayment reads a payment by the service's own id, Payment.ID. The service
// has no call to find a payment by TransactionID. A payment that failed is a
// result without an error, also if the answer has the reason as its statusCode.
// An unknown id is a refusal, *Error; which status it has is Unverified.
//
// The call only reads. It is retried after network errors and the statuses 429,
// 500, 502, 503 and 504. The errors are ErrInvalidRequest (before sending),
// *Error, *DecodeError, ErrResponseTooLarge, context errors, network errors,
// and the error of a [Signer] or [CredentialSource]. The payment is then nil.
//
// ErrInvalidRequest reports an id that is empty, ".", "..", above 256 bytes or
// not UTF-8, or that has a control character or one of the characters %/?#;,\
//
// Finik API: GET /v2/payments/{paymentId}
func (c *Client) GetPayment(ctx context.Context, id string, opts ...CallOption) (*Payment, error) {
	return c.get(ctx, id, newCall(opts))
}

func (c *Client) get(ctx context.Context, id string, call *callOptions) (*Payment, error) {
	return do(ctx, c, request{
		operation: "GetPayment",
		kind:      transport.ReadOnly,
		method:    http.MethodGet,
		path:      []string{"v2", "payments", id},
		problems:  paymentIDProblems(id),
		reads:     true,
	}, call, decodePayment)
}

var errNoStatus = errors.New("status is missing")

// decodePayment decodes an answer to a read, in which status must be present. It
// returns the decoder's error, or errNoStatus.
func decodePayment(body []byte) (*Payment, error) {
	p, err := decodeNew[Payment](body)
	if err == nil && p.Status == "" {
		return nil, errNoStatus
	}
	return p, err
}

// paymentIDProblems returns what is wrong with an id in a path, nil if nothing is.
// Whether the service checks a signature before or after it decodes the path is
// unknown, so characters that would be escaped there in more than one way are
// refused.
func paymentIDProblems(id string) []string {
	switch {
	case id == "" || id == "." || id == "..":
		return []string{"id: must not be empty, a dot or two dots"}
	case len(id) > maxID || !utf8.ValidString(id) || strings.ContainsAny(id, "%/?#;,\\") || strings.ContainsFunc(id, unicode.IsControl):
		return []string{`id: must have at most 256 bytes of UTF-8, without % / ? # ; , \ and control characters`}
	}
	return nil
}
