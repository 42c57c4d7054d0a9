package wallet

import (
	"fmt"
	"slices"
)

// seenRow tells versions of payments apart. A row that does not decode is told
// by its text.
type seenRow struct {
	id     int64
	status Status
	raw    string
}

// walker follows a list from page to page.
type walker struct {
	size   int // rows of a full page
	before int // rows of the pages so far, those before the first included
	opened bool
	first  seenRow // of the page before
	seen   map[seenRow]bool
}

// advance takes out of page what was delivered before and reports whether there
// may be more.
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
	// Neither alone is the end: the service may give less than asked, and its
	// count has been seen to be too low.
	count := page.Meta.Page.TotalElements
	return total >= w.size || count == nil || *count == 0 || w.before < *count, nil
}

func firstOf(page *PaymentPage) seenRow {
	if len(page.Bad) > 0 && page.Bad[0].Index == 0 {
		return rowOfBad(page.Bad[0])
	}
	return rowOf(page.Payments[0])
}

func rowOf(p *Payment) seenRow  { return seenRow{id: p.ID, status: p.Status} }
func rowOfBad(b BadRow) seenRow { return seenRow{raw: string(b.Raw)} }
