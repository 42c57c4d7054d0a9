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

// Check reads the operations of the UTC days from p.From to p.To, both included,
// from ecommpay and compares each day with what is stored: an incremental sync is
// never the only proof of its completeness. It changes nothing.
//
// The service lists operations by their last update, which is never before their
// creation (Unverified). So Check reads all that was updated from the first day
// until now, and what is old costs more. About 150 bytes for each operation of
// the days are in memory.
//
// Check days that are over. Operations that arrive or change while they are
// compared are reported although the next pass would store them, and so are those
// that the sync has left out: of projects that p.ProjectIDs does not name, or not
// updated since Params.From. MapRow is applied to ecommpay's operations too. An
// operation without operation_created_at, because its time could not be read,
// belongs to the day in which ecommpay lists it, that of its last update. A pass
// over a new stream reads everything again and mends what is missing or stale.
//
// Its errors are ErrInvalidRequest, those of the walk (see
// ecommpay.Client.OperationPages) and those of the database. Each request is
// repeated as ecommpay.Client.ListOperations is.
//
// ecommpay Data API: POST /operations/get
func Check(ctx context.Context, c *ecommpay.Client, s *SQLStore, p CheckParams) (Report, error) {
	if faults := p.faults(c, s); len(faults) > 0 {
		return Report{}, invalid(faults...)
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

// days are the beginnings of the first and the last UTC day.
func (p CheckParams) days() (from, to time.Time) {
	return p.From.UTC().Truncate(day), p.To.UTC().Truncate(day)
}

// readFaults are what is wrong with what only this package's CheckParams have.
func (p CheckParams) readFaults() []string {
	var faults []string
	if from, to := p.days(); from.Unix() < 0 || to.Year() > 9999 || from.After(to) {
		faults = append(faults, "From: must be a time from 1970 to 9999, of a day that is not after To's")
	}
	return append(faults, projectFaults("ProjectIDs", p.ProjectIDs)...)
}

// compare holds each day against what is stored of it.
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

// storedOn tells audit of what is stored of a day, and of what is stored without
// one.
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

// addUp adds an amount in major units where its currency has them.
func addUp(sums syncer.Sums, minor int64, currency string, known bool) error {
	amount := strconv.FormatInt(minor, 10)
	if major, err := ecommpay.Major(minor, currency); err == nil {
		amount = major.String()
	}
	return sums.Add(amount, currency, known)
}
