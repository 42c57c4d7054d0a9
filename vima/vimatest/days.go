package vimatest

import "time"

const (
	// dateForm is the layout of date, from and to.
	dateForm  = "2006-01-02"
	secondsOf = 24 * 60 * 60 // a day
)

// days is how date, from and to select operations.
type days struct {
	zone    *time.Location // nil is UTC
	short   bool           // days end at 23:59:59
	ignored bool
}

// of returns the day of t, and whether that day ends before t and therefore leaves
// t out.
func (d days) of(t time.Time) (day int, after bool) {
	if d.zone != nil {
		_, east := t.In(d.zone).Zone()
		t = t.Add(time.Duration(east) * time.Second)
	}
	second := t.Unix() % secondsOf
	if second < 0 {
		second += secondsOf
	}
	return dayOf(t), d.short && second == secondsOf-1 && t.Nanosecond() > 0
}

// dayOf returns the UTC day of t, counted from 1970.
func dayOf(t time.Time) int {
	seconds := t.Unix()
	if seconds < 0 {
		seconds -= secondsOf - 1
	}
	return int(seconds / secondsOf)
}
