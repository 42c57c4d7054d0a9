package wallet

import (
	"fmt"
	"log/slog"

	"github.com/payclients/payclients-go/internal/redact"
)

// The types below hold personal data or secrets and print none of them, with any
// verb and through log/slog.

// String returns ID and State of the card, not its number or the URL of its page.
func (c Card) String() string { return fmt.Sprintf("card %d %s", c.ID, c.State) }

// String returns the text of Payment.String and, in quotes, Meta.NextAction. The
// text has ids, type, status, amount and time, and no personal data.
func (r PaymentResult) String() string {
	return fmt.Sprintf("%s, next action %q", r.Payment, r.Meta.NextAction)
}

// LogValue returns a group with the attributes payment, see Payment.LogValue, and
// next_action, for log/slog.
func (r PaymentResult) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("payment", r.Payment), slog.String("next_action", string(r.Meta.NextAction)))
}

// String returns the number of payments, the number of bad rows, Meta.Code and
// Meta.NextAction.
func (p PaymentPage) String() string {
	return fmt.Sprintf("page of %d payments and %d bad rows, %s", len(p.Payments), len(p.Bad), p.Meta)
}

// String returns the number of transfers, the number of bad rows, Meta.Code and
// Meta.NextAction.
func (l BestTransferList) String() string {
	return fmt.Sprintf("list of %d Best transfers and %d bad rows, %s", len(l.Transfers), len(l.Bad), l.Meta)
}

// String returns ClientPaymentID, type and amount.
func (r CreatePaymentRequest) String() string {
	return fmt.Sprintf("request for a payment (client %s) %s %s RUB", r.ClientPaymentID, r.Type, r.Amount)
}

// String returns r.Type in quotes and r.Card, which is 0 if no stored card pays.
func (r ExecutePaymentRequest) String() string {
	return fmt.Sprintf("request to execute a payment, type %q, card %d", r.Type, r.Card)
}

// String returns Number, Amount ("unknown" if it is nil), Currency and CreatedAt.
// It returns no personal data.
func (t BestTransfer) String() string {
	return fmt.Sprintf("Best transfer %s %s %s %s", t.Number, amountText(t.Amount), t.Currency, t.CreatedAt.Format("2006-01-02T15:04:05Z07:00"))
}

// String returns Type, the two ids of Payment, From and To. It returns no personal
// data.
func (e Event) String() string {
	return fmt.Sprintf("event %s of payment %d (client %s) from %s to %s", e.Type, e.Payment.ID, e.Payment.ClientPaymentID, e.From, e.To)
}

// String returns the application's id, without the secret.
func (w Webhook) String() string { return "wallet webhook of " + w.AppID }

// String returns the client id, without the secret.
func (o OAuth) String() string { return "wallet OAuth client " + o.ClientID }

// String returns "wallet tokens".
func (t *tokens) String() string { return "wallet tokens" }

// Format prints String for every verb.
func (t *tokens) Format(s fmt.State, _ rune) { redact.Print(s, t.String()) }

// LogValue returns what String prints, for log/slog.
func (t *tokens) LogValue() slog.Value { return slog.StringValue(t.String()) }
