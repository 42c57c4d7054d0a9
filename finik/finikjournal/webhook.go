package finikjournal

import (
	"context"
	"database/sql"
	"net/http"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/sqldb"
)

// Webhook returns the handler for the provider's webhook events. The handler verifies
// each request with w. If w refuses the request, the answer is the 4xx or 500 that
// [finik.Webhook.Handler] lists. The handler applies every other event in one
// transaction:
//
//   - It answers 200 once the event is stored.
//   - It answers 500 if the database fails, or if the function of [OnSettle] fails when a
//     failed payout becomes paid. The provider then sends the event again.
//
// Events may come in any order, and repeats change nothing. An event that is not final is
// stored and changes no payout. A payout is found by its TransactionID. An event with an
// unknown TransactionID is stored for [Journal.Strangers].
//
// A final event makes its payout paid or failed. Three cases are different. The first
// that applies counts, and sets the flag Contradicted for a person:
//
//   - The payout was never sent: any final event makes it Unknown.
//   - The payout is Failed: a success makes it Paid.
//   - The payout is Paid, or waits for OnSettle to become Paid: a failure does not change
//     its state.
//
// In these three cases too, a final event sets the flag AmountDiffers if the event has
// another amount than the payout. A final event changes neither state nor flags if
//
//   - the payout was sent, and the event reports the state that the payout already has
//   - the payout was never sent and is Unknown already
//   - the payout is Paid with the flag Contradicted, and the event reports a failure
func (j *Journal) Webhook(w finik.Webhook) http.Handler {
	return w.Handler(func(ctx context.Context, e *finik.Event) error {
		n := WebhookEvent{
			TransactionID: sqldb.Clean(e.TransactionID), PaymentID: sqldb.Clean(e.ID), Status: sqldb.Clean(string(e.Status)), Code: e.StatusCode, Amount: e.Amount,
		}
		return failure("webhook", j.in(ctx, "notice", func(tx *sql.Tx) error { return j.heard(ctx, tx, n, endOf(e.Status)) }))
	})
}
