package vimasync

import (
	"fmt"
	"time"

	"github.com/payclients/payclients-go/vima"
)

// ranges is vima.OperationRanges as a state stores it: days are strings.
type ranges struct {
	Next  string  `json:"next,omitzero"`
	First string  `json:"first,omitzero"`
	Open  []piece `json:"open,omitzero"` // at most vima.MaxRanges
	Tail  piece   `json:"tail,omitzero"`
}

// piece is vima.OperationRange as a state stores it.
type piece struct {
	Day   string `json:"day,omitzero"`
	After string `json:"after,omitzero"`
	Until string `json:"until,omitzero"`
}

// saved converts the progress of an iteration for a state.
func saved(at vima.OperationRanges) *ranges {
	r := &ranges{Next: dayText(at.Next), First: at.First, Tail: piece{dayText(at.Tail.Day), at.Tail.After, ""}}
	for _, open := range at.Open {
		r.Open = append(r.Open, piece{dayText(open.Day), open.After, open.Until})
	}
	return r
}

// restored is the inverse of saved. A day that does not parse, in a state that was
// altered, is an error.
func (r ranges) restored() (at vima.OperationRanges, err error) {
	day := func(text string) (d vima.Date) {
		if bad := d.UnmarshalText([]byte(text)); bad != nil {
			err = fmt.Errorf("vimasync: the checkpoint's ranges: %w", bad)
		}
		return d
	}
	at = vima.OperationRanges{Next: day(r.Next), First: r.First, Tail: vima.OperationRange{Day: day(r.Tail.Day), After: r.Tail.After}}
	for _, p := range r.Open {
		at.Open = append(at.Open, vima.OperationRange{Day: day(p.Day), After: p.After, Until: p.Until})
	}
	return at, err
}

// reached returns the day up to which everything was read, zero if that is unknown.
func (r ranges) reached() time.Time {
	day := r.Tail.Day
	if len(r.Open) > 0 {
		day = r.Open[0].Day
	}
	t, _ := time.Parse(time.DateOnly, day)
	return t
}

// dayText returns a day as a state stores it, "" for the zero Date.
func dayText(d vima.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
