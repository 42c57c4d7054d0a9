package wallet

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/govalues/decimal"
)

// Payment is a payment as the service reports it. Amounts are roubles with at
// most two decimals, exact. Times are in UTC; one that is missing, null or in an
// unknown layout is the zero time, and its text is still in Raw.
//
// Printing a payment, with any verb or through log/slog, shows ids, type,
// status, amount and time only: phones, messages, cards and the address of the
// card page stay out of logs.
type Payment struct {
	// ID is the service's own id and the key of the other calls.
	ID int64 `json:"id" wire:"id"`
	// ClientPaymentID is the id that the client gave to the payment.
	ClientPaymentID string `json:"client_payment_id" wire:"id"`

	Type   Type   `json:"type"`
	Status Status `json:"status" wire:"strict"`
	// DeclineReason may be "" for a declined payment too.
	DeclineReason DeclineReason `json:"decline_reason"`

	// Amount is what arrives, in roubles; nil where the answer has none. In a webhook
	// event it is also nil where it cannot be read.
	Amount *decimal.Decimal `json:"amount" wire:"strict"`
	// Total is what is paid, in roubles, the fee included. It is nil while the
	// service has not priced the payment, that is while the next action is
	// NextActionUpdate: show no price then.
	Total *decimal.Decimal `json:"total" wire:"strict"`

	CreatedAt   time.Time `json:"created_at"`
	ProcessedAt time.Time `json:"processed_at"` // when the online processing ended; zero until then

	// Service and Parameters are those of payments to a service: TypeOut and
	// TypeInOut.
	Service    Service     `json:"service"`
	Parameters []Parameter `json:"parameters"`

	Inbound  Provider `json:"inbound"`  // where the money comes from: TypeIn and TypeInOut
	Outbound Provider `json:"outbound"` // where the money goes to: TypeOut and TypeInOut
	Card     Card     `json:"card"`     // TypeIn and TypeInOut
	Wallet   Owner    `json:"wallet"`   // the wallet of the payment

	Destination Owner  `json:"destination"` // the wallet that a TypeP2P goes to
	Message     string `json:"message"`     // for that wallet's owner; personal data

	// RemoteCheck is the number of the payment at the service's provider, text
	// of digits.
	RemoteCheck string `json:"remote_check"`
	Title       string `json:"title"`       // may be ""
	Subtitle    string `json:"subtitle"`    // may be ""
	Description string `json:"description"` // may be ""
	// Unseen is true in a list for a payment that no list has given before; nil where
	// the answer does not say.
	Unseen *bool `json:"unseen"`

	// Unread names the members whose values do not fit their fields, as JSON pointers
	// (RFC 6901) in the order of the answer, for example "/service" or
	// "/parameters/0/items". Such a field is nil or zero, and Raw has its value. An
	// array with an element of another kind is nil as a whole. Unread is nil where
	// everything fits. A payment is a [BadRow], or its answer *DecodeError, only where
	// ID, ClientPaymentID, Status, Amount or Total do not fit. In a webhook event only
	// ID and ClientPaymentID have to.
	Unread []string `json:"-"`

	// Raw is the payment as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// Service is what a payment is for.
type Service struct {
	ID         int    `json:"id"`          // 0 where the payment has no service
	Name       string `json:"name"`        // for people
	IsDisabled *bool  `json:"is_disabled"` // nil where the answer does not say
}

// Provider is the company that money comes through.
type Provider struct {
	ID   int    `json:"id"`   // 0 where the payment has no such provider
	Code string `json:"code"` // for example "tpr_out"
	Name string `json:"name"` // for people
}

// Card is the card of a payment.
type Card struct {
	ID    int64     `json:"id"`    // 0 for a card that is not to be stored
	State CardState `json:"state"` // "" where the payment has no card
	Title string    `json:"title"` // masked number; personal data
	Type  string    `json:"type"`  // for example "MasterCard"
	// PaymentPageURL is where the user enters the card; "" where that is not
	// needed. It holds a secret: redirect the user there, and neither log nor
	// fetch it.
	PaymentPageURL string `json:"payment_page_url"`
}

// Owner is the owner of a wallet.
type Owner struct {
	Phone string `json:"phone"` // in international form; personal data
}

// Fee returns Total less Amount, in roubles. It reports false while the payment
// has no Total, or no Amount.
func (p *Payment) Fee() (fee decimal.Decimal, ok bool) {
	if p.Total == nil || p.Amount == nil {
		return decimal.Decimal{}, false
	}
	fee, err := p.Total.Sub(*p.Amount)
	return fee, err == nil
}

// NeedsCardPage reports whether the payment goes on only when the user has
// entered a card on Card.PaymentPageURL.
func (p *Payment) NeedsCardPage() bool {
	return p.Status == StatusProcessing && p.Card.PaymentPageURL != ""
}

var errNoID = errors.New("id is missing or not positive")

func (p *Payment) check() error {
	if p.ID <= 0 { // without its key a payment can be neither stored nor executed
		return errNoID
	}
	return nil
}

// String names the payment by ids, type, status, amount and time.
func (p Payment) String() string {
	return fmt.Sprintf("payment %d (client %s) %s %s %s RUB %s", p.ID, p.ClientPaymentID,
		p.Type, p.Status, p.amountText(), p.CreatedAt.Format(time.RFC3339))
}

// LogValue gives log/slog what String prints.
func (p Payment) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Int64("id", p.ID),
		slog.String("client_payment_id", p.ClientPaymentID),
		slog.String("type", string(p.Type)),
		slog.String("status", string(p.Status)),
		slog.String("amount", p.amountText()),
		slog.Time("created_at", p.CreatedAt),
	)
}

func (p *Payment) amountText() string {
	if p.Amount == nil {
		return "unknown"
	}
	return p.Amount.String()
}
