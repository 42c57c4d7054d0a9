package ecommpaysync

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/internal/cause"
	"github.com/payclients/payclients-go/internal/syncer"
)

// Check reads the operations of the UTC days from p.From to p.To, both
// included, from ecommpay, and compares each day with the rows that s has
// stored. It changes nothing on either side. Run Check regularly: an
// incremental sync alone does not prove that nothing is missing.
//
// The [Report] has one entry for each day: counts, sums, and the ids of
// operations that are missing in the database, stale (stored in another
// version) or extra (only in the database). DayReport.Rejected counts rows of
// ecommpay that cannot be stored, for example because they do not decode.
// Report.OK reports whether all days agree. Neither a difference nor a rejected
// row is an error.
//
// The errors are:
//   - ErrInvalidRequest, before anything is sent, if c or s is nil, or p breaks
//     a rule of [CheckParams]
//   - errors of ecommpay.Client.OperationPages, also *ecommpay.SignatureError
//     for a page whose signature cannot be checked
//   - errors of the database
//
// After an error of the database the report holds the days compared so far.
// After any other error the report is empty. Look at the error first, because
// Report.OK is true for an empty report. Each request is retried as in
// ecommpay.Client.ListOperations.
//
// The service lists operations by their last update, which is never before
// their creation (Unverified). Check therefore reads everything updated from
// the first day until now, so old days cost more requests. It holds about 150
// bytes in memory for each operation of the days.
//
// Choose days that are over. On a day that is not over, operations may arrive
// or change during the comparison. The report then names these operations,
// although the next pass of RunOnce would store them.
//
// An operation belongs to the day of its operation_created_at. If this time is
// missing or cannot be read, the operation belongs to the day of its last
// update. No member holds the last update: Check asks for the updates of each
// day separately, so it knows the day from the request that lists the
// operation. A row that does not decode has its day by the same rule, and counts
// in DayReport.Rejected of this day. Rejected rows with the same bytes count once.
//
// The function of [MapRow] may change the sums and the day of an operation of
// ecommpay: Check uses SumInitial and OperationCreatedAt as the function leaves
// them. Whether an operation is stale depends only on the operation as received.
//
// Operations that RunOnce does not read are reported as missing. These are
// operations last updated before the From of RunOnce's Params, and operations
// of other projects than its ProjectIDs. To leave the other projects out, put
// the same ids into p.ProjectIDs. To repair missing or stale rows, stop the old
// stream for good and call RunOnce with a new Stream and a From in its Params.
//
// ecommpay Data API: POST /operations/get
func Check(ctx context.Context, c *ecommpay.Client, s *SQLStore, p CheckParams) (Report, error) {
	if problems := p.problems(c, s); len(problems) > 0 {
		return Report{}, invalid(problems...)
	}
	from, to := p.days()
	projects := slices.Compact(slices.Sorted(slices.Values(p.ProjectIDs)))
	there := listed{
		from: from, days: int(to.Sub(from)/day) + 1, options: s.options,
		rows: map[int64]listedRow{}, rejected: map[digest]int{},
	}
	if err := there.walk(ctx, c, projects); err != nil {
		return Report{}, fmt.Errorf("ecommpaysync: check: %w", err)
	}
	report, err := s.compare(ctx, &there, projects)
	if err != nil {
		return report, fmt.Errorf("ecommpaysync: check: %w", cause.Hide(ctx, err))
	}
	return report, nil
}

// days returns the starts of the first and the last UTC day.
func (p CheckParams) days() (from, to time.Time) {
	return p.From.UTC().Truncate(day), p.To.UTC().Truncate(day)
}

// readProblems returns what is wrong with the fields that only this package's
// CheckParams has, nil if nothing is.
func (p CheckParams) readProblems() []string {
	var problems []string
	if from, to := p.days(); from.Unix() < 0 || to.Year() > 9999 || from.After(to) {
		problems = append(problems, "From: must be a time from 1970 to 9999, of a day that is not after To's")
	}
	return append(problems, projectProblems("ProjectIDs", p.ProjectIDs)...)
}

// compare compares each day with the database. After an error the report holds
// the days before it.
func (s *SQLStore) compare(ctx context.Context, there *listed, projects []string) (Report, error) {
	audits, rejected, err := there.audits()
	if err != nil {
		return Report{}, err
	}
	var report Report
	for i, audit := range audits {
		date := there.from.Add(time.Duration(i) * day)
		if err := s.storedOn(ctx, date, projects, audit); err != nil {
			return report, err
		}
		report.Days = append(report.Days, reported(date, rejected[i], audit))
	}
	return report, nil
}

// storedOn adds to audit the rows stored for the day date, and checks the rows
// stored without a creation time. It returns errors of the database.
func (s *SQLStore) storedOn(ctx context.Context, date time.Time, projects []string, audit *syncer.Audit[digest]) error {
	among, args := syncer.In("project_id", projects)
	return s.engine.Each(ctx, `SELECT operation_id, digest, amount_minor, currency, operation_created_at IS NOT NULL FROM ecommpay_operations
WHERE (operation_created_at >= ? AND operation_created_at < ? OR operation_created_at IS NULL)`+among,
		append([]any{date, date.Add(day)}, args...),
		func(rows *sql.Rows) error {
			var id int64
			var is []byte
			var minor sql.NullInt64
			var currency string
			var dated bool
			if err := rows.Scan(&id, &is, &minor, &currency, &dated); err != nil {
				return err
			}
			if !audit.Holds(id, dated, func(there digest) bool { return string(is) == string(there[:]) }) {
				return nil
			}
			return addUp(audit.Stored, minor.Int64, currency, minor.Valid)
		})
}

// addUp adds an amount to sums: in major units if the currency has them, else in
// minor units. known is false for a row without an amount. It returns an error
// only for an amount that is not a number.
func addUp(sums syncer.Sums, minor int64, currency string, known bool) error {
	amount := strconv.FormatInt(minor, 10)
	if major, err := ecommpay.Major(minor, currency); err == nil {
		amount = major.String()
	}
	return sums.Add(amount, currency, known)
}
