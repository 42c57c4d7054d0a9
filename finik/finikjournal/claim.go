package finikjournal

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/payclients/payclients-go/internal/sqldb"
)

// The conditions of payouts that workers send or look at. The indexes of these payouts
// have the same conditions.
const (
	sends = "state IN ('queued', 'sending')"
	looks = "state = 'waiting'"
)

// present returns the time of the database's clock in milliseconds.
func (j *Journal) present(ctx context.Context) (now int64, err error) {
	err = j.db.QueryRowContext(ctx, "SELECT "+j.sql.Now()).Scan(&now)
	return now, err
}

// claim takes up to n payouts that are due at until, or now if until is 0, and keeps them
// from other processes for the length of a lease. Beside an error it returns the payouts
// that it has taken before.
func (j *Journal) claim(ctx context.Context, n int, until int64, lease time.Duration) ([]*row, error) {
	due := fmt.Sprintf(" <= %d", until)
	if until == 0 { // a subquery, because PostgreSQL looks up no index by a clock that moves
		due = " <= (SELECT " + j.sql.Now() + ")"
	}
	// The lowest time and not any one, because PostgreSQL would read the whole table for it.
	first := "(SELECT min(e.next_at) FROM payout_entries e WHERE e.book = g.book AND e.account = g.account AND e."
	statement := `SELECT g.account FROM payout_gates g WHERE g.book = ? AND (` +
		first + looks + ")" + due + ` OR NOT EXISTS (SELECT 1 FROM payout_gates b WHERE b.book = g.book AND b.account IN ('', g.account) AND b.closed_until > ` + j.sql.Now() + `) AND ` +
		first + sends + ")" + due + `) ORDER BY g.turn, g.account`
	var accounts []string
	if err := j.each(ctx, j.db, statement, []any{j.book}, func(from *sql.Rows) error {
		accounts = append(accounts, "")
		return from.Scan(&accounts[len(accounts)-1])
	}); err != nil {
		return nil, failure("claim", err)
	}
	var all []*row
	for i, account := range accounts {
		left := n - len(all)
		if left <= 0 {
			break
		}
		share := max(1, left/(len(accounts)-i))
		var got []*row
		err := j.in(ctx, "claim", func(tx *sql.Tx) (err error) {
			got, err = j.claimOf(ctx, tx, account, share, due, lease)
			return err
		})
		if err != nil {
			return all, failure("claim", err)
		}
		all = append(all, got...)
	}
	return all, nil
}

// claimOf takes up to n payouts of an account. Up to three quarters are payments to look
// at, the others payouts to send. While the provider refuses the account, it takes one.
func (j *Journal) claimOf(ctx context.Context, tx *sql.Tx, account string, n int, due string, lease time.Duration) ([]*row, error) {
	now := j.sql.Now()
	var strikes, closed int
	err := tx.QueryRowContext(ctx, j.sql.Bind(`UPDATE payout_gates SET turn = `+now+` WHERE book = ? AND account = ? RETURNING strikes,
(SELECT count(*) FROM payout_gates b WHERE b.book = payout_gates.book AND b.account IN ('', payout_gates.account) AND b.closed_until > `+now+`)`),
		j.book, account).Scan(&strikes, &closed)
	if err != nil {
		return nil, err
	}
	if strikes > 0 {
		n = 1
	}
	places := (3*n + rand.IntN(4)) / 4 //nolint:gosec // fairness needs no secret numbers
	all, err := j.take(ctx, tx, account, looks, due, places, lease)
	if err != nil || closed > 0 {
		return all, err
	}
	more, err := j.take(ctx, tx, account, sends, due, n-len(all), lease)
	return append(all, more...), err
}

// take claims up to n payouts for this process, those first that have been due longest.
func (j *Journal) take(ctx context.Context, tx *sql.Tx, account, of, due string, n int, lease time.Duration) ([]*row, error) {
	if n <= 0 {
		return nil, nil
	}
	skip := " FOR UPDATE SKIP LOCKED"
	if j.sql == sqldb.SQLite {
		skip = ""
	}
	return j.several(ctx, tx, `WITH due AS MATERIALIZED (
	SELECT id FROM payout_entries WHERE book = ? AND account = ? AND `+of+` AND next_at`+due+` ORDER BY next_at, id LIMIT `+fmt.Sprint(n)+skip+`
)
UPDATE payout_entries SET version = version + 1, worker = ?, next_at = `+j.sql.Now()+` + ? WHERE id IN (SELECT id FROM due) RETURNING `+j.columns(),
		j.book, account, j.worker, lease.Milliseconds())
}

