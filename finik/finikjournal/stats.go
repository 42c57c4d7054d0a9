package finikjournal

import (
	"context"
	"database/sql"
	"time"

	"github.com/govalues/decimal"
)

// Sum is a number of payouts (Count) and the sum of their amounts in som (Amount).
type Sum struct {
	Count  int
	Amount decimal.Decimal
}

// OpenSum is the number and the sum of payouts that have not ended.
type OpenSum struct {
	Sum

	Oldest time.Duration // time since the oldest of these payouts was added
}

// Gate says whether payouts of an account may be sent. A payout is sent only if its account
// and the whole book ([New]) are open. See [Journal.Pause] and Params.Trip.
type Gate struct {
	Account  string    // "" is the whole book, with all accounts
	Open     bool      // whether payouts may be sent now
	Until    time.Time // when the account opens by itself; zero if it is open, or only Resume opens it
	Strikes  int       // refusals of the account in a row
	Code     int       // finik.Error.StatusCode of the last of these refusals; 0 if it had no answer, or there is none
	Reason   string    // Reason of the last Pause or Resume, or "refused by the provider"; "" if there is none
	ClosedBy string    // By of the Pause in force; "" if there is none
}

// Stats is the state of all payouts of a book ([New]), for metrics.
type Stats struct {
	Open          map[State]OpenSum // held, queued, sending, waiting and unknown; a state without payouts is missing
	Flagged       int               // payouts with flags, also those that have ended
	Gates         []Gate            // sorted by account, the whole book first; an account without a Gate is open
	Strangers     int               // webhook events that [Journal.Strangers] yields
	WebhookEvents int               // webhook events in all
}

// Stats returns counts and sums of the payouts that have not ended, and for each account
// whether its payouts may be sent ([Gate]). It reads by indexes: its cost grows with open
// payouts and with webhook events, and not with payouts that have ended. The errors are
// ctx's error, errors of the database, and an error for a sum of more than 19 digits. Do
// not use the Stats with an error. Nothing is retried.
func (j *Journal) Stats(ctx context.Context) (Stats, error) {
	s := Stats{Open: map[State]OpenSum{}}
	now := j.sql.Now()
	err := j.each(ctx, j.db, `SELECT state, count(*), CAST(sum(amount_micros) AS text), `+now+` - min(added_at) FROM payout_entries
WHERE book = ? AND settled_at IS NULL GROUP BY state`, []any{j.book}, func(from *sql.Rows) error {
		var state State
		var o OpenSum
		var sum string
		var age int64
		if err := from.Scan(&state, &o.Count, &sum, &age); err != nil {
			return err
		}
		o.Oldest = time.Duration(age) * time.Millisecond
		var err error
		o.Amount, err = sumOf(sum)
		s.Open[state] = o
		return err
	})
	if err == nil {
		err = j.db.QueryRowContext(ctx, j.sql.Bind(`SELECT count(*) FROM payout_entries WHERE book = ? AND (settled_at IS NULL OR flags <> 0) AND flags <> 0`), j.book).Scan(&s.Flagged)
	}
	if err == nil {
		err = j.db.QueryRowContext(ctx, j.sql.Bind(`SELECT count(*), count(*) - count(entry_id) FROM payout_notices WHERE book = ?`), j.book).Scan(&s.WebhookEvents, &s.Strangers)
	}
	if err == nil {
		s.Gates, err = j.gates(ctx)
	}
	return s, failure("stats", err)
}

func (j *Journal) gates(ctx context.Context) (all []Gate, err error) {
	now := j.sql.Now()
	err = j.each(ctx, j.db, `SELECT account, closed_until, closed_until <= `+now+`, strikes, code, reason, closed_by FROM payout_gates
WHERE book = ? ORDER BY account`, []any{j.book}, func(from *sql.Rows) error {
		var g Gate
		var until int64
		err := from.Scan(&g.Account, &until, &g.Open, &g.Strikes, &g.Code, &g.Reason, &g.ClosedBy)
		if !g.Open && until < closedForever {
			g.Until = instant(until)
		}
		all = append(all, g)
		return err
	})
	return all, err
}

