package vimasync

import (
	"time"

	"github.com/payclients/payclients-go/vima"
)

// track is the progress of reading one of the two streams.
//
// A row may become visible after rows with higher cursors were read, so each walk
// begins some way before the highest cursor. How far, the times of the operations
// decide: Marks are cursors with the time of the newest row there. A walk that
// begins at a mark older than the rewind window reads everything again that may
// have been late.
//
// A mark is made only where rows were older than the window when their page was
// requested. From the first younger row on, the walk makes no marks (Hot), because
// rows may be missing there, until the next walk has begun at an older mark: a walk
// that is interrupted and goes on much later does not come back to that part.
type track struct {
	High  string    `json:"high,omitzero"`  // highest cursor that was read
	Seen  time.Time `json:"seen,omitzero"`  // time of the newest row that was read
	Open  bool      `json:"open,omitzero"`  // a walk is open
	Scan  string    `json:"scan,omitzero"`  // where the open walk goes on
	Hot   bool      `json:"hot,omitzero"`   // the walk has come to rows younger than the window
	Ended bool      `json:"ended,omitzero"` // a walk has ended since the stream was last caught up
	Marks []mark    `json:"marks,omitzero"` // ascending; the first is where the walk began or later
}

// mark is a cursor with the time of the newest row up to it.
type mark struct {
	Cursor string    `json:"cursor"`
	Time   time.Time `json:"time"`
}

// marksPerWindow is the number of marks in a window.
const marksPerWindow = 8

// begin starts a walk, at Scan, unless one is open.
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

// from returns the time from which a pass begins to read.
func (t track) from(rewind time.Duration) time.Time {
	if t.Open {
		return t.Seen
	}
	t.begin(rewind)
	return t.Marks[0].Time
}

// advance moves the walk over the row at cursor, from a page that was requested at
// asked. row is the time of the row, zero if unknown.
func (t *track) advance(cursor string, row, asked time.Time, rewind time.Duration) {
	t.Scan = higher(t.Scan, cursor)
	t.High = higher(t.High, cursor)
	t.Hot = t.Hot || row.After(asked.Add(-rewind))
	if row.After(asked) {
		return // a clock that is ahead must neither end the window early nor hide a lag
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

// prune keeps the newest mark that is older than the window, and the marks after
// it.
func (t *track) prune(rewind time.Duration) {
	end := t.Seen.Add(-rewind)
	for len(t.Marks) > 1 && !t.Marks[1].Time.After(end) {
		t.Marks = t.Marks[1:]
	}
}

// higher returns the higher of two cursors.
func higher(a, b string) string {
	if vima.CompareCursors(b, a) > 0 {
		return b
	}
	return a
}
