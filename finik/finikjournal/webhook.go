package finikjournal

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
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

// webhookEvent is a row of payout_notices: a webhook event about a payment.
type webhookEvent struct {
	digest                           []byte
	transactionID, paymentID, status string
	code                             int
	amount                           *int64 // in millionths; nil if the event has none
	end                              State  // "" if the payment has not ended
}

// hear stores a webhook event and applies it to its payout. A repeat changes nothing.
func (j *Journal) hear(ctx context.Context, tx *sql.Tx, n webhookEvent) error {
	var id int64
	err := tx.QueryRowContext(ctx, j.sql.Bind(`INSERT INTO payout_notices (book, digest, transaction_id, payment_id, status, code, amount_micros, effect, received_at)
VALUES (?, ?, ?, ?, ?, ?, ?, '', `+j.sql.Now()+`) ON CONFLICT (book, digest) DO NOTHING RETURNING id`),
		j.book, n.digest, n.transactionID, n.paymentID, n.status, n.code, n.amount).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) { // it is known
		return nil
	}
	if err != nil {
		return err
	}
	r, err := j.lock(ctx, tx, "transaction_id = ?", n.transactionID)
	if err != nil {
		return err
	}
	effect, entry := "stranger", any(nil)
	if r != nil {
		effect, entry = "stale", r.id
		if n.end != "" {
			// The id in a webhook event has another form than the id in an answer (Unverified),
			// so it does not become the payout's PaymentID.
			t := tidings{who: "webhook", code: n.code}
			if n.amount != nil && *n.amount != r.amount {
				t.flags = AmountDiffers
			}
			if effect, err = j.told(ctx, tx, r, n.end, t); err != nil {
				return err
			}
		}
	}
	_, err = j.exec(ctx, tx, `UPDATE payout_notices SET entry_id = ?, effect = ? WHERE id = ?`, entry, effect, id)
	return err
}