// ReportRow is the number and the sum of the payouts of an account in a state.
type ReportRow struct {
	Account string
	State   State
	Sum
}

// period returns the two times in milliseconds. The zero times mean all of time.
func period(from, to time.Time) (first, last int64) {
	first, last = 0, closedForever
	if !from.IsZero() {
		first = from.UnixMilli()
	}
	if !to.IsZero() {
		last = to.UnixMilli()
	}
	return first, last
}

// Report counts the payouts that were added at or after start and before stop, and adds
// up their amounts exactly. A zero start or stop sets no limit. There is one row for each
// account and state that has payouts, sorted by account and state. Without any payout the
// rows are nil. Report reads all of these payouts, and retries nothing.
//
// The errors are ctx's error, errors of the database, and an error for a sum of more than
// 19 digits. Do not use the rows with an error.
func (j *Journal) Report(ctx context.Context, start, stop time.Time) ([]ReportRow, error) {
	first, last := period(start, stop)
	var all []ReportRow
	err := j.each(ctx, j.db, `SELECT account, state, count(*), CAST(sum(amount_micros) AS text) FROM payout_entries
WHERE book = ? AND added_at >= ? AND added_at < ? GROUP BY account, state ORDER BY account, state`, []any{j.book, first, last}, func(from *sql.Rows) error {
		var r ReportRow
		var sum string
		err := from.Scan(&r.Account, &r.State, &r.Count, &sum)
		if err == nil {
			r.Amount, err = sumOf(sum)
		}
		all = append(all, r)
		return err
	})
	return all, failure("report", err)
}

// moving reports whether Run has anything left to do. It fails with ErrStopped if nothing
// that is left may be sent.
func (j *Journal) moving(ctx context.Context) (bool, error) {
	var moving, working int
	err := j.db.QueryRowContext(ctx, j.sql.Bind(`SELECT count(*), coalesce(sum(CASE WHEN e.state = 'waiting' OR e.worker IS NOT NULL AND e.next_at > `+j.sql.Now()+`
OR NOT EXISTS (SELECT 1 FROM payout_gates g WHERE g.book = e.book AND g.account IN ('', e.account) AND g.closed_until > `+j.sql.Now()+` AND (g.strikes > 0 OR g.closed_by <> ''))
THEN 1 ELSE 0 END), 0) FROM payout_entries e WHERE e.book = ? AND (e.`+sends+` OR e.`+looks+`)`), j.book).Scan(&moving, &working)
	switch {
	case err != nil:
		return false, failure("run", err)
	case moving == 0 || working > 0:
		return moving > 0, nil
	}
	gates, err := j.gates(ctx)
	if err != nil {
		return false, failure("run", err)
	}
	return false, stopped(gates)
}

// Erase clears the stored requests of payouts that became paid, failed or canceled before
// the given time, 1,000 in each transaction. A zero time clears nothing. Reissue of a
// cleared payout fails with ErrErased. References, ids, amounts, masks and digests stay, so
// that Add still recognises the payouts.
//
// Erase returns how many requests it has cleared, also with an error. The errors are ctx's
// error and errors of the database. The cleared requests then stay cleared, and a second
// call clears the rest.
func (j *Journal) Erase(ctx context.Context, before time.Time) (int, error) {
	return j.repeat(ctx, "erase", func(tx *sql.Tx) (int, error) {
		return j.exec(ctx, tx, `UPDATE payout_entries SET request = NULL WHERE id IN (
	SELECT id FROM payout_entries WHERE book = ? AND settled_at < ? AND request IS NOT NULL ORDER BY settled_at LIMIT 1000)`, j.book, before.UnixMilli())
	})
}
