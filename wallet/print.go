package wallet

import (
	"fmt"
	"log/slog"

	"github.com/payclients/payclients-go/internal/redact"
)

// The types below hold personal data or secrets and print none of them, with any
// verb and through log/slog.

// Format prints the id of the parameter for every verb.
func (p Parameter) Format(s fmt.State, _ rune) { redact.Print(s, "parameter "+p.ID) }

// LogValue gives log/slog what Format prints.
func (p Parameter) LogValue() slog.Value { return slog.StringValue("parameter " + p.ID) }

// String is the id and the state of the card.
func (c Card) String() string { return fmt.Sprintf("card %d %s", c.ID, c.State) }

// Format prints String for every verb.
func (c Card) Format(s fmt.State, _ rune) { redact.Print(s, c.String()) }

// LogValue gives log/slog what String prints.
func (c Card) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Format prints a fixed text for every verb.
func (o Owner) Format(s fmt.State, _ rune) { redact.Print(s, "owner of a wallet") }

// LogValue gives log/slog what Format prints.
func (o Owner) LogValue() slog.Value { return slog.StringValue("owner of a wallet") }

// String is the payment and the next action.
func (r PaymentResult) String() string {
	return fmt.Sprintf("%s, next action %q", r.Payment, r.Meta.NextAction)
}

// Format prints String for every verb.
func (r PaymentResult) Format(s fmt.State, _ rune) { redact.Print(s, r.String()) }

// LogValue gives log/slog the payment and the next action.
func (r PaymentResult) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("payment", r.Payment), slog.String("next_action", string(r.Meta.NextAction)))
}

// String counts the rows of the page.
func (p PaymentPage) String() string {
	return fmt.Sprintf("page of %d payments and %d bad rows, %s", len(p.Payments), len(p.Bad), p.Meta)
}

// Format prints String for every verb.
func (p PaymentPage) Format(s fmt.State, _ rune) { redact.Print(s, p.String()) }

// LogValue gives log/slog what String prints.
func (p PaymentPage) LogValue() slog.Value { return slog.StringValue(p.String()) }

// String counts the rows of the list.
func (l BestTransferList) String() string {
	return fmt.Sprintf("list of %d Best transfers and %d bad rows, %s", len(l.Transfers), len(l.Bad), l.Meta)
}

// Format prints String for every verb.
func (l BestTransferList) Format(s fmt.State, _ rune) { redact.Print(s, l.String()) }

// LogValue gives log/slog what String prints.
func (l BestTransferList) LogValue() slog.Value { return slog.StringValue(l.String()) }

// String names the request by type, the client's id and the amount.
func (r CreatePaymentRequest) String() string {
	return fmt.Sprintf("request for a payment (client %s) %s %s RUB", r.ClientPaymentID, r.Type, r.Amount)
}

// Format prints String for every verb.
func (r CreatePaymentRequest) Format(s fmt.State, _ rune) { redact.Print(s, r.String()) }

// LogValue gives log/slog what String prints.
func (r CreatePaymentRequest) LogValue() slog.Value { return slog.StringValue(r.String()) }

// String names the request by what it changes.
func (r ExecutePaymentRequest) String() string {
	return fmt.Sprintf("request to execute a payment, type %q, card %d", r.Type, r.Card)
}

// Format prints String for every verb.
func (r ExecutePaymentRequest) Format(s fmt.State, _ rune) { redact.Print(s, r.String()) }

// LogValue gives log/slog what String prints.
func (r ExecutePaymentRequest) LogValue() slog.Value { return slog.StringValue(r.String()) }

// Format prints a fixed text for every verb.
func (r SendBillRequest) Format(s fmt.State, _ rune) {
	redact.Print(s, fmt.Sprintf("request for the bill of payment %d", r.PaymentID))
}

// LogValue gives log/slog what Format prints.
func (r SendBillRequest) LogValue() slog.Value {
	return slog.StringValue(fmt.Sprintf("request for the bill of payment %d", r.PaymentID))
}

