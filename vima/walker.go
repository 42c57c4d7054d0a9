package vima

import (
	"fmt"
	"slices"
)

// walker follows a stream from page to page and removes rows that were yielded
// before.
type walker struct {
	stream
	asked  int    // rows of a full page
	after  string // the highest cursor so far
	opened bool   // a page has been taken
	first  row    // of the page before
	seen   []row  // of the page before, and all rows at the cursor
	room   []row  // spare memory for the next seen
}

// row identifies a version of an operation. A row that does not decode is
// identified by its bytes.
type row struct{ operation, cursor string }

// advance removes from page what was yielded before, moves the cursor, and reports
// whether there may be another page. It returns ErrPaginationStalled for a page
// that repeats the page before or leads no further.
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
	rows, at, fresh := w.ascending(page)
	if rows == nil {
		rows, at, fresh = w.mixed(page, total)
	}

	if next == w.after && fresh == 0 {
		// With an inclusive cursor the last page is the cursor's own operation; a
		// full page of it, or any older row, hides what comes after.
		if at == total && total < w.asked {
			return false, nil
		}
		return false, w.stalled("leads no further")
	}
	if CompareCursors(next, w.after) == 0 {
		rows = w.carry(rows)
	}
	w.opened, w.first, w.after = true, first, next
	w.seen, w.room = rows, w.seen
	return true, nil
}

// ascending takes a page whose rows ascend from the cursor on. Such rows differ
// from each other and from all before, except for a row at the cursor itself. at is
// the number of rows at the cursor, fresh the number of these that are new. For any
// other page ascending returns nil rows and changes nothing.
func (w *walker) ascending(page *OperationPage) (rows []row, at, fresh int) {
	if len(page.Bad) > 0 {
		return nil, 0, 0
	}
	rows = w.room[:0]
	last := w.after
	for i, o := range page.Operations {
		r := w.rowOf(o)
		switch c := CompareCursors(r.cursor, last); {
		case c < 0 || c == 0 && i > 0:
			return nil, 0, 0
		case c == 0:
			if at = 1; !w.known(r) {
				fresh = 1
			}
		}
		rows, last = append(rows, r), r.cursor
	}
	if at > fresh {
		page.Operations = slices.Delete(page.Operations, 0, 1)
	}
	return rows, at, fresh
}

// mixed is ascending for pages in any order.
func (w *walker) mixed(page *OperationPage, total int) (rows []row, at, fresh int) {
	before := make(map[row]bool, len(w.seen))
	for _, r := range w.seen {
		before[r] = true
	}
	seen := make(map[row]bool, total)
	known := func(r row) bool {
		atCursor := CompareCursors(r.cursor, w.after) == 0
		known := before[r] || seen[r] || atCursor && w.callers()
		if !seen[r] {
			seen[r] = true
			rows = append(rows, r)
		}
		if atCursor {
			at++
		}
		if atCursor && !known {
			fresh++
		}
		return known
	}
	page.Operations = slices.DeleteFunc(page.Operations, func(o *Operation) bool { return known(w.rowOf(o)) })
	page.Bad = slices.DeleteFunc(page.Bad, func(b BadRow) bool { return known(w.badRow(b)) })
	return rows, at, fresh
}

// carry adds, to the rows of a page that does not move the cursor, the rows at the
// cursor from before.
func (w *walker) carry(rows []row) []row {
	there := make(map[row]bool, len(rows))
	for _, r := range rows {
		there[r] = true
	}
	for _, r := range w.seen {
		if CompareCursors(r.cursor, w.after) == 0 && !there[r] {
			rows = append(rows, r)
		}
	}
	return rows
}

// known reports whether a row at the cursor was yielded before.
func (w *walker) known(r row) bool { return slices.Contains(w.seen, r) || w.callers() }

// callers reports whether a row at the cursor is the caller's own: on the first
// page it is the operation whose cursor the caller passed.
func (w *walker) callers() bool { return !w.opened && w.after != "" }

// stalled returns ErrPaginationStalled with the place and the reason.
func (w *walker) stalled(why string) error {
	return fmt.Errorf("%w: the page after %s %q %s", ErrPaginationStalled, w.field, w.after, why)
}

// firstOf returns the first row of the answer, good or bad. The page must not be
// empty.
func (w *walker) firstOf(page *OperationPage) row {
	if len(page.Bad) > 0 && page.Bad[0].Index == 0 {
		return w.badRow(page.Bad[0])
	}
	return w.rowOf(page.Operations[0])
}

// rowOf identifies a good row. A cursor that is not a number counts as none.
func (w *walker) rowOf(o *Operation) row {
	id := w.id(o)
	if !decimalID(id) {
		id = ""
	}
	return row{o.OperationID, id}
}

// badRow identifies a row that does not decode.
func (w *walker) badRow(b BadRow) row { return row{string(b.Raw), w.badID(b)} }
