package main

import (
	"strings"
	"time"

	"github.com/payclients/payclients-go/vima"
)

// period is what is reconciled: from from up to end, which does not belong to
// it. A zero one is open.
//
// Two systems seldom give an operation the same instant: near an end, one of them
// may have the operation on the other day. So both sides are read edge wider, as
// far as they have dates. A row outside only matters as the other half of a row
// within. A row near an end without another half is missing where the other side
// reaches edge past the row, and waits where it does not.
type period struct {
	from, end time.Time
	edge      time.Duration
}

// newPeriod returns the days from from to to, both included, of a zone.
func newPeriod(from, to vima.Date, edge time.Duration, zone *time.Location) period {
	p := period{edge: edge}
	if !from.IsZero() {
		p.from = midnight(from, zone)
	}
	if !to.IsZero() {
		p.end = midnight(to.AddDays(1), zone)
	}
	return p
}

// midnight is the first instant of a day in a zone. A clock that is put forward
// may skip 00:00, for which time.Date may return an instant of the day before.
func midnight(day vima.Date, zone *time.Location) time.Time {
	t := time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, zone)
	for vima.DateOf(asUTC(t)).Compare(day) < 0 {
		t = t.Add(15 * time.Minute)
	}
	return t
}

// asUTC keeps what a clock shows, and takes it for UTC.
func asUTC(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

func (p period) open() bool { return p.from.IsZero() && p.end.IsZero() }

// covers reports whether t lies in the period. A row without a time may, and
// counts as if it did.
func (p period) covers(t time.Time) bool {
	return t.IsZero() || (p.from.IsZero() || !t.Before(p.from)) && (p.end.IsZero() || t.Before(p.end))
}

// wider is what both sides are read for.
func (p period) wider() period {
	if !p.from.IsZero() {
		p.from = p.from.Add(-p.edge)
	}
	if !p.end.IsZero() {
		p.end = p.end.Add(p.edge)
	}
	return p
}

// needs returns how far the other side must reach before a row of t without
// another half is known to be missing. It is zero where the other side reaches so
// far, and where t does not lie within edge of an end.
func (p period) needs(t time.Time, other reach) (short reach) {
	near := func(end time.Time) bool {
		return p.edge > 0 && !t.IsZero() && !end.IsZero() && t.Sub(end).Abs() <= p.edge
	}
	if since := t.Add(-p.edge); near(p.from) && (other.oldest.IsZero() || other.oldest.After(since)) {
		short.oldest = since
	}
	if until := t.Add(p.edge); near(p.end) && other.newest.Before(until) {
		short.newest = until
	}
	return short
}

// reach are the times of the oldest and the newest row of a side. A zero time is
// not known.
type reach struct{ oldest, newest time.Time }

// add widens the reach to t.
func (r *reach) add(t time.Time) { r.widen(reach{t, t}) }

// widen adds what another reach has.
func (r *reach) widen(to reach) {
	if !to.oldest.IsZero() && (r.oldest.IsZero() || to.oldest.Before(r.oldest)) {
		r.oldest = to.oldest
	}
	if to.newest.After(r.newest) {
		r.newest = to.newest
	}
}

func (r reach) String() string {
	if r.oldest.IsZero() {
		return "has no row with a time"
	}
	return "reaches from " + instant(r.oldest) + " to " + instant(r.newest)
}

func (p period) String() string {
	switch {
	case p.open():
		return "all days"
	case p.end.IsZero():
		return "days from " + p.from.Format(time.DateOnly) + " " + p.from.Location().String()
	case p.from.IsZero():
		return "days to " + p.last()
	case p.from.Format(time.DateOnly)+" "+p.from.Location().String() == p.last():
		return p.last()
	}
	return p.from.Format(time.DateOnly) + " to " + p.last()
}

func (p period) last() string {
	return p.end.Add(-time.Nanosecond).Format(time.DateOnly) + " " + p.end.Location().String()
}

// dates reads the column of dates of a file.
type dates struct {
	layout string // "" is the common layouts
	zone   *time.Location
}

// common are read unless -date-layout names another. Fractions of a second are
// read with any of them.
var common = []string{time.RFC3339, "2006-01-02T15:04:05", time.DateTime, time.DateOnly}

// read returns the instant of a date. A day alone is its noon, which lies in the
// day and not near its ends.
func (d dates) read(text string) (time.Time, bool) {
	layouts := common
	if d.layout != "" {
		layouts = []string{d.layout}
	}
	for _, layout := range layouts {
		t, err := time.ParseInLocation(layout, strings.TrimSpace(text), d.zone)
		if err != nil || unknownZone(layout, t, d.zone) {
			continue
		}
		if !hasClock(layout) {
			t = time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, t.Location())
		}
		return t, true
	}
	return time.Time{}, false
}

// hint says why a date cannot be read.
func (d dates) hint(text string) string {
	if d.layout == "" {
		return "-date-layout says how dates are written"
	}
	if t, err := time.ParseInLocation(d.layout, strings.TrimSpace(text), d.zone); err == nil && unknownZone(d.layout, t, d.zone) {
		return "its zone is not known in " + d.zone.String() + ": -date-zone names one that knows it"
	}
	return "it is not of -date-layout"
}

// unknownZone reports whether t was read with an abbreviation, such as IST, that
// the zone does not know. Package time takes it for UTC.
func unknownZone(layout string, t time.Time, zone *time.Location) bool {
	name, offset := t.Zone()
	if !strings.Contains(layout, "MST") || strings.Contains(layout, "07") || offset != 0 {
		return false
	}
	return t.Location() != zone && name != "UTC" && name != "GMT"
}

// layoutProblem says why a layout cannot give an instant, or "".
func layoutProblem(layout string) string {
	at := time.Date(2031, time.November, 28, 15, 0, 0, 0, time.UTC)
	read, err := time.Parse(layout, at.Format(layout))
	switch {
	case err != nil || read.Year() != at.Year() || read.YearDay() != at.YearDay():
		return "-date-layout must have a year, a month and a day as Go writes them: 2006 or 06, 01 or Jan, 02"
	case hasClock(layout) && read.Hour() != at.Hour():
		return "-date-layout must have 15 for hours, or PM beside 03"
	}
	return ""
}

// hasClock reports whether a layout shows hours.
func hasClock(layout string) bool {
	return time.Unix(0, 0).UTC().Format(layout) != time.Unix(3600, 0).UTC().Format(layout)
}
