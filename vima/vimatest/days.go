package vimatest

import "time"

const (
	dateForm  = "2006-01-02"
	secondsOf = 24 * 60 * 60 // a day
)

// days are what date, from and to select.
type days struct {
	zone    *time.Location // nil is UTC
	short   bool           // they end at 23:59:59
	ignored bool
}

// of returns the day of an instant, and whether a day ends before it is over and
// leaves the instant out.
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

// dayOf counts UTC days since 1970.
func dayOf(t time.Time) int {
	seconds := t.Unix()
	if seconds < 0 {
		seconds -= secondsOf - 1
	}
	return int(seconds / secondsOf)
}
