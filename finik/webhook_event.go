package finik

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/wire"
)

// Event is a webhook event: a payment that has changed. Which fields are set
// depends on the service's product. Ids are strings, whether the wire has a
// string or a number. Times are in UTC; a time that is missing or in an unknown
// layout is the zero time. Amounts are exact, in som (Unverified: the wire names
// no currency), and nil if the event has none.
//
// A member that does not decode is listed in Unread, and the other members are
// read. Parse refuses an event with *DecodeError if ID or TransactionID is a
// bool, an object or an array, or if both are missing.
//
// Printing an event, with any verb or through log/slog, shows ID, TransactionID,
// Status, Amount and RequestDate only.
type Event struct {
	// ID is the service's own id. Whether GetPayment accepts it is Unverified,
	// because its form in events differs from answers. Recognise your own
	// payments by TransactionID.
	ID string `json:"id" wire:"id"`
	// TransactionID is the id that the client chose for the payment.
	TransactionID string `json:"transactionId" wire:"id"`
	Status        Status `json:"status"`
	// StatusCode is what the service says about the payment, for example 402 for
	// one that failed; 0 if it says nothing.
	StatusCode   int    `json:"statusCode,omitzero"`
	ErrorMessage string `json:"errorMessage,omitzero"` // the provider's own words; may hold personal data

	AccountID       string `json:"accountId,omitzero"`
	ClientID        string `json:"clientId,omitzero"`
	UserID          string `json:"userId,omitzero"`
	UserRole        string `json:"userRole,omitzero"`
	DeviceID        string `json:"deviceId,omitzero"`
	TransactionType string `json:"transactionType,omitzero"`
	ReceiptNumber   string `json:"receiptNumber,omitzero"`

	Amount *decimal.Decimal `json:"amount"`
	Fee    *decimal.Decimal `json:"fee"`
	Net    *decimal.Decimal `json:"net"` // the amount less the fee

	RequestDate     time.Time `json:"requestDate,omitzero"`
	TransactionDate time.Time `json:"transactionDate,omitzero"`

	Service EventService `json:"service,omitzero"`
	Sender  EventSender  `json:"sender,omitzero"`
	Item    EventItem    `json:"item,omitzero"`

	Fields json.RawMessage `json:"fields,omitzero"` // an object; personal data
	Data   json.RawMessage `json:"data,omitzero"`   // an object
	Bills  json.RawMessage `json:"bills,omitzero"`  // an array

	// Unread names the members whose values do not fit their fields, as JSON pointers
	// (RFC 6901) in the order of the event, for example "/fee" or "/sender/account".
	// Such a field is nil or zero, and Raw has its value. An array with an element of
	// another kind is nil as a whole. Unread is nil where everything fits. It never
	// lists ID and TransactionID; see above.
	Unread []string `json:"-" wire:"event,loose"`

	// Raw is the event as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// EventService is the service of an event. If the event has a string or a number
// in place of an object, only ID is set. What the event does not have is "", nil
// or zero.
type EventService struct {
	ID             string           `json:"id" wire:"bare"`
	NameEN         string           `json:"name_en,omitzero"`
	NameKY         string           `json:"name_ky,omitzero"`
	NameRU         string           `json:"name_ru,omitzero"`
	Logo           Logo             `json:"logo,omitzero"`
	Limit          EventLimit       `json:"limit,omitzero"`
	MinAmount      *decimal.Decimal `json:"minAmount"`
	MaxAmount      *decimal.Decimal `json:"maxAmount"`
	RequiredFields []RequiredField  `json:"requiredFields,omitzero"`
	Endpoint       string           `json:"serviceEndpoint,omitzero"`
}

// EventLimit holds the id of a service's limits.
type EventLimit struct {
	ID string `json:"id"`
}

// EventItem holds the id of what was paid for.
type EventItem struct {
	ID string `json:"id"`
}

// EventSender is who paid. Printing one shows a fixed text.
type EventSender struct {
	ID        string       `json:"id,omitzero"`
	Account   EventAccount `json:"account,omitzero"`
	FirstName string       `json:"firstName,omitzero"` // personal data
	LastName  string       `json:"lastName,omitzero"`  // personal data
}

// EventAccount is the account of a sender. Printing one shows a fixed text.
type EventAccount struct {
	ID   string `json:"id"`   // personal data
	Name string `json:"name"` // a name for people to read
}

// Key returns a key that is the same for all deliveries about one payment:
// TransactionID and ID, as the service recommends. The key does not contain the
// status. Store the key once you have acted on a final status: an earlier
// event, of a payment in progress, has the same key.
func (e *Event) Key() string { return e.TransactionID + " " + e.ID }

// Field returns the value of a member of Fields as a string, and a number as it
// is written. ok is false, and text is "", if the member is missing or is
// neither a string nor a number.
func (e *Event) Field(name string) (text string, ok bool) { return wire.Words(e.Fields, name) }

// agrees reports whether two events have the same ids and amounts.
func (e *Event) agrees(other *Event) bool {
	same := func(name string, a, b *decimal.Decimal) bool {
		if a == nil && b == nil { // none, or unreadable: compare the bytes
			text, ok := wire.Field(e.Raw, name)
			signed, also := wire.Field(other.Raw, name)
			return ok == also && text == signed
		}
		return a != nil && b != nil && a.Cmp(*b) == 0
	}
	return e.ID == other.ID && e.TransactionID == other.TransactionID &&
		same("amount", e.Amount, other.Amount) && same("fee", e.Fee, other.Fee) && same("net", e.Net, other.Net)
}

func (e *Event) check() error {
	if e.ID == "" && e.TransactionID == "" { // the event names no payment
		return errNoID
	}
	return nil
}

// String returns one line with ID, TransactionID, Status, Amount (if not nil)
// and RequestDate.
func (e Event) String() string {
	amount := ""
	if e.Amount != nil {
		amount = " " + e.Amount.String()
	}
	return fmt.Sprintf("event of payment %s (transaction %s) %s%s %s", e.ID, e.TransactionID, e.Status, amount, e.RequestDate.Format(time.RFC3339))
}
