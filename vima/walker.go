package vima

import (
	"fmt"
	"slices"
)

// walker follows a stream from page to page.
type walker struct {
	stream
	asked  int    // rows of a full page
	after  string // the highest cursor so far
	opened bool   // a page has been seen
	first  row    // of the page before
	seen   map[row]bool
}

// row tells versions of operations apart. One that does not decode is told by
// its text.
type row struct{ operation, cursor string }

// advance takes out of page what was delivered before, moves the cursor and
// reports whether there may be more.
func (w *walker) advance(page *OperationPage) (more bool, err error) {
	total := len(page.Operations) + len(page.Bad)
	if total == 0 {
		return false, nil
	}
	first := w.firstOf(page)
	if w.opened && first == w.first && CompareCursors(first.cursor, w.after) < 0 {
		return false, w.stalled("begins as the page before")
	}
	next := page.highest(w.stream, w.after)
	if next == "" {
		return false, w.stalled("has no row with a cursor")
	}
	seen := make(map[row]bool, total)
	atCursor, freshAtCursor := 0, 0
	known := func(r row) bool {
		at := CompareCursors(r.cursor, w.after) == 0
		// On the first page the operation at the cursor is the caller's last one.
		known := w.seen[r] || seen[r] || at && !w.opened && w.after != ""
		seen[r] = true
		if at {
			atCursor++
		}
		if at && !known {
			freshAtCursor++
		}
		return known
	}
	page.Operations = slices.DeleteFunc(page.Operations, func(o *Operation) bool { return known(w.rowOf(o)) })
	page.Bad = slices.DeleteFunc(page.Bad, func(b BadRow) bool { return known(w.badRow(b)) })

	if next == w.after && freshAtCursor == 0 {
		// An inclusive cursor gives its own operation once more at the end; a
		// full page of it, or anything older, hides what comes after.
		if atCursor == total && total < w.asked {
			return false, nil
		}
		return false, w.stalled("leads no further")
	}
	for r := range w.seen {
		if CompareCursors(r.cursor, next) == 0 {
			seen[r] = true
		}
	}
	w.opened, w.first, w.seen, w.after = true, first, seen, next
	return true, nil
}

func (w *walker) stalled(why string) error {
	return fmt.Errorf("%w: the page after %s %q %s", ErrPaginationStalled, w.field, w.after, why)
}

func (w *walker) firstOf(page *OperationPage) row {
	if len(page.Bad) > 0 && page.Bad[0].Index == 0 {
		return w.badRow(page.Bad[0])
	}
	return w.rowOf(page.Operations[0])
}

func (w *walker) rowOf(o *Operation) row {
	id := w.id(o)
	if !decimalID(id) {
		id = ""
	}
	return row{o.OperationID, id}
}

func (w *walker) badRow(b BadRow) row { return row{string(b.Raw), w.badID(b)} }
