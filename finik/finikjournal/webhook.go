package finikjournal

import (
	"context"
	"database/sql"
	"net/http"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/sqldb"
)

// Webhook returns the handler for the provider's webhook events. It verifies each event
// with w, answers a refused request as finik.Webhook.Handler does, and applies any other
// event in one transaction. It answers 200 once the event is stored. It answers 500, so
// that the provider sends the event again, if the database fails, or if [OnSettle] fails
// where paid replaces failed.
//
// Events may come in any order, and repeats change nothing. An event that is not final is
// stored and changes no payout. A payout is found by its TransactionID. An event about any
// other payment is kept: see Strangers.
//
// A final event settles the payout, and sets the flag AmountDiffers if the event has
// another amount. These events contradict the journal and set the flag Contradicted for a
// person: a success makes a failed payout paid; a failure leaves a paid payout paid; any
// end of a payout that was never sent makes the payout unknown.
func (j *Journal) Webhook(w finik.Webhook) http.Handler {
	return w.Handler(func(ctx context.Context, e *finik.Event) error {
		n := WebhookEvent{
			TransactionID: sqldb.Clean(e.TransactionID), PaymentID: sqldb.Clean(e.ID), Status: sqldb.Clean(string(e.Status)), Code: e.StatusCode, Amount: e.Amount,
		}
		return failure("webhook", j.in(ctx, "notice", func(tx *sql.Tx) error { return j.heard(ctx, tx, n, endOf(e.Status)) }))
	})
}
