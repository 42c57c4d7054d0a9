package finik

import (
	"fmt"
	"log/slog"
	"time"
)

// The types below hold personal data or secrets and print none of them, with any
// verb and through log/slog.

// String is a fixed text.
func (c Credentials) String() string { return "finik credentials" }

// String names the request by service and transaction id.
func (r CreatePaymentRequest) String() string {
	return fmt.Sprintf("request for a payment (transaction %s) to service %s", r.TransactionID, r.ServiceID)
}

// String names the request by its service.
func (r CheckRecipientRequest) String() string {
	return "request to check a recipient of service " + r.ServiceID
}

// String is the number of the fields: names and values are personal data.
func (f Fields) String() string { return fmt.Sprintf("%d fields", len(f)) }

// GoString is String: %#v does not show the values.
func (f Fields) GoString() string { return f.String() }

// String is the status: the rest is personal data.
func (r Recipient) String() string { return fmt.Sprintf("recipient, status %d", r.StatusCode) }

// String is the status: an id of a recipient may be a phone.
func (r PaymentRecipient) String() string { return "recipient " + r.Status }

// String names the payment by ids, status, amount and time.
func (p Payment) String() string {
	return fmt.Sprintf("payment %s (transaction %s) %s%s %s", p.ID, p.TransactionID, p.Status, p.amount(), p.RequestDate.Format(time.RFC3339))
}

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
