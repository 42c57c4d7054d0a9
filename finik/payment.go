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

// Payment is a payment as the service reports it. What it holds depends on the
// call: an answer to CreatePayment has no amount. Times are in UTC; one that is
// missing, null or in an unknown layout is the zero time, and its text is still
// in Raw.
//
// A payment is not lost for what is beside the point: see Unread. Where Status is
// missing, all members have to fit.
//
// Printing a payment, with any verb or through log/slog, shows ids, status,
// amount and time only.
type Payment struct {
	// ID is the service's own id and the key of GetPayment.
	ID string `json:"id" wire:"strict"`
	// TransactionID is the id that the client gave to the payment.
	TransactionID string `json:"transactionId" wire:"strict"`

	Status Status `json:"status" wire:"strict"`
	// StatusCode is what the service says about the payment, for example 402 for
	// one that failed; 0 where it says nothing.
	StatusCode   int    `json:"statusCode,omitzero"`
	ErrorMessage string `json:"errorMessage,omitzero"` // the provider's own words; may hold personal data

	AccountID string           `json:"accountId"` // that is debited
	UserID    string           `json:"userId"`
	ClientID  string           `json:"clientId,omitzero"`
	Service   ServiceRef       `json:"service"`
	Recipient PaymentRecipient `json:"recipient,omitzero"`
	// Amount is in som (Unverified: the wire names no currency), and nil where the
	// wire has none or one that is no decimal number.
	Amount          *decimal.Decimal `json:"amount,omitzero"`
	TransactionType string           `json:"transactionType,omitzero"`
	// Fields are those of the request, as an object; personal data.
	Fields json.RawMessage `json:"fields,omitzero"`

	RequestDate time.Time `json:"requestDate,omitzero"`
	// TransactionDate is set once the payment is at its end.
	TransactionDate time.Time `json:"transactionDate,omitzero"`

	// Unread names the members whose values do not fit their fields, as JSON pointers
	// (RFC 6901) in the order of the answer, for example "/amount" or "/service/id".
	// Such a field is nil or zero, and Raw has its value. An array with an element of
	// another kind is nil as a whole. Unread is nil where everything fits. Only ID,
	// TransactionID and Status have to fit. Amount does not: an answer about a payment
	// that has taken place is not lost for it.
	Unread []string `json:"-" wire:"loose"`

	// Raw is the payment as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// ServiceRef names the service of a payment.
type ServiceRef struct {
	ID string `json:"id"`
}

// PaymentRecipient is who a payment goes to. Printing one shows the status only.
type PaymentRecipient struct {
	ID     string `json:"id,omitzero"` // personal data
	Status string `json:"status,omitzero"`
}

// Final reports whether the payment has come to its end: its status is final, or
// one that this package does not know while TransactionDate is set, which the
// service sets at the end.
func (p *Payment) Final() bool {
	if p.Status.Is(StatusPending) || p.Status.Is(StatusProcessing) || p.Status == "" {
		return false
	}
	return p.Status.Final() || !p.TransactionDate.IsZero()
}

// Field is a member of Fields that is text or a number, as it is written.
func (p *Payment) Field(name string) (text string, ok bool) { return wire.Words(p.Fields, name) }

var errNoID = errors.New("id is missing")

func (p *Payment) check() error {
	switch {
	case p.ID == "": // without its key a payment cannot be asked for
		return errNoID
	case p.Status == "" && len(p.Unread) > 0: // too little is left of it
		return errNoStatus
	}
	return nil
}

// GetPayment reads a payment by the service's own id; there is no call to find
// one by TransactionID. A payment that failed is a payment and no error, also
// where the answer carries the reason as its statusCode.
//
// It is repeated after network errors and the statuses 429, 500, 502, 503 and
// 504. Its errors are ErrInvalidRequest, *Error, *DecodeError,
// ErrResponseTooLarge, and those of the context and the network.
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
		faults:    paymentIDFaults(id),
		reads:     true,
	}, call, decodePayment)
}

var errNoStatus = errors.New("status is missing")

// decodePayment is for reads, which are about the status.
func decodePayment(body []byte) (*Payment, error) {
	p, err := decodeNew[Payment](body)
	if err == nil && p.Status == "" {
		return nil, errNoStatus
	}
	return p, err
}

// paymentIDFaults is about ids that go into paths. Nobody knows whether the
// service checks a signature before or after it decodes the path, so that what
// would be escaped there in more than one way is refused.
func paymentIDFaults(id string) []string {
	switch {
	case id == "" || id == "." || id == "..":
		return []string{"id: must not be empty, a dot or two dots"}
	case len(id) > maxID || !utf8.ValidString(id) || strings.ContainsAny(id, "%/?#;,\\") || strings.ContainsFunc(id, unicode.IsControl):
		return []string{`id: must be text of at most 256 bytes, without % / ? # ; , \ and control characters`}
	}
	return nil
}
