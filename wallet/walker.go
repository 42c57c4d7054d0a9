package wallet

import (
	"fmt"
	"slices"
)

// seenRow identifies a version of a payment. A row that does not decode is
// identified by its bytes.
type seenRow struct {
	id     int64
	status Status
	raw    string
}

// walker follows a list from page to page and removes rows that were yielded
// before.
type walker struct {
	size   int // rows of a full page
	before int // rows of the pages so far, pages before the first one included
	// a page has been taken
	opened bool
	first  seenRow // of the page before
	seen   map[seenRow]bool
}

// advance removes from page what was yielded before and reports whether there may
// be another page. It returns ErrPaginationStalled for a page that begins as the
// page before.
func (w *walker) advance(page *PaymentPage) (more bool, err error) {
	total := len(page.Payments) + len(page.Bad)
	if total == 0 {
		return false, nil
	}
	first := firstOf(page)
	if w.opened && first == w.first {
		return false, fmt.Errorf("%w: a page begins as the page before", ErrPaginationStalled)
	}
	w.opened, w.first = true, first
	w.before += total
	known := func(r seenRow) bool {
		known := w.seen[r]
		w.seen[r] = true
		return known
	}
	page.Payments = slices.DeleteFunc(page.Payments, func(p *Payment) bool { return known(rowOf(p)) })
	page.Bad = slices.DeleteFunc(page.Bad, func(b BadRow) bool { return known(rowOfBad(b)) })
	// Neither alone is the end: the service may send fewer rows than asked for, and its
	// count has been seen to be too low.
	count := page.Meta.Page.TotalElements
	return total >= w.size || count == nil || *count == 0 || w.before < *count, nil
}

// firstOf returns the first row of the answer, good or bad. The page must not be
// empty.
func firstOf(page *PaymentPage) seenRow {
	if len(page.Bad) > 0 && page.Bad[0].Index == 0 {
		return rowOfBad(page.Bad[0])
	}
	return rowOf(page.Payments[0])
}

// rowOf identifies a good row.
func rowOf(p *Payment) seenRow { return seenRow{id: p.ID, status: p.Status} }

// rowOfBad identifies a row that does not decode.
func rowOfBad(b BadRow) seenRow { return seenRow{raw: string(b.Raw)} }
