package finikjournal

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/sqldb"
)

// closedForever is closed_until of a gate that Resume opens and no time.
const closedForever int64 = 1 << 53

// makeGate makes the gate of an account, "" for the whole book, if it is missing.
func (j *Journal) makeGate(ctx context.Context, tx querier, account string) error {
	_, err := j.exec(ctx, tx, `INSERT INTO payout_gates (book, account, turn, closed_until, strikes, code, reason, closed_by)
VALUES (?, ?, 0, 0, 0, 0, '', '') ON CONFLICT (book, account) DO NOTHING`, j.book, account)
	return err
}

// enter reports whether the gates of a payout's account are open, and keeps them so until
// tx ends: who closes one waits for that. alone keeps other intents of the account out too.
// strange reports a webhook event about the payout's payment that came before the payout.
func (j *Journal) enter(ctx context.Context, tx *sql.Tx, r *row, alone bool) (open, strange bool, err error) {
	asked := `closed_until > ` + j.sql.Now() + `, EXISTS (SELECT 1 FROM payout_notices n WHERE n.book = payout_gates.book AND n.transaction_id = ? AND n.entry_id IS NULL)`
	statement, args := `SELECT `+asked+` FROM payout_gates WHERE book = ? AND account IN ('', ?) ORDER BY account FOR SHARE`, []any{r.transactionID, j.book, r.account}
	switch {
	case j.sql == sqldb.SQLite: // where a write keeps everybody out
		statement, args = `UPDATE payout_gates SET turn = turn WHERE book = ? AND account IN ('', ?) RETURNING `+asked, []any{j.book, r.account, r.transactionID}
	case alone:
		statement = strings.TrimSuffix(statement, "SHARE") + "UPDATE"
	}
	open = true
	err = j.each(ctx, tx, statement, args, func(from scanner) error {
		var closed, known bool
		err := from.Scan(&closed, &known)
		open, strange = open && !closed, strange || known
		return err
	})
	return open, strange, err
}

// strike is what an answer says about its account.
type strike struct {
	counts     bool          // it is one that closes the account when there are enough
	clears     bool          // the provider has answered as usual
	code       int           // HTTP status; 0 is no answer
	retryAfter time.Duration // that the provider asks to wait
}

// The time that strikes close an account for, doubling with each further one. 401 and
// 403 close it until somebody calls Resume.
const (
	fundsPause, longestFundsPause     = 5 * time.Minute, time.Hour
	silencePause, longestSilencePause = time.Minute, 15 * time.Minute
)

// pause is for how long an account is closed after so many strikes more than it may
// have, from 0.
func (s strike) pause(more int) time.Duration {
	shortest, longest := silencePause, longestSilencePause
	switch s.code {
	case 401, 403:
		return -1
	case 402:
		shortest, longest = fundsPause, longestFundsPause
	}
	return min(shortest<<min(more, 10), longest)
}

// count writes what an answer says about an account. It comes before the payout is
// written, because claims take their locks in this order. tripped reports whether it has
// closed the account.
func (j *Journal) count(ctx context.Context, tx *sql.Tx, account string, s strike, trip int) (tripped bool, err error) {
	now := j.sql.Now()
	if s.clears {
		_, err := j.exec(ctx, tx, `UPDATE payout_gates SET strikes = 0, code = 0 WHERE book = ? AND account = ? AND strikes > 0 AND closed_until <= `+now, j.book, account)
		return false, err
	}
	if s.retryAfter > 0 {
		until := j.latest("closed_until", now+" + ?")
		if _, err := j.exec(ctx, tx, `UPDATE payout_gates SET closed_until = `+until+` WHERE book = ? AND account = ?`,
			min(s.retryAfter, 24*time.Hour).Milliseconds(), j.book, account); err != nil {
			return false, err
		}
	}
	if !s.counts {
		return false, nil
	}
	var strikes int
	err = tx.QueryRowContext(ctx, j.sql.Bind(`UPDATE payout_gates SET strikes = strikes + 1, code = ? WHERE book = ? AND account = ? RETURNING strikes`),
		s.code, j.book, account).Scan(&strikes)
	if err != nil || strikes < trip {
		return false, err
	}
	until, by := j.latest("closed_until", now+" + ?"), any(s.pause(strikes-trip).Milliseconds())
	if s.pause(0) < 0 {
		until, by = j.latest("closed_until", "?"), closedForever
	}
	_, err = j.exec(ctx, tx, `UPDATE payout_gates SET closed_until = `+until+`, reason = CASE WHEN closed_by = '' THEN 'refused by the provider' ELSE reason END
WHERE book = ? AND account = ?`, by, j.book, account)
	return true, err
}

// Pause closes an account, or with "" the whole book, until Resume: once Pause has
// returned, no payout begins to be sent in any process, also none that has been claimed.
// Payouts whose intent was stored before may still go out. Payments on their way are
// looked at as before, and webhook events are taken. An account that the book does not
// know yet is closed too. by and why are stored.
func (j *Journal) Pause(ctx context.Context, account string, a Act) error {
	return j.setGate(ctx, account, a, closedForever, a.By)
}

// Resume opens an account, or with "" the gate of the whole book, which leaves accounts
// closed that are so by themselves. Strikes of refusals are forgotten.
func (j *Journal) Resume(ctx context.Context, account string, a Act) error {
	return j.setGate(ctx, account, a, 0, "")
}

func (j *Journal) setGate(ctx context.Context, account string, a Act, until int64, by string) error {
	if faults := a.faults(); len(faults) > 0 {
		return invalid(faults...)
	}
	return failure("gate", j.in(ctx, "gate", func(tx *sql.Tx) error {
		if err := j.makeGate(ctx, tx, account); err != nil {
			return err
		}
		_, err := j.exec(ctx, tx, `UPDATE payout_gates SET closed_until = ?, strikes = 0, code = 0, reason = ?, closed_by = ? WHERE book = ? AND account = ?`,
			until, sqldb.Clean(a.Reason), sqldb.Clean(by), j.book, account)
		return err
	}))
}
