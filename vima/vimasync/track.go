package vimasync

import (
	"time"

	"github.com/payclients/payclients-go/vima"
)

// track is how far one of the two streams was read.
//
// A row may become visible after rows with higher cursors were read, so each
// walk begins some way before the highest cursor. How far back is told by the
// operations' own times: Marks are cursors with the time of what was newest
// there. A walk that starts at a mark older than the rewind window reads again
// all that can have been late.
//
// A mark is taken only where rows were older than the window when their page was
// asked for. From the first younger row on the walk takes none (Hot), because
// rows may be missing there, until the next walk has begun at an older mark: a
// walk that was interrupted and goes on much later has left that part behind.
type track struct {
	High  string    `json:"high,omitzero"`  // highest cursor that was read
	Seen  time.Time `json:"seen,omitzero"`  // time of the newest row that was read
	Open  bool      `json:"open,omitzero"`  // a walk is under way
	Scan  string    `json:"scan,omitzero"`  // where it goes on
	Hot   bool      `json:"hot,omitzero"`   // it has come to rows younger than the window
	Ended bool      `json:"ended,omitzero"` // a walk has ended since the stream was last caught up
	Marks []mark    `json:"marks,omitzero"` // ascending; the first is where the walk began or later
}

type mark struct {
	Cursor string    `json:"cursor"`
	Time   time.Time `json:"time"`
}

// marksPerWindow is how finely a window is cut into marks.
const marksPerWindow = 8

// begin starts a walk, at Scan, unless one is under way.
func (t *track) begin(rewind time.Duration) {
	if t.Open {
		return
	}
	start := mark{t.High, t.Seen}
	if rewind > 0 && len(t.Marks) > 0 {
		t.prune(rewind)
		start = t.Marks[0]
	}
	t.Open, t.Scan, t.Hot, t.Marks = true, start.Cursor, false, []mark{start}
}

// from is the time of where a pass begins to read.
func (t track) from(rewind time.Duration) time.Time {
	if t.Open {
		return t.Seen
	}
	t.begin(rewind)
	return t.Marks[0].Time
}

// advance moves the walk over the row at cursor, of a page that was asked for at
// asked. The row's time is zero where it is not known.
func (t *track) advance(cursor string, row, asked time.Time, rewind time.Duration) {
	t.Scan = higher(t.Scan, cursor)
	t.High = higher(t.High, cursor)
	t.Hot = t.Hot || row.After(asked.Add(-rewind))
	if row.After(asked) {
		return // a clock that is ahead must not end the window early, nor hide a lag
	}
	t.Seen = later(t.Seen, row)
	if rewind <= 0 || row.IsZero() {
		return
	}
	if n := len(t.Marks); !t.Hot && (n == 0 || row.Sub(t.Marks[n-1].Time) >= rewind/marksPerWindow) {
		t.Marks = append(t.Marks, mark{cursor, row})
	}
	t.prune(rewind)
}

// finish ends a walk that has come to the end of the stream.
func (t *track) finish() { t.Open, t.Scan, t.Ended = false, "", true }

// prune leaves the newest mark that is older than the window, and those after it.
func (t *track) prune(rewind time.Duration) {
	end := t.Seen.Add(-rewind)
	for len(t.Marks) > 1 && !t.Marks[1].Time.After(end) {
		t.Marks = t.Marks[1:]
	}
}

func higher(a, b string) string {
	if vima.CompareCursors(b, a) > 0 {
		return b
	}
	return a
}
