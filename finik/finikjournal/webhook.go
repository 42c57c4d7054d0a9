package finikjournal

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"net/http"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/sqldb"
)

// Webhook returns the handler for the provider's webhook events. It verifies each event as
// finik.Webhook.Handler does and applies it in one transaction. It answers 200 once the
// event is stored, and 500 if the database or OnSettle fails, so that the provider sends
// the event again.
//
// Events may come in any order, and repeats change nothing. An event that is not final is
// stored and changes no payout. Success outranks failure: a failed payout becomes paid, and
// a paid one stays paid. Contradictions are flagged for a person. A payout is found by its
// TransactionID. An event about any other payment is kept: see Strangers.
func (j *Journal) Webhook(w finik.Webhook) http.Handler {
	return w.Handler(func(ctx context.Context, e *finik.Event) error { return j.heard(ctx, e) })
}

// heard stores and applies a webhook event.
func (j *Journal) heard(ctx context.Context, e *finik.Event) error {
	n := webhookEvent{transactionID: sqldb.Clean(e.TransactionID), paymentID: sqldb.Clean(e.ID), status: sqldb.Clean(string(e.Status)), code: e.StatusCode}
	digest := sha256.Sum256(framed(n.transactionID, n.paymentID, n.status, fmt.Sprint(n.code)))
	n.digest = digest[:]
	if e.Amount != nil {
		if amount, ok := microsOf(*e.Amount); ok {
			n.amount = &amount
		}
	}
	switch e.Status.Class() {
	case finik.StatusClassSucceeded:
		n.end = Paid
	case finik.StatusClassFailed:
		n.end = Failed
	case finik.StatusClassPending, finik.StatusClassUnknown:
	}
	return failure("webhook", j.in(ctx, "notice", func(tx *sql.Tx) error { return j.hear(ctx, tx, n) }))
}
