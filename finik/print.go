package finik

import (
	"fmt"
	"log/slog"
	"time"
)

// The types below hold personal data or secrets. Printing them, with any verb or
// through log/slog, shows none of that.

// String returns "finik credentials", and nothing of the key.
func (c Credentials) String() string { return "finik credentials" }

// String returns TransactionID and ServiceID.
func (r CreatePaymentRequest) String() string {
	return fmt.Sprintf("request for a payment (transaction %s) to service %s", r.TransactionID, r.ServiceID)
}

// String returns a text with ServiceID only.
func (r CheckRecipientRequest) String() string {
	return "request to check a recipient of service " + r.ServiceID
}

// String returns the number of fields, such as "2 fields". Names and values are
// personal data.
func (f Fields) String() string { return fmt.Sprintf("%d fields", len(f)) }

// GoString returns the same as String, so that %#v shows no value.
func (f Fields) GoString() string { return f.String() }

// String returns a text with StatusCode only. The rest is personal data.
func (r Recipient) String() string { return fmt.Sprintf("recipient, status %d", r.StatusCode) }

// String returns a text with Status only. The id may be a phone number.
func (r PaymentRecipient) String() string { return "recipient " + r.Status }

// String returns one line with ID, TransactionID, Status, Amount (if not nil) and
// RequestDate.
func (p Payment) String() string {
	return fmt.Sprintf("payment %s (transaction %s) %s%s %s", p.ID, p.TransactionID, p.Status, p.amount(), p.RequestDate.Format(time.RFC3339))
}

// LogValue returns a group for log/slog with the attributes id, transaction_id,
// status and request_date, and amount if Amount is not nil. None is personal data.
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