// String names the transfer by number, amount and time.
func (t BestTransfer) String() string {
	return fmt.Sprintf("Best transfer %s %s %s %s", t.Number, t.Amount, t.Currency, t.CreatedAt.Format("2006-01-02T15:04:05Z07:00"))
}

// Format prints String for every verb.
func (t BestTransfer) Format(s fmt.State, _ rune) { redact.Print(s, t.String()) }

// LogValue gives log/slog what String prints.
func (t BestTransfer) LogValue() slog.Value { return slog.StringValue(t.String()) }

// Format prints a fixed text for every verb.
func (p BestPerson) Format(s fmt.State, _ rune) { redact.Print(s, "person") }

// LogValue gives log/slog what Format prints.
func (p BestPerson) LogValue() slog.Value { return slog.StringValue("person") }

// Format prints a fixed text for every verb.
func (p BestPersonData) Format(s fmt.State, _ rune) { redact.Print(s, "person") }

// LogValue gives log/slog what Format prints.
func (p BestPersonData) LogValue() slog.Value { return slog.StringValue("person") }

// Format prints a fixed text for every verb.
func (p BestAddress) Format(s fmt.State, _ rune) { redact.Print(s, "person") }

// LogValue gives log/slog what Format prints.
func (p BestAddress) LogValue() slog.Value { return slog.StringValue("person") }

// Format prints the payment's id for every verb.
func (r BestTransferReport) Format(s fmt.State, _ rune) {
	redact.Print(s, fmt.Sprintf("report of Best transfer %d", r.PaymentID))
}

// LogValue gives log/slog what Format prints.
func (r BestTransferReport) LogValue() slog.Value {
	return slog.StringValue(fmt.Sprintf("report of Best transfer %d", r.PaymentID))
}

// Format prints the id of the party for every verb.
func (p BestParty) Format(s fmt.State, _ rune) { redact.Print(s, fmt.Sprintf("party %d", p.ID)) }

// LogValue gives log/slog what Format prints.
func (p BestParty) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("party %d", p.ID)) }

// String names the event by type, payment and statuses.
func (e Event) String() string {
	return fmt.Sprintf("event %s of payment %d (client %s) from %s to %s", e.Type, e.Payment.ID, e.Payment.ClientPaymentID, e.From, e.To)
}

// Format prints String for every verb.
func (e Event) Format(s fmt.State, _ rune) { redact.Print(s, e.String()) }

// LogValue gives log/slog what String prints.
func (e Event) LogValue() slog.Value { return slog.StringValue(e.String()) }

// String names the webhook by its application.
func (w Webhook) String() string { return "wallet webhook of " + w.AppID }

// GoString is String: %#v does not show the secret.
func (w Webhook) GoString() string { return w.String() }

// Format prints String for every verb.
func (w Webhook) Format(s fmt.State, _ rune) { redact.Print(s, w.String()) }

// LogValue gives log/slog what String prints.
func (w Webhook) LogValue() slog.Value { return slog.StringValue(w.String()) }

// MarshalText returns what String prints: encoders of text, such as
// encoding/json, show no secret.
func (w Webhook) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// GobEncode fails: encoding/gob would store the secrets.
func (Webhook) GobEncode() ([]byte, error) { return nil, redact.ErrGob }

// String names the application by its client id.
func (o OAuth) String() string { return "wallet OAuth client " + o.ClientID }

// Format prints String for every verb.
func (o OAuth) Format(s fmt.State, _ rune) { redact.Print(s, o.String()) }

// LogValue gives log/slog what String prints.
func (o OAuth) LogValue() slog.Value { return slog.StringValue(o.String()) }

// MarshalText returns what String prints: encoders of text, such as
// encoding/json, show no secret.
func (o OAuth) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// GobEncode fails: encoding/gob would store the secrets.
func (OAuth) GobEncode() ([]byte, error) { return nil, redact.ErrGob }

// String names the source without its secrets.
func (t *tokens) String() string { return "wallet tokens" }

// Format prints String for every verb.
func (t *tokens) Format(s fmt.State, _ rune) { redact.Print(s, t.String()) }

// LogValue gives log/slog what String prints.
func (t *tokens) LogValue() slog.Value { return slog.StringValue(t.String()) }
