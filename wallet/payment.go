package wallet

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/govalues/decimal"
)

// Payment is a payment as the service reports it. Amounts are in roubles with at
// most two decimals, exact. Times are in UTC. A time that is missing, null or in an
// unknown layout is the zero time; its text stays in Raw. Any other field that the
// answer lacks is "", 0 or nil.
//
// Printing a payment, with any verb or through log/slog, shows ids, type, status,
// amount and time only: no phone, message or card, and not the address of the card
// page.
type Payment struct {
	// ID is the service's own id, above 0, for the calls that take an id.
	ID int64 `json:"id" wire:"id"`
	// ClientPaymentID is the client's idempotency key of the payment.
	ClientPaymentID string `json:"client_payment_id" wire:"id"`

	Type   Type   `json:"type"`
	Status Status `json:"status" wire:"strict"`
	// DeclineReason may be "" for a declined payment too.
	DeclineReason DeclineReason `json:"decline_reason"`

	// Amount is what the recipient gets, in roubles; nil where the answer has none.
	// In a webhook event it is also nil if it cannot be read.
	Amount *decimal.Decimal `json:"amount" wire:"strict"`
	// Total is what the payer pays, in roubles, fee included. It is nil until the
	// service has calculated the price, that is while Meta.NextAction is
	// NextActionUpdate: show no price then.
	Total *decimal.Decimal `json:"total" wire:"strict"`

	CreatedAt   time.Time `json:"created_at"`
	ProcessedAt time.Time `json:"processed_at"` // when the processing ended; zero before; decide by Status

	// Service and Parameters are set for payments to a service: TypeOut and
	// TypeInOut.
	Service    Service     `json:"service"`
	Parameters []Parameter `json:"parameters"`

	Inbound  Provider `json:"inbound"`  // where the money comes from: TypeIn and TypeInOut
	Outbound Provider `json:"outbound"` // where the money goes to: TypeOut and TypeInOut
	Card     Card     `json:"card"`     // TypeIn and TypeInOut
	Wallet   Owner    `json:"wallet"`   // the wallet whose client created the payment

	Destination Owner  `json:"destination"` // the wallet that a TypeP2P pays
	Message     string `json:"message"`     // for the recipient; personal data

	// RemoteCheck is the number of the payment at the service's provider, a string
	// of digits; may be "".
	RemoteCheck string `json:"remote_check"`
	Title       string `json:"title"`       // may be ""
	Subtitle    string `json:"subtitle"`    // may be ""
	Description string `json:"description"` // may be ""
	// Unseen is true in a list for a payment that no list has returned before; nil
	// where the answer does not say.
	Unseen *bool `json:"unseen"`

	// Unread names the members whose values do not fit their fields, as JSON
	// pointers (RFC 6901) in the order of the answer, for example "/service" or
	// "/parameters/0/items". Such a field is nil or zero, and Raw has its value. An
	// array with an element of another kind is nil as a whole. Unread is nil where
	// everything fits. A payment becomes a [BadRow], or its answer *DecodeError,
	// only where ID, ClientPaymentID, Status, Amount or Total do not fit. In a
	// webhook event only ID and ClientPaymentID must fit.
	Unread []string `json:"-"`

	// Raw is the payment as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// Service is the service that a payment pays.
type Service struct {
	ID         int    `json:"id"`          // 0 if the payment has no service
	Name       string `json:"name"`        // to show to the user
	IsDisabled *bool  `json:"is_disabled"` // nil where the answer does not say
}

// Provider is the company that transfers the money.
type Provider struct {
	ID   int    `json:"id"`   // 0 if the payment has no such provider
	Code string `json:"code"` // for example "tpr_out"
	Name string `json:"name"` // to show to the user
}

// Card is the card of a payment.
type Card struct {
	ID    int64     `json:"id"`    // 0 for a card that is not to be stored
	State CardState `json:"state"` // "" if the payment has no card
	Title string    `json:"title"` // masked number; personal data
	Type  string    `json:"type"`  // for example "MasterCard"
	// PaymentPageURL is the page where the user enters the card; "" if the user
	// need not. It holds a secret: redirect the user there, and neither log nor
	// fetch it.
	PaymentPageURL string `json:"payment_page_url"`
}

// Owner is the owner of a wallet.
type Owner struct {
	Phone string `json:"phone"` // in international form; "" where the answer has none; personal data
}

// Fee returns Total minus Amount, in roubles, and true. If the payment has no Total or
// no Amount, or if the difference has too many digits for a Decimal, it returns 0 and
// false.
func (p *Payment) Fee() (fee decimal.Decimal, ok bool) {
	if p.Total == nil || p.Amount == nil {
		return decimal.Decimal{}, false
	}
	fee, err := p.Total.Sub(*p.Amount)
	return fee, err == nil
}

// NeedsCardPage reports whether the user must enter a card at Card.PaymentPageURL:
// Status is StatusProcessing and the URL is not empty. It sends nothing.
func (p *Payment) NeedsCardPage() bool {
	return p.Status == StatusProcessing && p.Card.PaymentPageURL != ""
}

// errNoID is the error of a payment without its key.
var errNoID = errors.New("id is missing or not positive")

// check returns an error for a payment that must be a bad row.
func (p *Payment) check() error {
	if p.ID <= 0 { // without its key a payment can be neither stored nor executed
		return errNoID
	}
	return nil
}

// String returns ID, ClientPaymentID, type, status, amount ("unknown" if it is nil)
// and creation time. It returns no personal data.
func (p Payment) String() string {
	return fmt.Sprintf("payment %d (client %s) %s %s %s RUB %s", p.ID, p.ClientPaymentID,
		p.Type, p.Status, amountText(p.Amount), p.CreatedAt.Format(time.RFC3339))
}

// LogValue returns what String prints as a group of attributes, for log/slog: id,
// client_payment_id, type, status, amount and created_at.
func (p Payment) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Int64("id", p.ID),
		slog.String("client_payment_id", p.ClientPaymentID),
		slog.String("type", string(p.Type)),
		slog.String("status", string(p.Status)),
		slog.String("amount", amountText(p.Amount)),
		slog.Time("created_at", p.CreatedAt),
	)
}

// amountText returns amount for String: "unknown" for nil.
func amountText(amount *decimal.Decimal) string {
	if amount == nil {
		return "unknown"
	}
	return amount.String()
}
