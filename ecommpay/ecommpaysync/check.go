package ecommpaysync

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/internal/cause"
	"github.com/payclients/payclients-go/internal/syncer"
)

// Report is what Check found, day by day.
type Report struct{ Days []DayReport }

// DayReport compares one UTC day, by operation_created_at.
type DayReport struct {
	Date   time.Time // at midnight, in UTC
	API    Totals    // what ecommpay has
	Stored Totals    // what the database has
	// Rejected are ecommpay's rows that do not decode or have no usable id, which
	// no table but sync_rejects can have. They are in no other figure.
	Rejected int
	// Missing, Stale and Extra are the ids of operations that are not stored,
	// stored in another version, and stored but not at ecommpay, in ascending
	// order.
	Missing, Stale, Extra []string
}

// Totals are the number of operations and their exact sums by currency, of
// sum_initial in major units as [ecommpay.Major] gives them; those of a currency
// that it does not know are in minor units. Operations without a sum count, and
// add nothing.
type Totals struct {
	Count int
	Sums  map[string]string
}

// OK reports whether every day is.
func (r Report) OK() bool {
	return !slices.ContainsFunc(r.Days, func(d DayReport) bool { return !d.OK() })
}

// OK reports whether nothing is missing, stale, extra or rejected, and counts
// and sums agree.
func (d DayReport) OK() bool {
	return d.Rejected == 0 && len(d.Missing)+len(d.Stale)+len(d.Extra) == 0 &&
		d.API.Count == d.Stored.Count && maps.Equal(d.API.Sums, d.Stored.Sums)
}

// String is a line for the day, with counts and no amounts.
func (d DayReport) String() string {
	state := "ok"
	if !d.OK() {
		state = "differs"
	}
	return fmt.Sprintf("%s %s: ecommpay %d, stored %d, missing %d, stale %d, extra %d, rejected %d",
		d.Date.Format(time.DateOnly), state, d.API.Count, d.Stored.Count, len(d.Missing), len(d.Stale), len(d.Extra), d.Rejected)
}

// Check reads the operations of the UTC days from from's to to's, both included,
// from ecommpay and compares each day with what is stored: an incremental sync is
// never the only proof of its completeness. projectIDs limits both sides; none is
// all. It changes nothing.
//
// The service lists operations by their last update, which is never before their
// creation (Unverified). So Check reads all that was updated from the first day
// until now, and what is old costs more. About 150 bytes for each operation of
// the days are in memory.
//
// Check days that are over. Operations that arrive or change while they are
// compared are reported although the next pass would store them, and so are those
// that the sync has left out: of projects that projectIDs does not name, or not
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
func Check(ctx context.Context, c *ecommpay.Client, s *SQLStore, from, to time.Time, projectIDs ...string) (Report, error) {
	var faults []string
	if c == nil {
		faults = append(faults, "c: must not be nil")
	}
	if s == nil {
		faults = append(faults, "s: must not be nil")
	}
	from, to = from.UTC().Truncate(day), to.UTC().Truncate(day)
	if from.Unix() < 0 || to.Year() > 9999 || from.After(to) {
		faults = append(faults, "from: must be a time from 1970 to 9999, of a day that is not after to's")
	}
	faults = append(faults, projectFaults("projectIDs", projectIDs)...)
	if len(faults) > 0 {
		return Report{}, invalid(faults...)
	}
	projectIDs = slices.Compact(slices.Sorted(slices.Values(projectIDs)))
	there := listed{
		from: from, days: int(to.Sub(from)/day) + 1, options: s.options,
		rows: map[int64]listedRow{}, rejected: map[digest]int{},
	}
	if err := there.walk(ctx, c, projectIDs); err != nil {
		return Report{}, fmt.Errorf("ecommpaysync: check: %w", err)
	}
	report, err := s.compare(ctx, &there, projectIDs)
	if err != nil {
		return report, fmt.Errorf("ecommpaysync: check: %w", cause.Hide(ctx, err))
	}
	return report, nil
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
		d := DayReport{Date: date, Rejected: rejected[i], Missing: audit.Missing(), Stale: audit.Stale(), Extra: audit.Extra()}
		d.API.Count, d.API.Sums = audit.API.Totals()
		d.Stored.Count, d.Stored.Sums = audit.Stored.Totals()
		report.Days = append(report.Days, d)
	}
	return report, nil
}

// storedOn tells audit of what is stored of a day, and of what is stored without
// one.
func (s *SQLStore) storedOn(ctx context.Context, date time.Time, projects []string, audit *syncer.Audit[digest]) error {
	query := `SELECT operation_id, digest, amount_minor, currency, operation_created_at IS NOT NULL FROM ecommpay_operations
WHERE (operation_created_at >= ? AND operation_created_at < ? OR operation_created_at IS NULL)`
	args := []any{date, date.Add(day)}
	if len(projects) > 0 {
		query += " AND project_id IN (?" + strings.Repeat(", ?", len(projects)-1) + ")"
		for _, p := range projects {
			args = append(args, p)
		}
	}
	rows, err := s.engine.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err tells
	for rows.Next() {
		var id int64
		var is []byte
		var minor sql.NullInt64
		var currency string
		var dated bool
		if err := rows.Scan(&id, &is, &minor, &currency, &dated); err != nil {
			return err
		}
		if !audit.Holds(id, dated, func(there digest) bool { return string(is) == string(there[:]) }) {
			continue
		}
		if err := addUp(audit.Stored, minor.Int64, currency, minor.Valid); err != nil {
			return err
		}
	}
	return rows.Err()
}

// addUp adds an amount in major units where its currency has them.
func addUp(sums syncer.Sums, minor int64, currency string, known bool) error {
	amount := strconv.FormatInt(minor, 10)
	if major, err := ecommpay.Major(minor, currency); err == nil {
		amount = major.String()
	}
	return sums.Add(amount, currency, known)
}
