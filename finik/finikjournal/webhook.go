package finikjournal

import (
	"context"
	"database/sql"
	"net/http"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/sqldb"
)

// Webhook returns the handler for the provider's webhook events. It verifies each event with
// w, answers a refused request as finik.Webhook.Handler does, and applies any other event in
// one transaction. It answers 200 once the event is stored, and 500 if the database or
// OnSettle fails, so that the provider sends the event again.
//
// Events may come in any order, and repeats change nothing. An event that is not final is
// stored and changes no payout. Success outranks failure: a failed payout becomes paid, and
// a paid one stays paid. Contradictions are flagged for a person. A payout is found by its
// TransactionID. An event about any other payment is kept: see Strangers.
func (j *Journal) Webhook(w finik.Webhook) http.Handler {
	return w.Handler(func(ctx context.Context, e *finik.Event) error {
		n := WebhookEvent{
			TransactionID: sqldb.Clean(e.TransactionID), PaymentID: sqldb.Clean(e.ID), Status: sqldb.Clean(string(e.Status)), Code: e.StatusCode, Amount: e.Amount,
		}
		return failure("webhook", j.in(ctx, "notice", func(tx *sql.Tx) error { return j.heard(ctx, tx, n, endOf(e.Status)) }))
	})
}