// claimOne takes one payout if it is due. It returns the payout as it is, and whether it was
// taken. It fails with ErrNotFound where there is none.
func (j *Journal) claimOne(ctx context.Context, reference string, lease time.Duration) (r *row, taken bool, err error) {
	err = j.in(ctx, "claim", func(tx *sql.Tx) (err error) {
		now := j.sql.Now()
		r, err = j.one(ctx, tx, `UPDATE payout_entries SET version = version + 1, worker = ?, next_at = `+now+` + ?
WHERE book = ? AND reference = ? AND (`+sends+` OR `+looks+`) AND next_at <= `+now+` RETURNING `+j.columns(), j.worker, lease.Milliseconds(), j.book, reference)
		taken = r != nil
		if err != nil || taken {
			return err
		}
		r, err = j.get(ctx, tx, reference)
		return missing(r, reference, err)
	})
	return r, taken, failure("claim", err)
}

// intent stores that a request may leave, before it does, and moves the payout to sending.
// A request may be sent only if intent has committed and r is sending. closed reports
// whether the account is closed.
func (j *Journal) intent(ctx context.Context, r *row, lease time.Duration) (closed bool, err error) {
	err = j.in(ctx, "intent", func(tx *sql.Tx) error {
		open, strange, err := j.enter(ctx, tx, r, j.options.duplicateWithin > 0)
		if err != nil {
			return err
		}
		if closed = !open; closed {
			return j.move(ctx, tx, r, change{event: eventAgain, to: r.state, note: "the account is closed"})
		}
		event, note, err := j.bars(ctx, tx, r, strange)
		switch {
		case err != nil:
			return err
		case event != "":
			return j.bar(ctx, tx, r, event, note)
		}
		return j.move(ctx, tx, r, change{
			event: eventIntent, to: Sending, delay: lease,
			set:   func(next *row) { next.attempts++; next.allowed &^= allowSend },
			under: "worker = ? AND next_at > " + j.sql.Now(), args: []any{j.worker},
		})
	})
	return closed, err
}

// bars returns the event and the note that keep a payout from being sent, "" if nothing
// does. It looks only at payouts that were never sent.
func (j *Journal) bars(ctx context.Context, tx *sql.Tx, r *row, strange bool) (event, note string, err error) {
	switch {
	case r.state != Queued:
		return "", "", nil
	case strange:
		return eventUnsent, "the provider has told of a payment that this journal has not sent", nil
	}
	if r.reissueOf != "" {
		of, err := j.get(ctx, tx, r.reissueOf)
		if err != nil || of == nil || of.state != Failed && of.state != Canceled {
			return eventHold, "the payout that this one replaces has not failed any more", err
		}
	}
	if r.allowed&allowGuards != 0 {
		return "", "", nil
	}
	if reason := j.options.limit(r); reason != "" {
		return eventHold, reason, nil
	}
	if within := j.options.duplicateWithin; within > 0 && r.recipient != nil {
		var n int
		if err := tx.QueryRowContext(ctx, j.sql.Bind(`SELECT count(*) FROM payout_entries WHERE book = ? AND recipient = ? AND amount_micros = ?
AND added_at BETWEEN ? AND ? AND id <> ? AND state NOT IN ('failed', 'canceled') AND (first_sent IS NOT NULL OR id < ?)`),
			j.book, r.recipient, r.amount, r.addedAt-within.Milliseconds(), r.addedAt+within.Milliseconds(), r.id, r.id).Scan(&n); err != nil || n > 0 {
			return eventHold, "the same recipient has a payout of the same amount", err
		}
	}
	return "", "", nil
}

// bar moves a payout that must not be sent to held, or to unknown with a flag.
func (j *Journal) bar(ctx context.Context, tx *sql.Tx, r *row, event, note string) error {
	to, flags := Held, Flags(0)
	if event == eventUnsent {
		to, flags = Unknown, Contradicted
	}
	return j.move(ctx, tx, r, change{event: event, to: to, note: note, set: func(next *row) {
		next.cause = note
		next.flags |= flags
	}})
}
