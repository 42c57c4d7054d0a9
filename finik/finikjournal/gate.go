package finikjournal

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/sqldb"
)

// closedForever is closed_until of a gate that only Resume opens.
const closedForever int64 = 1 << 53

// makeGate inserts the gate of an account if it is missing; "" is the whole book.
func (j *Journal) makeGate(ctx context.Context, tx querier, account string) error {
	_, err := j.exec(ctx, tx, `INSERT INTO payout_gates (book, account, turn, closed_until, strikes, code, reason, closed_by)
VALUES (?, ?, 0, 0, 0, 0, '', '') ON CONFLICT (book, account) DO NOTHING`, j.book, account)
	return err
}

// enter reports whether the gates of a payout's account are open, and locks them until tx
// ends, so that nobody closes them before. With alone it locks out other intents of the
// whole book too, by the gate "" of the book. strange reports whether a webhook event about the payout's payment came
// before the payout was added.
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
	err = j.each(ctx, tx, statement, args, func(from *sql.Rows) error {
		var closed, known bool
		err := from.Scan(&closed, &known)
		open, strange = open && !closed, strange || known
		return err
	})
	return open, strange, err
}

// strike is what an answer says about its account.
type strike struct {
	counts     bool          // enough of these in a row close the account
	clears     bool          // the provider has answered as usual
	code       int           // HTTP status; 0 if there was no answer
	retryAfter time.Duration // how long the provider asks to wait
}

// How long strikes close an account: at first, and at most after doubling with each
// further strike. 401 and 403 close it until somebody calls Resume.
const (
	fundsPause, longestFundsPause     = 5 * time.Minute, time.Hour
	silencePause, longestSilencePause = time.Minute, 15 * time.Minute
)

// pause returns for how long an account is closed, where more is the number of strikes
// above the limit; -1 means until Resume.
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

// count adds a strike to the gate of an account, clears its strikes, or closes it. Call it
// before writing the payout, because claims take their locks in this order. tripped reports
// whether count has closed the account.
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

// Pause closes an account until [Journal.Resume]: no worker begins to send its payouts
// any more. The account "" closes all accounts of the Journal. An account that has no
// payout yet is closed too. A second Pause replaces the stored Act.
//
// A request that a process was about to send when Pause returned may still leave. Workers
// go on reading payments that exist, and webhook events are applied as before. The errors
// are ErrInvalidRequest if a.By or a.Reason is empty or too long, ctx's error, and errors
// of the database.
func (j *Journal) Pause(ctx context.Context, account string, a Act) error {
	return j.setGate(ctx, account, a, closedForever, a.By)
}

// Resume opens an account that [Journal.Pause] or refusals of the provider (Params.Trip)
// have closed, and sets the account's count of refusals in a row to zero. Workers may then
// send its payouts. An account that is open stays open. An account that has no payout is
// not an error.
//
// With the account "" Resume undoes a Pause of "" only. Accounts that were closed by their
// own name or by refusals stay closed, and keep their counts: call Resume for each of them.
// The errors are ErrInvalidRequest if a.By or a.Reason is empty or too long, ctx's error,
// and errors of the database.
func (j *Journal) Resume(ctx context.Context, account string, a Act) error {
	return j.setGate(ctx, account, a, 0, "")
}

func (j *Journal) setGate(ctx context.Context, account string, a Act, until int64, by string) error {
	if problems := a.problems(); len(problems) > 0 {
		return invalid(problems...)
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
