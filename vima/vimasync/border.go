package vimasync

import (
	"context"
	"slices"
	"time"

	"github.com/payclients/payclients-go/internal/syncer"
	"github.com/payclients/payclients-go/vima"
)

// borderOf returns the create id of the operation that follows the highest one of a
// day and that no later day of the collector lists. It returns "" if the border
// closes: no operation follows, a later day lists it, or highest is "" because the
// day has no operations.
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
// creation time, or "" if there is none.
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
