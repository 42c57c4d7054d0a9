package main

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima"
)

// dayOf is the day of t in a zone.
func dayOf(t time.Time, zone *time.Location) vima.Date {
	year, month, day := t.In(zone).Date()
	return vima.Date{Year: year, Month: month, Day: day}
}

// covering returns the UTC days that the days from first to last of -zone lie in.
func (c config) covering(first, last vima.Date) (from, to vima.Date) {
	begin, _, _ := cli.Day("", first.String(), c.zone) // a day of the calendar can be read
	_, end, _ := cli.Day("", last.String(), c.zone)
	return vima.DateOf(begin), vima.DateOf(end)
}

// parts parts a page of a UTC day by days of -zone, and leaves out the days that are
// not asked for. A row without a time belongs to the day of noon, UTC: so a row at an
// end of two batches, which both read it, belongs to one of them.
func (c config) parts(page *vima.OperationPage, first, last vima.Date) []*vima.OperationPage {
	if c.zone == time.UTC {
		return []*vima.OperationPage{page}
	}
	days := map[vima.Date]*vima.OperationPage{}
	of := func(created time.Time) *vima.OperationPage {
		if created.IsZero() {
			created = page.Date.Time().Add(12 * time.Hour)
		}
		day := dayOf(created, c.zone)
		if days[day] == nil {
			days[day] = &vima.OperationPage{Date: day}
		}
		return days[day]
	}
	for _, o := range page.Operations {
		part := of(o.OperationCreatedAt)
		part.Operations = append(part.Operations, o)
		if vima.CompareCursors(o.OperationCreateID, part.NextCreateID) > 0 {
			part.NextCreateID = o.OperationCreateID
		}
	}
	for _, bad := range page.Bad {
		var row struct {
			Created time.Time `json:"operation_created_at"`
		}
		_ = json.Unmarshal(bad.Raw, &row) // it may have no time, or no JSON
		part := of(row.Created)
		part.Bad = append(part.Bad, bad)
	}
	maps.DeleteFunc(days, func(day vima.Date, _ *vima.OperationPage) bool {
		return day.Compare(first) < 0 || day.Compare(last) > 0
	})
	return slices.Collect(maps.Values(days))
}
