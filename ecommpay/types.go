package ecommpay

import (
	"time"
)

// Interval is a span of time. Both ends belong to it. They are sent in UTC, cut
// to whole seconds. A zero end is not sent, and the span is open there: a single
// page takes that, and the documentation of a field says where both are needed.
// That the service takes one end alone is Unverified.
type Interval struct{ From, To time.Time }

// IsZero reports whether there is no interval.
func (i Interval) IsZero() bool { return i.From.IsZero() && i.To.IsZero() }

// SplitInterval cuts the span from from to to, both included, into intervals of
// step each, which touch and do not overlap: [from, from+step-1s], [from+step, …],
// the last one ending at to. from, to and step are cut to whole seconds. A step
// below a second, and a from after to, give nothing.
func SplitInterval(from, to time.Time, step time.Duration) []Interval {
	from, to, step = seconds(from), seconds(to), step.Truncate(time.Second)
	var parts []Interval
	for step > 0 && !from.After(to) {
		next := from.Add(step)
		end := next.Add(-time.Second)
		if end.After(to) {
			end = to
		}
		parts = append(parts, Interval{from, end})
		from = next
	}
	return parts
}

// seconds is t as it is sent.
func seconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

const timeForm = "2006-01-02 15:04:05"

// faults says what is wrong with the ends that are set.
func (i Interval) faults(name string) []string {
	var faults []string
	for _, end := range i.ends(name) {
		if year := end.time.UTC().Year(); !end.time.IsZero() && (year < 1970 || year > 9999) {
			faults = append(faults, end.name+": must be a time from 1970 to 9999")
		}
	}
	if len(faults) == 0 && !i.From.IsZero() && !i.To.IsZero() && seconds(i.From).After(seconds(i.To)) {
		faults = append(faults, name+"From: must not be after "+name+"To")
	}
	return faults
}

// missing names the end that is not set, if the other one is.
func (i Interval) missing(name, why string) []string {
	var faults []string
	for _, end := range i.ends(name) {
		if end.time.IsZero() && !i.IsZero() {
			faults = append(faults, end.name+": is missing: "+why)
		}
	}
	return faults
}

type end struct {
	name string
	time time.Time
}

func (i Interval) ends(name string) []end { return []end{{name + "From", i.From}, {name + "To", i.To}} }
