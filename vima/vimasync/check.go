package vimasync

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/payclients/payclients-go/internal/cause"
	"github.com/payclients/payclients-go/internal/syncer"
	"github.com/payclients/payclients-go/vima"
)

// Report is what Check found, day by day.
type Report struct{ Days []DayReport }

// DayReport compares one UTC day, by operation_created_at.
type DayReport struct {
	Date   vima.Date
	API    Totals // what the collector has
	Stored Totals // what the database has
	// Rejected are the collector's rows that do not decode or have no usable id,
	// which no table but sync_rejects can have. They are in no other figure.
	Rejected int
	// Missing, Stale and Extra are the ids of operations that are not stored,
	// stored in an older version, and stored but not at the collector, in
	// ascending order.
	Missing, Stale, Extra []string
}

// Totals are the number of operations and their exact sums in major units by
// currency, as [vima.Operation.Amount] gives them. Operations without an amount
// count, and add nothing.
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
	return fmt.Sprintf("%s %s: collector %d, stored %d, missing %d, stale %d, extra %d, rejected %d",
		d.Date, state, d.API.Count, d.Stored.Count, len(d.Missing), len(d.Stale), len(d.Extra), d.Rejected)
}

// Check reads the UTC days from from to to, both included, from the collector and
// compares each with what is stored: an incremental sync is never the only proof
// of its completeness. projects limits both sides; none is all. It changes
// nothing.
//
// Check days that are over. Operations that arrive or change while their day is
// compared are reported although the next pass would store them, and so are all
// that a sync of one project has left out, where projects does not name it. MapRow
// is applied to the collector's operations too. The ids of one day are in memory.
// An operation that is stored without operation_created_at, because its time
// could not be read, belongs to the day in which the collector lists it.
//
// Its errors are ErrInvalidRequest, those of the walk (see
// vima.Client.OperationPages) and those of the database. Each request is repeated as
// vima.Client.ListOperations is. That the collector's days are those of
// operation_created_at is Unverified.
//
// Vima API: GET /operation
func Check(ctx context.Context, c *vima.Client, s *SQLStore, from, to vima.Date, projects ...string) (Report, error) {
	var faults []string
	if c == nil {
		faults = append(faults, "c: must not be nil")
	}
	if s == nil {
		faults = append(faults, "s: must not be nil")
	}
	if from.IsZero() || to.IsZero() || from.Compare(to) > 0 {
		faults = append(faults, "from: must be a day that is not after to")
	}
	if slices.Contains(projects, "") {
		faults = append(faults, "projects: must not hold an empty one; none at all is all of them")
	}
	if len(faults) > 0 {
		return Report{}, invalid(faults...)
	}
	projects = slices.Compact(slices.Sorted(slices.Values(projects)))
	var report Report
	for day := from; day.Compare(to) <= 0; day = day.AddDays(1) {
		d, err := s.checkDay(ctx, c, day, projects)
		if err != nil {
			return report, err
		}
		report.Days = append(report.Days, d)
	}
	return report, nil
}

func (s *SQLStore) checkDay(ctx context.Context, c *vima.Client, day vima.Date, projects []string) (DayReport, error) {
	report := DayReport{Date: day}
	audit := syncer.NewAudit[int64]()
	var err error
	if report.Rejected, err = s.collected(ctx, c, day, projects, audit); err == nil {
		err = s.storedOn(ctx, day, projects, audit)
	}
	if err != nil {
		return report, fmt.Errorf("vimasync: check %s: %w", day, cause.Hide(ctx, err))
	}
	report.API.Count, report.API.Sums = audit.API.Totals()
	report.Stored.Count, report.Stored.Sums = audit.Stored.Totals()
	report.Missing, report.Stale, report.Extra = audit.Missing(), audit.Stale(), audit.Extra()
	return report, nil
}

// collected tells audit of the day's operations as the collector has them, and
// counts the rows that cannot be stored.
func (s *SQLStore) collected(ctx context.Context, c *vima.Client, day vima.Date, projects []string, audit *syncer.Audit[int64]) (rejected int, err error) {
	if len(projects) == 0 {
		projects = []string{""}
	}
	for _, project := range projects {
		for page, err := range c.OperationPages(ctx, vima.ListOperationsParams{Date: day, Project: project}, vima.Prefetch(1)) {
			if err != nil {
				return 0, err
			}
			rows, bad := usable(page)
			rejected += len(bad)
			for _, o := range rows {
				id, version, _ := keys(o) // which usable has looked at
				audit.Has(id, version)
				o = s.options.mapped(o)
				amount, currency, known := o.Amount()
				if err := audit.API.Add(amount.String(), currency, known); err != nil {
					return 0, err
				}
			}
		}
	}
	return rejected, nil
}

// storedOn tells audit of what is stored of a day, and of what is stored without
// one.
func (s *SQLStore) storedOn(ctx context.Context, day vima.Date, projects []string, audit *syncer.Audit[int64]) error {
	query := `SELECT operation_id, operation_update_id, amount, currency, operation_created_at IS NOT NULL FROM vima_operations
WHERE (operation_created_at >= ? AND operation_created_at < ? OR operation_created_at IS NULL)`
	args := []any{day.Time(), day.AddDays(1).Time()}
	if len(projects) > 0 {
		query += " AND project IN (?" + strings.Repeat(", ?", len(projects)-1) + ")"
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
		var id, version int64
		var dated bool
		var amount sql.NullString
		var currency string
		if err := rows.Scan(&id, &version, &amount, &currency, &dated); err != nil {
			return err
		}
		if !audit.Holds(id, dated, func(latest int64) bool { return version >= latest }) {
			continue
		}
		if err := audit.Stored.Add(amount.String, currency, amount.Valid); err != nil {
			return err
		}
	}
	return rows.Err()
}
