package vimasync

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

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
	versions, totals, rejected, err := s.collected(ctx, c, day, projects)
	if err != nil {
		return report, err
	}
	report.API, report.Rejected = totals.totals(), rejected
	totals = sums{}
	var extra, stale []int64
	see := func(dated bool, id, version int64, amount sql.NullString, currency string) error {
		latest, known := versions[id]
		switch {
		case !known && !dated:
			return nil // another day's
		case !known:
			extra = append(extra, id)
		case version < latest:
			stale = append(stale, id)
		}
		delete(versions, id)
		return totals.add(amount.String, currency, amount.Valid)
	}
	if err := s.storedOn(ctx, day, projects, see); err != nil {
		return report, err
	}
	report.Stored = totals.totals()
	report.Missing, report.Stale, report.Extra = texts(slices.Collect(maps.Keys(versions))), texts(stale), texts(extra)
	return report, nil
}

// collected are the versions of the day's operations by id, as the collector has
// them, and the number of its rows that cannot be stored.
func (s *SQLStore) collected(ctx context.Context, c *vima.Client, day vima.Date, projects []string) (versions map[int64]int64, totals sums, rejected int, err error) {
	versions, totals = map[int64]int64{}, sums{}
	if len(projects) == 0 {
		projects = []string{""}
	}
	for _, project := range projects {
		for page, err := range c.OperationPages(ctx, vima.ListOperationsParams{Date: day, Project: project}, vima.Prefetch(1)) {
			if err != nil {
				return nil, nil, 0, err
			}
			rows, bad := usable(page)
			rejected += len(bad)
			for _, o := range rows {
				id, version, _ := keys(o) // which usable has looked at
				o = s.options.mapped(o)
				amount, currency, known := o.Amount()
				versions[id] = version
				if err := totals.add(amount.String(), currency, known); err != nil {
					return nil, nil, 0, err
				}
			}
		}
	}
	return versions, totals, rejected, nil
}

// storedOn tells see of what is stored of a day, and of what is stored without
// one.
func (s *SQLStore) storedOn(ctx context.Context, day vima.Date, projects []string, see func(dated bool, id, version int64, amount sql.NullString, currency string) error) (err error) {
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
		return fmt.Errorf("vimasync: read %s: %w", day, err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	for rows.Next() {
		var id, version int64
		var dated bool
		var amount sql.NullString
		var currency string
		if err := rows.Scan(&id, &version, &amount, &currency, &dated); err != nil {
			return fmt.Errorf("vimasync: read %s: %w", day, err)
		}
		if err := see(dated, id, version, amount, currency); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("vimasync: read %s: %w", day, err)
	}
	return nil
}

// sums add up the operations of a day by currency. Those of a day may need more
// digits than one amount has.
type sums map[string]*sum

type sum struct {
	count  int
	amount big.Rat
	digits int // of the fraction, at most
}

func (s sums) add(amount, currency string, known bool) error {
	if s[currency] == nil {
		s[currency] = new(sum)
	}
	into := s[currency]
	into.count++
	if !known {
		return nil
	}
	var n big.Rat
	if _, ok := n.SetString(amount); !ok {
		return fmt.Errorf("vimasync: an amount of %s is no number", currency)
	}
	into.amount.Add(&into.amount, &n)
	if _, fraction, ok := strings.Cut(strings.TrimRight(amount, "0"), "."); ok {
		into.digits = max(into.digits, len(fraction))
	}
	return nil
}

func (s sums) totals() Totals {
	t := Totals{Sums: map[string]string{}}
	for currency, sum := range s {
		t.Count += sum.count
		t.Sums[currency] = sum.amount.FloatString(sum.digits)
	}
	return t
}

func texts(ids []int64) []string {
	slices.Sort(ids)
	var out []string
	for _, id := range ids {
		out = append(out, strconv.FormatInt(id, 10))
	}
	return out
}
