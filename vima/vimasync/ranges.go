package vimasync

import (
	"context"
	"fmt"
	"slices"
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

// settledAfter is how old, in addition to Rewind, an operation must be to divide
// ranges: by then everything that became visible late before it is visible.
const settledAfter = 24 * time.Hour

// fromProblems returns what is wrong with From in any stream.
func (p Params) fromProblems() []string {
	today := vima.DateOf(time.Now())
	switch {
	case p.From.IsZero():
		return nil
	case !inCalendar(p.From):
		return []string{"From: must be a day of the calendar"}
	case p.From.Compare(today) > 0:
		return []string{fmt.Sprintf("From: must not be after today, %s in UTC", today)}
	}
	return nil
}

// inCalendar reports whether d is a day of the calendar, from the year 1 on.
func inCalendar(d vima.Date) bool { return d.Year >= 1 && vima.DateOf(d.Time()) == d }

// resumeFrom compares From with the day with which the stream began, and stores From
// in a new stream. Another day than before is ErrInvalidRequest; zero never is.
func (r *run) resumeFrom() error {
	from := dayText(r.From)
	switch {
	case from == "" || from == r.state.From:
	case r.state.empty() && r.state.Ranges == nil: // nothing was read yet
		r.state.From = from
	case r.state.From == "":
		return invalid(fmt.Sprintf("From: stream %q was begun without one and has everything: leave From zero, or name another Stream to begin with %s",
			r.Stream, from))
	default:
		return invalid(fmt.Sprintf("From: stream %q was begun with %s: pass that day or none, or name another Stream to begin with %s",
			r.Stream, r.state.From, from))
	}
	return nil
}

// start begins a first pass by ranges. Before anything else it fixes where changes
// are read from: what changes from now on comes in the stream of changes. It
// returns false if the collector has no operations yet. Its errors come from the
// requests.
func (r *run) start(ctx context.Context) (begun bool, err error) {
	asked := time.Now()
	newest, err := r.client.ListOperations(ctx, vima.ListOperationsParams{Project: r.Project, Descending: true})
	if err != nil || len(newest.Operations)+len(newest.Bad) == 0 {
		return false, err
	}
	rows, bad := usable(newest)
	changes := startChanges(rows, bad, asked, r.Rewind)
	// Where all of the page is of the window, an operation from before it is looked for.
	// That ids hold time is Unverified and days are what the collector takes for them:
	// both only propose where, and the times of the rows decide. Without one, changes
	// are read from their beginning.
	for look := 0; look <= longestLook && changes.Marks[0].Cursor == beginning && r.Rewind > 0 && !changes.Seen.IsZero(); look++ {
		end := changes.Seen.Add(-r.Rewind)
		p := vima.ListOperationsParams{Project: r.Project, AfterUpdateID: vima.CursorAt(end.Add(-r.Rewind))}
		if look > 0 {
			p = vima.ListOperationsParams{Project: r.Project, Date: vima.DateOf(end).AddDays(1 - look)}
		}
		page, err := r.client.ListOperations(ctx, p)
		if err != nil {
			return false, err
		}
		older, _ := usable(page)
		older = slices.DeleteFunc(older, func(o *vima.Operation) bool {
			return vima.CompareCursors(o.OperationUpdateID, changes.High) > 0 // it was changed meanwhile
		})
		changes = startChanges(append(older, rows...), bad, asked, r.Rewind)
	}
	r.state.Changed, r.state.Ranges = changes, &ranges{}
	return true, nil
}

// longestLook is the number of days on which start looks for an operation from
// before the window.
const longestLook = 31

// ranges reads the history by ranges. It returns the number of stored pages and
// whether all ranges were read. What is too young to be divided is then ahead of
// the track of new operations. Its errors come from the requests, from the store,
// or from a state that was altered.
func (r *run) ranges(ctx context.Context) (pages int, ended bool, err error) {
	at, err := r.state.Ranges.restored()
	if err != nil {
		return 0, false, err
	}
	var from vima.Date
	if !r.state.from().IsZero() {
		from = vima.DateOf(r.state.from())
	}
	for page, err := range r.client.OperationPagesByRange(ctx, vima.RangesParams{
		Select: vima.ListOperationsParams{Project: r.Project}, From: from, Workers: r.Workers,
		Until: r.began.Add(-settledAfter - max(r.Rewind, 0)), At: at,
	}) {
		if err != nil {
			return pages, false, err
		}
		if len(page.Operations)+len(page.Bad) == 0 { // the last one
			r.state.Ranges = nil
			r.state.Created = track{High: page.Ranges.Tail.After}
			return pages, true, nil
		}
		r.state.Ranges = saved(page.Ranges)
		rows, bad := usable(page)
		if err := r.commit(ctx, Change{Rows: r.wanted(created(), rows), Bad: bad}); err != nil {
			return pages, false, err
		}
		r.result.Pages++
		if pages++; pages == r.MaxPages {
			return pages, false, nil
		}
	}
	return pages, false, nil
}

// wanted removes, from the stream of new operations, the rows that were created
// before From. The stream of changes keeps them.
func (r *run) wanted(s stream, rows []*vima.Operation) []*vima.Operation {
	from := r.state.from()
	if from.IsZero() || s.name != created().name {
		return rows
	}
	return slices.DeleteFunc(rows, func(o *vima.Operation) bool {
		return !o.OperationCreatedAt.IsZero() && o.OperationCreatedAt.Before(from)
	})
}
