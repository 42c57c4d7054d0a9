package transactionssync

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"github.com/payclients/payclients-go/internal/cause"
	"github.com/payclients/payclients-go/internal/syncer"
	"github.com/payclients/payclients-go/transactions"
)

// Check reads the UTC days from p.From to p.To, both included, from the service and
// compares each day with the transactions that s has stored. Check changes nothing.
// Run Check regularly: an incremental sync alone does not prove that nothing is
// missing.
//
// The [Report] has one entry for each day: counts, sums, and the ids of transactions
// that are missing in the database, stale (stored in another version) or extra (only
// in the database). DayReport.Rejected counts the rows of the service that do not
// decode; these rows are not missing. Report.OK reports whether all days agree and
// no row was rejected. Neither a difference nor a rejected row is an error.
//
// c and s must not be nil. p.From and p.To are required, and the day of p.From must
// not be after the day of p.To. If one of these rules is broken, Check returns
// ErrInvalidRequest before anything is sent, with an empty Report. All its other
// errors are the errors of transactions.Client.WalkTransactionPages and errors of the
// database. With such an error the Report has the days that were compared before the
// error. Each request is retried as transactions.Client.ListTransactions is.
//
// Choose days that are over. On a day that is not over, transactions may arrive or
// change during the comparison. The Report then names these transactions, although
// the next call of RunOnce would store them. Transactions that the sync left out
// because of Params.From are reported as missing.
//
// The date of a transaction decides its day, in UTC. A transaction that has no date
// at the service belongs to no day. A transaction that is stored without a date,
// because its time could not be read, belongs to the day on which the service lists
// it. The ids of one day are in memory.
//
// A stored transaction is stale if its bytes differ from the bytes that the service
// sends. If the service begins to send another field, all transactions of a day are
// stale. To repair what is missing or stale, call RunOnce with a new Params.Stream,
// which reads everything again.
//
// Before Check adds up the amounts of the service's transactions, it applies the
// function of [MapRow] to them. So sums may differ after a change of this function.
// The function has no influence on which transactions are stale.
//
// Transactions API: GET /api/transactions
func Check(ctx context.Context, c *transactions.Client, s *SQLStore, p CheckParams) (Report, error) {
	if problems := p.problems(c, s); len(problems) > 0 {
		return Report{}, invalid(problems...)
	}
	var report Report
	for on, to := day(p.From), day(p.To); !on.After(to); on = on.AddDate(0, 0, 1) {
		d, err := s.checkDay(ctx, c, on)
		if err != nil {
			return report, err
		}
		report.Days = append(report.Days, d)
	}
	return report, nil
}

// readProblems returns what is wrong with the fields that only this package's
// CheckParams have.
func (p CheckParams) readProblems() []string {
	if from, to := day(p.From), day(p.To); from.IsZero() || to.IsZero() || from.After(to) {
		return []string{"From: must be a time on a day that is not after To's"}
	}
	return nil
}

// day returns the beginning of the UTC day of t.
func day(t time.Time) time.Time {
	year, month, day := t.UTC().Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// checkDay compares one day. Its errors come from the service's pages or from the
// database, and name the day.
func (s *SQLStore) checkDay(ctx context.Context, c *transactions.Client, on time.Time) (DayReport, error) {
	audit := syncer.NewAudit[string]()
	rejected, err := s.collected(ctx, c, on, audit)
	if err == nil {
		err = s.storedOn(ctx, on, audit)
	}
	if err != nil {
		return DayReport{}, fmt.Errorf("transactionssync: check %s: %w", on.Format(time.DateOnly), cause.Hide(ctx, err))
	}
	return reported(on, rejected, audit), nil
}

// collected adds the day's transactions of the service to audit, and returns the
// number of rows that cannot be stored. Its errors come from the requests, or from
// a sum that does not fit.
func (s *SQLStore) collected(ctx context.Context, c *transactions.Client, on time.Time, audit *syncer.Audit[string]) (rejected int, err error) {
	for page, err := range c.WalkTransactionPages(ctx, transactions.Filter{Date: transactions.Day(on)}, transactions.Prefetch(1)) {
		if err != nil {
			return 0, err
		}
		rejected += len(page.Bad)
		for _, t := range page.Transactions {
			version, err := digest(t)
			if err != nil {
				return 0, err
			}
			audit.Has(t.ID, string(version))
			if err := add(audit.API, s.options.mapped(t)); err != nil {
				return 0, err
			}
		}
	}
	return rejected, nil
}

// storedOn adds to audit the transactions that are stored for a day, and
// transactions stored without a day. Its errors come from the database, or from a
// sum that does not fit.
func (s *SQLStore) storedOn(ctx context.Context, on time.Time, audit *syncer.Audit[string]) error {
	return s.engine.Each(ctx, `SELECT id, digest, request_amount, request_ccy, date IS NOT NULL FROM transactions_transactions
WHERE (date >= ? AND date < ? OR date IS NULL)`, []any{on, on.AddDate(0, 0, 1)}, func(rows *sql.Rows) error {
		var t transactions.Transaction
		var version string
		var dated bool
		if err := rows.Scan(&t.ID, &version, &t.RequestAmount, &t.RequestCcy, &dated); err != nil {
			return err
		}
		if !audit.Holds(t.ID, dated, func(latest string) bool { return version == latest }) {
			return nil
		}
		return add(audit.Stored, &t)
	})
}

// add adds a transaction to sums, or returns an error if the sum does not fit.
func add(sums syncer.Sums, t *transactions.Transaction) error {
	var amount, currency string
	if t.RequestAmount != nil {
		amount = strconv.FormatInt(*t.RequestAmount, 10)
	}
	if t.RequestCcy != nil {
		currency = fmt.Sprintf("%03d", *t.RequestCcy)
	}
	return sums.Add(amount, currency, t.RequestAmount != nil)
}
