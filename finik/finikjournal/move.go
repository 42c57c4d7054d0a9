package finikjournal

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/payclients/payclients-go/internal/sqldb"
)

// change is one step of a payout through the table of rules.
type change struct {
	event string
	to    State
	who   string        // "" is this worker
	note  string        // for the history
	delay time.Duration // until the payout is due
	set   func(*row)    // further values; nil is none
	// under and args are a further condition of the write. If the payout does not meet it,
	// move fails with errFenced.
	under string
	args  []any
}

// move writes a change of the payout r if nobody else has written the payout since r was
// read, and calls OnSettle if the change ends it. Every change of a state goes through
// move. r becomes the stored row. It fails with ErrState, errFenced, a settleError or an
// error of the database.
func (j *Journal) move(ctx context.Context, tx *sql.Tx, r *row, c change) error {
	if !r.may(c.event, c.to) {
		return r.refuse(c.event, c.to)
	}
	next := *r
	next.state = c.to
	if next.state != r.state {
		next.tries = 0
	}
	if c.set != nil {
		c.set(&next)
	}
	if c.event != eventIntent {
		next.worker = ""
	}
	settles := c.to.Settled() && c.to != r.told
	if settles {
		next.told = c.to
	}
	stored, err := j.update(ctx, tx, r, &next, c)
	if err != nil {
		return err
	}
	if stored == nil {
		return errFenced
	}
	if err := j.record(ctx, tx, r.state, c, stored); err != nil {
		return err
	}
	if settles && j.options.onSettle != nil {
		e := j.entry(stored)
		e.Before = r.told
		if err := j.options.onSettle(ctx, tx, e); err != nil {
			return &settleError{err}
		}
	}
	*r = *stored
	return nil
}

// settleError is an error of OnSettle.
type settleError struct{ err error }

func (e *settleError) Error() string { return "OnSettle: " + e.err.Error() }
func (e *settleError) Unwrap() error { return e.err }

// update writes next over r and returns the stored row, nil if the stored row is no longer
// r or does not meet the condition of c.
func (j *Journal) update(ctx context.Context, tx *sql.Tx, r, next *row, c change) (*row, error) {
	now := j.sql.Now()
	due, due0, sent := now+" + ?", any(c.delay.Milliseconds()), ""
	switch c.event {
	case eventNote, eventReissue: // they keep the state
		due, due0 = "next_at + ?", 0
	case eventIntent, eventResend, eventAssume:
		sent = ", first_sent = coalesce(first_sent, " + now + "), last_sent = " + now
	case eventAway:
		sent = ", first_sent = NULL, last_sent = NULL"
	}
	settled := ", settled_at = NULL"
	switch {
	case next.state.Settled() && next.state == r.state:
		settled = ""
	case next.state.Settled():
		settled = ", settled_at = " + now
	}
	args := []any{
		next.state, due0, null(next.worker), next.paymentID, next.attempts, next.refusals, next.tries, next.allowed,
		next.code, sqldb.Clean(next.cause), next.flags, next.evidence, next.told, r.id, r.version,
	}
	return j.one(ctx, tx, `UPDATE payout_entries SET state = ?, version = version + 1, next_at = `+due+`, worker = ?, payment_id = ?,
attempts = ?, refusals = ?, tries = ?, allowed = ?, code = ?, cause = ?, flags = ?, evidence = ?, told = ?`+sent+settled+`
WHERE id = ? AND version = ? AND `+j.lasting()+` AND `+cmp.Or(c.under, "1 = 1")+` RETURNING `+j.columns(), append(args, c.args...)...)
}

// record adds a change of payouts to the history.
func (j *Journal) record(ctx context.Context, tx querier, before State, c change, rows ...*row) error {
	if len(rows) == 0 {
		return nil
	}
	who := cmp.Or(c.who, "worker "+j.worker)
	var args []any
	for _, r := range rows {
		args = append(args, r.id, r.version, c.event, before, r.state, sqldb.Clean(who), r.code, sqldb.Clean(c.note))
	}
	_, err := j.exec(ctx, tx, `INSERT INTO payout_history (entry_id, version, at, event, before, after, who, code, note) VALUES `+
		tuples("(?, ?, "+j.sql.Now()+", ?, ?, ?, ?, ?, ?)", len(rows)), args...)
	return err
}

// attempt calls do in a savepoint, and undoes its writes if it fails. It returns do's error,
// or the one of the savepoint.
func attempt(ctx context.Context, tx *sql.Tx, do func() error) error {
	if _, err := tx.ExecContext(ctx, "SAVEPOINT settling"); err != nil {
		return err
	}
	err := do()
	if err != nil {
		if _, failed := tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT settling"); failed != nil {
			return fmt.Errorf("%w; %w", err, failed)
		}
	}
	if _, failed := tx.ExecContext(ctx, "RELEASE SAVEPOINT settling"); failed != nil && err == nil {
		return failed
	}
	return err
}

func null(text string) any {
	if text == "" {
		return nil
	}
	return text
}
