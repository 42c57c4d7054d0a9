package ecommpay

import (
	"time"
)

// Interval is a span of time that includes both ends. The ends are sent in UTC,
// cut to whole seconds. A zero end is not sent, and the span is open on that side.
// Where both ends are required, the field or method says so. That the service
// accepts a single end is Unverified. A From after To, and a time outside the
// years 1970 to 9999 except zero, are refused with ErrInvalidRequest before
// sending.
type Interval struct{ From, To time.Time }

// IsZero reports whether both From and To are zero, that is, whether i sets no
// condition. It returns false if only one of them is zero.
func (i Interval) IsZero() bool { return i.From.IsZero() && i.To.IsZero() }

// SplitInterval cuts the span from first to last, both included, into intervals
// of length step, in ascending order. The intervals neither overlap nor leave a
// second out: [first, first+step-1s], [first+step, …]. The last interval ends
// at last and may be shorter. If first equals last, there is one interval.
//
// first, last and step are cut to whole seconds before the split. The results
// are in UTC. SplitInterval returns nil if step is below a second or first is
// after last. A zero time is the year 1, not an open end.
func SplitInterval(first, last time.Time, step time.Duration) []Interval {
	first, last, step = seconds(first), seconds(last), step.Truncate(time.Second)
	var parts []Interval
	for step > 0 && !first.After(last) {
		next := first.Add(step)
		end := next.Add(-time.Second)
		if end.After(last) {
			end = last
		}
		parts = append(parts, Interval{first, end})
		first = next
	}
	return parts
}

// seconds returns t as it is sent: in UTC, cut to whole seconds.
func seconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

const timeForm = "2006-01-02 15:04:05"

// problems returns what is wrong with the ends that are set, nil if nothing is:
// years outside 1970 to 9999, From after To. name is put in front of "From" and
// "To".
func (i Interval) problems(name string) []string {
	var problems []string
	for _, end := range i.ends(name) {
		if year := end.time.UTC().Year(); !end.time.IsZero() && (year < 1970 || year > 9999) {
			problems = append(problems, end.name+": must be a time from 1970 to 9999")
		}
	}
	if len(problems) == 0 && !i.From.IsZero() && !i.To.IsZero() && seconds(i.From).After(seconds(i.To)) {
		problems = append(problems, name+"From: must not be after "+name+"To")
	}
	return problems
}

// missing returns a problem for the end that is zero if the other end is set, else
// nil. The problem names the end as name + "From" or name + "To", and reason is the
// end of its text.
func (i Interval) missing(name, reason string) []string {
	var problems []string
	for _, end := range i.ends(name) {
		if end.time.IsZero() && !i.IsZero() {
			problems = append(problems, end.name+": is missing: "+reason)
		}
	}
	return problems
}

type end struct {
	name string
	time time.Time
}

func (i Interval) ends(name string) []end { return []end{{name + "From", i.From}, {name + "To", i.To}} }
