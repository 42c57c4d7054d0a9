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
	seen   []row  // of the page before, and all at the cursor
	room   []row  // for the next ones
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
	rows, at, fresh := w.ascending(page)
	if rows == nil {
		rows, at, fresh = w.mixed(page, total)
	}

	if next == w.after && fresh == 0 {
		// An inclusive cursor gives its own operation once more at the end; a
		// full page of it, or anything older, hides what comes after.
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
// from each other and from all before, but for one at the cursor itself. at says
// how many are at the cursor, fresh how many of these are new. It returns no rows
// for another page.
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

// mixed is ascending for every page.
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

// carry adds the rows at the cursor that came before to those of a page that leads
// no further.
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

// known reports whether a row at the cursor was delivered before.
func (w *walker) known(r row) bool { return slices.Contains(w.seen, r) || w.callers() }

// callers reports whether a row at the cursor is the caller's last one: on the
// first page it is.
func (w *walker) callers() bool { return !w.opened && w.after != "" }

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
