package finik

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/payclients/payclients-go/internal/redact"
)

// The types below hold personal data or secrets and print none of them, with any
// verb and through log/slog.

// String is a fixed text.
func (c Credentials) String() string { return "finik credentials" }

// GoString is String: %#v does not show the key.
func (c Credentials) GoString() string { return c.String() }

// Format prints String for every verb.
func (c Credentials) Format(s fmt.State, _ rune) { redact.Print(s, c.String()) }

// LogValue gives log/slog what String prints.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText gives String, so that no encoder shows the key.
func (c Credentials) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// GobEncode fails: encoding/gob would store the secrets.
func (Credentials) GobEncode() ([]byte, error) { return nil, redact.ErrGob }

// String names the request by service and transaction id.
func (r CreatePaymentRequest) String() string {
	return fmt.Sprintf("request for a payment (transaction %s) to service %s", r.TransactionID, r.ServiceID)
}

// Format prints String for every verb.
func (r CreatePaymentRequest) Format(s fmt.State, _ rune) { redact.Print(s, r.String()) }

// LogValue gives log/slog what String prints.
func (r CreatePaymentRequest) LogValue() slog.Value { return slog.StringValue(r.String()) }

// String names the request by its service.
func (r CheckRecipientRequest) String() string {
	return "request to check a recipient of service " + r.ServiceID
}

// Format prints String for every verb.
func (r CheckRecipientRequest) Format(s fmt.State, _ rune) { redact.Print(s, r.String()) }

// LogValue gives log/slog what String prints.
func (r CheckRecipientRequest) LogValue() slog.Value { return slog.StringValue(r.String()) }

// String is the number of the fields: names and values are personal data.
func (f Fields) String() string { return fmt.Sprintf("%d fields", len(f)) }

// GoString is String: %#v does not show the values.
func (f Fields) GoString() string { return f.String() }

// Format prints String for every verb.
func (f Fields) Format(s fmt.State, _ rune) { redact.Print(s, f.String()) }

// LogValue gives log/slog what String prints.
func (f Fields) LogValue() slog.Value { return slog.StringValue(f.String()) }

// String is the status: the rest is personal data.
func (r Recipient) String() string { return fmt.Sprintf("recipient, status %d", r.StatusCode) }

// Format prints String for every verb.
func (r Recipient) Format(s fmt.State, _ rune) { redact.Print(s, r.String()) }

// LogValue gives log/slog what String prints.
func (r Recipient) LogValue() slog.Value { return slog.StringValue(r.String()) }

// String is the status: an id of a recipient may be a phone.
func (r PaymentRecipient) String() string { return "recipient " + r.Status }

// Format prints String for every verb.
func (r PaymentRecipient) Format(s fmt.State, _ rune) { redact.Print(s, r.String()) }

// LogValue gives log/slog what String prints.
func (r PaymentRecipient) LogValue() slog.Value { return slog.StringValue(r.String()) }

// String names the payment by ids, status, amount and time.
func (p Payment) String() string {
	return fmt.Sprintf("payment %s (transaction %s) %s%s %s", p.ID, p.TransactionID, p.Status, p.amount(), p.RequestDate.Format(time.RFC3339))
}

// Format prints String for every verb.
func (p Payment) Format(s fmt.State, _ rune) { redact.Print(s, p.String()) }

// LogValue gives log/slog what String prints.
func (p Payment) LogValue() slog.Value {
	attributes := []slog.Attr{
		slog.String("id", p.ID),
		slog.String("transaction_id", p.TransactionID),
		slog.String("status", string(p.Status)),
		slog.Time("request_date", p.RequestDate),
	}
	if p.Amount != nil {
		attributes = append(attributes, slog.String("amount", p.Amount.String()))
	}
	return slog.GroupValue(attributes...)
}

func (p Payment) amount() string {
	if p.Amount == nil {
		return ""
	}
	return " " + p.Amount.String()
}
