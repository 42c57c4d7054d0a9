package finikjournal

import (
	"context"
	"database/sql"
	"errors"
)

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
