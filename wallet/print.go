package wallet

import (
	"fmt"
	"log/slog"

	"github.com/payclients/payclients-go/internal/redact"
)

// The types below hold personal data or secrets and print none of them, with any
// verb and through log/slog.

// String is the id and the state of the card.
func (c Card) String() string { return fmt.Sprintf("card %d %s", c.ID, c.State) }

// String is the payment and the next action.
func (r PaymentResult) String() string {
	return fmt.Sprintf("%s, next action %q", r.Payment, r.Meta.NextAction)
}

// LogValue gives log/slog the payment and the next action.
func (r PaymentResult) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("payment", r.Payment), slog.String("next_action", string(r.Meta.NextAction)))
}

// String counts the rows of the page.
func (p PaymentPage) String() string {
	return fmt.Sprintf("page of %d payments and %d bad rows, %s", len(p.Payments), len(p.Bad), p.Meta)
}

// String counts the rows of the list.
func (l BestTransferList) String() string {
	return fmt.Sprintf("list of %d Best transfers and %d bad rows, %s", len(l.Transfers), len(l.Bad), l.Meta)
}

// String names the request by type, the client's id and the amount.
func (r CreatePaymentRequest) String() string {
	return fmt.Sprintf("request for a payment (client %s) %s %s RUB", r.ClientPaymentID, r.Type, r.Amount)
}

// String names the request by what it changes.
func (r ExecutePaymentRequest) String() string {
	return fmt.Sprintf("request to execute a payment, type %q, card %d", r.Type, r.Card)
}

// String names the transfer by number, amount and time.
func (t BestTransfer) String() string {
	return fmt.Sprintf("Best transfer %s %s %s %s", t.Number, t.Amount, t.Currency, t.CreatedAt.Format("2006-01-02T15:04:05Z07:00"))
}

// String names the event by type, payment and statuses.
func (e Event) String() string {
	return fmt.Sprintf("event %s of payment %d (client %s) from %s to %s", e.Type, e.Payment.ID, e.Payment.ClientPaymentID, e.From, e.To)
}

// String names the webhook by its application.
func (w Webhook) String() string { return "wallet webhook of " + w.AppID }

// String names the application by its client id.
func (o OAuth) String() string { return "wallet OAuth client " + o.ClientID }

// String names the source without its secrets.
func (t *tokens) String() string { return "wallet tokens" }

// Format prints String for every verb.
func (t *tokens) Format(s fmt.State, _ rune) { redact.Print(s, t.String()) }

// LogValue gives log/slog what String prints.
func (t *tokens) LogValue() slog.Value { return slog.StringValue(t.String()) }
