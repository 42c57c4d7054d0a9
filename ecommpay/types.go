package ecommpay

import (
	"time"
)

// Interval is a span of time. Both ends belong to it. They are sent in UTC, cut
// to whole seconds.
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

func (i Interval) faults(name string) []string {
	var faults []string
	for _, end := range []struct {
		name string
		time time.Time
	}{{name + "From", i.From}, {name + "To", i.To}} {
		if year := end.time.UTC().Year(); end.time.IsZero() || year < 1970 || year > 9999 {
			faults = append(faults, end.name+": must be a time from 1970 to 9999")
		}
	}
	if len(faults) == 0 && seconds(i.From).After(seconds(i.To)) {
		faults = append(faults, name+"From: must not be after "+name+"To")
	}
	return faults
}
