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

// Check reads the UTC days from p.From to p.To, both included, from the collector,
// and compares each day with the operations that s has stored. Check changes nothing.
// Run Check regularly: an incremental sync alone does not prove that nothing is
// missing.
//
// The [Report] has one entry for each day: counts, sums, and the ids of operations
// that are missing in the database, stale (stored in an older version) or extra
// (only in the database). DayReport.Rejected counts the rows of the collector that
// cannot be stored, for example because they do not decode; these rows are not
// missing. Report.OK reports whether all days agree, without a rejected row and
// without a Border (below). Neither a difference nor a rejected row is an error.
//
// c and s must not be nil. p.From and p.To are required and must be days of the
// calendar, and From must not be after To. A nil or empty p.Projects means all
// projects; the name "" in p.Projects is refused. If one of these rules is broken,
// Check returns ErrInvalidRequest before anything is sent, with an empty Report. All
// its other errors are the errors of vima.Client.OperationPages and of the database.
// With such an error the Report has the days that were compared before the error.
// Each request is retried as vima.Client.ListOperations is.
//
// Choose days that are over. On a day that is not over, operations may arrive or
// change during the comparison. The Report then names these operations, although the
// next call of RunOnce would store them. A sync of one project leaves out the
// operations of other projects, and Check reports these as missing: name the one
// project in p.Projects.
//
// Before Check adds up the amounts of the collector's operations, it applies the
// function of [MapRow] to them. Operations that do not decode are only counted, in
// DayReport.Rejected. The ids of one day are in memory.
//
// A stored operation belongs to the UTC day of its operation_created_at. An operation
// of the collector belongs to the day for which the collector lists it. Both days are
// the same only if the collector lists by the UTC day of operation_created_at, which
// is Unverified. Otherwise a stored operation near midnight is missing on the collector's day and
// extra on its UTC day, if Check compares these days. An operation that is stored
// without operation_created_at, because its time could not be read, belongs to the
// day on which the collector lists it.
//
// The collector's days may also have gaps between them. Therefore Check requests,
// without a date, the operation that follows the highest create id of each day. It
// looks for that operation on the next day and on the days around its creation, even
// if they are after p.To. If none of these days lists the operation, its create id is
// in DayReport.Border.
//
// Vima API: GET /operation
func Check(ctx context.Context, c *vima.Client, s *SQLStore, p CheckParams) (Report, error) {
	if problems := p.problems(c, s); len(problems) > 0 {
		return Report{}, invalid(problems...)
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

// readProblems returns what is wrong with the fields that only this package's
// CheckParams have.
func (p CheckParams) readProblems() []string {
	var problems []string
	if p.From.IsZero() || p.To.IsZero() || p.From.Compare(p.To) > 0 {
		problems = append(problems, "From: must be a day that is not after To")
	}
	if !inCalendar(p.From) || !inCalendar(p.To) {
		problems = append(problems, "From and To: must be days of the calendar")
	}
	if slices.Contains(p.Projects, "") {
		problems = append(problems, "Projects: must not hold an empty string; leave Projects empty for all projects")
	}
	return problems
}

// checkDay compares one day. Its errors come from the collector's pages or from the
// database, and name the day.
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

// collected adds the day's operations of the collector to audit. It returns the
// number of rows that cannot be stored, and the border if it does not close. Its
// errors come from the requests, or from a sum that does not fit.
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
				id, version, _ := keys(o) // usable has checked them
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

// storedOn adds to audit the operations that are stored for a day, and those stored
// without a day. Its errors come from the database, or from a sum that does not
// fit.
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

// borderOf returns the create id of the operation that follows the highest one of a
// day, if no later day of the collector lists this operation. It returns "" if a
// later day lists it, if no operation follows, or if highest is "" because the day
// has no operations. Its errors come from the requests.
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

// laterDays returns the days after day that may list an operation created at a
// time, in any time zone.
func laterDays(day vima.Date, created time.Time) []vima.Date {
	days := []vima.Date{day.AddDays(1)}
	for i := range 3 {
		if later := vima.DateOf(created).AddDays(i - 1); !created.IsZero() && later.Compare(day) > 0 && !slices.Contains(days, later) {
			days = append(days, later)
		}
	}
	return days
}

// behind returns the lowest create id after AfterCreateID with the operation's
// creation time, or "" if there is none. It sends one request and returns its
// error.
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
