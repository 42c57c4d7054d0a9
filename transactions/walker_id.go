package transactions

import (
	"fmt"
	"slices"

	"github.com/payclients/payclients-go/internal/transport"
)

// idWalker follows a list in the order of ids.
type idWalker struct {
	rows
	size  int
	after int64 // the highest id so far
	bad   map[row]struct{}
}

// newIDWalker returns a walker that begins after an id.
func newIDWalker(size int, after int64) *idWalker {
	return &idWalker{rows: newRows(), size: size, after: after}
}

// advance removes from page what was yielded before, moves the cursor and reports
// whether there may be another page. It returns ErrPaginationStalled where ids do
// not grow.
func (w *idWalker) advance(page *TransactionPage, a transport.Response) (more bool, err error) {
	got := len(page.Transactions) + len(page.Bad)
	if got == 0 {
		return false, w.exhausted(page)
	}
	w.counted = page.Total != nil
	if err := ascending(page, w.after); err != nil {
		return false, err
	}
	highest := page.highest(w.after)
	if highest == w.after {
		return false, fmt.Errorf("%w: a page after id %d has no row with a higher one", ErrPaginationStalled, w.after)
	}
	bad := map[row]struct{}{}
	w.drop(page, func(r row) bool {
		if r.id == 0 { // its place in the order is unknown: it may come again
			bad[r] = struct{}{}
		}
		_, known := w.bad[r]
		return known
	})
	page.Transactions = slices.CompactFunc(page.Transactions, func(a, b *Transaction) bool { return a.ID == b.ID })
	w.after, w.bad = highest, bad
	return !lastPage(page, a, got, w.size), nil
}

// lastPage reports whether nothing follows a page of a walk by key, whose total is
// what remains. This takes the service's count and a short page: a page alone may
// be short for other reasons, and a count alone may be the count of the page.
func lastPage(page *TransactionPage, a transport.Response, got, size int) bool {
	_, linked := nextPage(a)
	return !linked && got < size && page.Total != nil && *page.Total <= int64(got)
}

// ascending returns an error if the ids of page do not grow from after on: the
// service has ignored the cursor or the order. A row may come twice in a row, as
// from a join. Rows that do not decode are checked too, if their ids can be read:
// one out of order would move the cursor past others.
func ascending(page *TransactionPage, after int64) error {
	before := after
	for r := range page.asReceived() {
		id := r.id()
		switch {
		case id == 0:
			continue
		case id <= after:
			return fmt.Errorf("%w: %w: transaction %d came after id %d", ErrPaginationStalled, ErrFilterIgnored, id, after)
		case id < before:
			return fmt.Errorf("%w: transaction %d came after %d, so the service ignored the order", ErrPaginationStalled, id, before)
		}
		before = id
	}
	return nil
}

// highest returns the highest id of the page's rows and of after. Rows that do not
// decode count too: otherwise a page with only such rows would stop every
// iteration.
func (p *TransactionPage) highest(after int64) int64 {
	for _, t := range p.Transactions {
		after = max(after, t.ID)
	}
	for _, b := range p.Bad {
		after = max(after, b.id())
	}
	return after
}
