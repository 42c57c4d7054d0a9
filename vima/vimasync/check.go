package vimasync

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/payclients/payclients-go/internal/cause"
	"github.com/payclients/payclients-go/internal/syncer"
	"github.com/payclients/payclients-go/vima"
)

// Check reads the UTC days from p.From to p.To, both included, from the collector
// and compares each with what is stored: an incremental sync is never the only
// proof of its completeness. It changes nothing.
//
// Check days that are over. Operations that arrive or change while their day is
// compared are reported although the next pass would store them, and so are all
// that a sync of one project has left out, where p.Projects does not name it. MapRow
// is applied to the collector's operations too. The ids of one day are in memory.
// An operation that is stored without operation_created_at, because its time
// could not be read, belongs to the day in which the collector lists it.
//
// The collector's days are read by its date, whose zone and ends are unproven. At the
// border behind each day Check therefore asks what follows the day's highest create
// id without a date, and reports a border that does not close: see DayReport.Border.
//
// Its errors are ErrInvalidRequest, those of the walk (see
// vima.Client.OperationPages) and those of the database. Each request is repeated as
// vima.Client.ListOperations is. That the collector's days are those of
// operation_created_at is Unverified.
//
// Vima API: GET /operation
func Check(ctx context.Context, c *vima.Client, s *SQLStore, p CheckParams) (Report, error) {
	if faults := p.faults(c, s); len(faults) > 0 {
		return Report{}, invalid(faults...)
	}
	projects := slices.Compact(slices.Sorted(slices.Values(p.Projects)))
	var report Report
	for day := p.From; day.Compare(p.To) <= 0; day = day.AddDays(1) {
		d, err := s.checkDay(ctx, c, day, projects)
		if err != nil {
			return report, err
		}
		report.Days = append(report.Days, d)
	}
	return report, nil
}

// readFaults are what is wrong with what only this package's CheckParams have.
func (p CheckParams) readFaults() []string {
	var faults []string
	if p.From.IsZero() || p.To.IsZero() || p.From.Compare(p.To) > 0 {
		faults = append(faults, "From: must be a day that is not after To")
	}
	if slices.Contains(p.Projects, "") {
		faults = append(faults, "Projects: must not hold an empty one; none at all is all of them")
	}
	return faults
}

func (s *SQLStore) checkDay(ctx context.Context, c *vima.Client, day vima.Date, projects []string) (DayReport, error) {
	audit := syncer.NewAudit[int64]()
	rejected, border, err := s.collected(ctx, c, day, projects, audit)
	if err == nil {
		err = s.storedOn(ctx, day, projects, audit)
	}
	if err != nil {
		return DayReport{}, fmt.Errorf("vimasync: check %s: %w", day, cause.Hide(ctx, err))
	}
	report := reported(day, rejected, audit)
	report.Border = border
	return report, nil
}

// collected tells audit of the day's operations as the collector has them, counts
// the rows that cannot be stored, and looks at the border with what follows.
func (s *SQLStore) collected(ctx context.Context, c *vima.Client, day vima.Date, projects []string, audit *syncer.Audit[int64]) (rejected int, border string, err error) {
	if len(projects) == 0 {
		projects = []string{""}
	}
	for _, project := range projects {
		highest := ""
		for page, err := range c.OperationPages(ctx, vima.ListOperationsParams{Date: day, Project: project}, vima.Prefetch(1)) {
			if err != nil {
				return 0, "", err
			}
			highest = higher(highest, page.NextCreateID)
			rows, bad := usable(page)
			rejected += len(bad)
			for _, o := range rows {
				id, version, _ := keys(o) // which usable has looked at
				audit.Has(id, version)
				o = s.options.mapped(o)
				amount, currency, known := o.Amount()
				if err := audit.API.Add(amount.String(), currency, known); err != nil {
					return 0, "", err
				}
			}
		}
		open, err := borderOf(ctx, c, project, day, highest)
		if err != nil {
			return 0, "", err
		}
		border = cmp.Or(border, open)
	}
	return rejected, border, nil
}

// storedOn tells audit of what is stored of a day, and of what is stored without
// one.
func (s *SQLStore) storedOn(ctx context.Context, day vima.Date, projects []string, audit *syncer.Audit[int64]) error {
	among, args := syncer.In("project", projects)
	return s.engine.Each(ctx, `SELECT operation_id, operation_update_id, `+s.engine.Table.Amount+`, currency, operation_created_at IS NOT NULL FROM vima_operations
WHERE (operation_created_at >= ? AND operation_created_at < ? OR operation_created_at IS NULL)`+among,
		append([]any{day.Time(), day.AddDays(1).Time()}, args...),
		func(rows *sql.Rows) error {
			var id, version int64
			var dated bool
			var amount sql.NullString
			var currency string
			if err := rows.Scan(&id, &version, &amount, &currency, &dated); err != nil {
				return err
			}
			if !audit.Holds(id, dated, func(latest int64) bool { return version >= latest }) {
				return nil
			}
			return audit.Stored.Add(amount.String, currency, amount.Valid)
		})
}

// borderOf returns the create id of the operation that comes next behind a day's
// highest one and is in no later day of the collector's, or "" where the border
// closes. A day without operations has no border.
func borderOf(ctx context.Context, c *vima.Client, project string, day vima.Date, highest string) (string, error) {
	if highest == "" {
		return "", nil
	}
	next, created, err := behind(ctx, c, vima.ListOperationsParams{Project: project, AfterCreateID: highest})
	if err != nil || next == "" {
		return "", err
	}
	for _, later := range laterDays(day, created) {
		listed, _, err := behind(ctx, c, vima.ListOperationsParams{Project: project, AfterCreateID: highest, Date: later})
		if err != nil {
			return "", err
		}
		if vima.CompareCursors(listed, next) == 0 {
			return "", nil
		}
	}
	return next, nil
}

// laterDays are the days behind a day that may list an operation, whatever the
// collector's zone is.
func laterDays(day vima.Date, created time.Time) []vima.Date {
	days := []vima.Date{day.AddDays(1)}
	for i := range 3 {
		if later := vima.DateOf(created).AddDays(i - 1); !created.IsZero() && later.Compare(day) > 0 && !slices.Contains(days, later) {
			days = append(days, later)
		}
	}
	return days
}

// behind returns the lowest create id behind AfterCreateID, "" where there is none.
func behind(ctx context.Context, c *vima.Client, p vima.ListOperationsParams) (id string, created time.Time, err error) {
	p.Count = 2 // the first may be the operation at the cursor
	page, err := c.ListOperations(ctx, p)
	if err != nil {
		return "", created, err
	}
	take := func(other string, at time.Time) {
		if vima.CompareCursors(other, p.AfterCreateID) > 0 && (id == "" || vima.CompareCursors(other, id) < 0) {
			id, created = other, at
		}
	}
	for _, o := range page.Operations {
		take(o.OperationCreateID, o.OperationCreatedAt)
	}
	for _, b := range page.Bad {
		take(syncer.Field(b.Raw, "operation_create_id"), time.Time{})
	}
	return id, created, nil
}
