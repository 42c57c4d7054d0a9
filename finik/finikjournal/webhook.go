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

// Webhook serves the webhook events of the provider, as finik.Webhook.Handler does: each
// is verified, and applied in one transaction. It answers 200 once that is stored, and
// 500 where the database or OnSettle fails, so that the provider sends the event again.
//
// Order does not matter, and repeats are dropped. An event that is not final changes
// nothing. Success outranks failure: what the provider says of an end is never lost, and
// contradictions are flagged for a person. A payout is found by its TransactionID. An
// event about any other payment is kept: see Strangers.
func (j *Journal) Webhook(w finik.Webhook) http.Handler {
	return w.Handler(func(ctx context.Context, e *finik.Event) error { return j.heard(ctx, e) })
}

// heard applies a webhook event.
func (j *Journal) heard(ctx context.Context, e *finik.Event) error {
	n := notice{transactionID: sqldb.Clean(e.TransactionID), paymentID: sqldb.Clean(e.ID), status: sqldb.Clean(string(e.Status)), code: e.StatusCode}
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
