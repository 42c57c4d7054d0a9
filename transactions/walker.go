package transactions

import (
	"fmt"
	"hash/maphash"
	"slices"

	"github.com/payclients/payclients-go/internal/transport"
)

// row tells versions of transactions apart: by id, 0 where a row has none that
// can be read, and by its bytes.
type row struct {
	id      int64
	version uint64
}

// rows makes them. Two versions are taken for one only if their hashes agree.
type rows struct {
	seed    maphash.Seed
	counted bool // by the service, on the page before
}

func newRows() rows { return rows{seed: maphash.MakeSeed()} }

func (r rows) of(t *Transaction) row { return row{t.ID, maphash.Bytes(r.seed, t.Raw)} }

func (r rows) ofBad(b BadRow) row { return row{b.id(), maphash.Bytes(r.seed, b.Raw)} }

// first is the row that a page with rows begins with.
func (r rows) first(page *TransactionPage) row {
	if len(page.Bad) > 0 && page.Bad[0].Index == 0 {
		return r.ofBad(page.Bad[0])
	}
	return r.of(page.Transactions[0])
}

// ended is an error where a page without rows is not the end: the service has
// counted until now and does not any more, as when something on the way has
// emptied the answer.
func (r rows) ended(page *TransactionPage) error {
	if page.Total == nil && r.counted {
		return fmt.Errorf("%w: an empty page without the count that the page before had", ErrPaginationStalled)
	}
	return nil
}

// exhausted is ended for a walk by key, whose total is what remains.
func (r rows) exhausted(page *TransactionPage) error {
	if page.Total != nil && *page.Total > 0 {
		return fmt.Errorf("%w: an empty page although %d transactions remain", ErrPaginationStalled, *page.Total)
	}
	return r.ended(page)
}

// drop takes out of page the rows that known knows.
func (r rows) drop(page *TransactionPage, known func(row) bool) {
	page.Transactions = slices.DeleteFunc(page.Transactions, func(t *Transaction) bool { return known(r.of(t)) })
	page.Bad = slices.DeleteFunc(page.Bad, func(b BadRow) bool { return known(r.ofBad(b)) })
}

// pageWalker follows a list from numbered page to page.
type pageWalker struct {
	rows
	size   int   // rows of a full page
	before int64 // rows of the pages so far
	whole  bool  // the walk began at the first page, so that before can be held against a total
	opened bool
	begin  row // of the page before
	seen   map[row]struct{}
	vain   int // pages in a row without a new transaction
}

// maxVain bounds them: a service that ignores the number of the page, or answers
// with anything else, would never let a walk end.
const maxVain = 8

func newPageWalker(p ListTransactionsParams) *pageWalker {
	return &pageWalker{rows: newRows(), size: p.size(), whole: p.Page == 0, seen: map[row]struct{}{}}
}

// advance takes out of page what was delivered before and reports whether there
// may be more.
func (w *pageWalker) advance(page *TransactionPage, a transport.Response) (more bool, err error) {
	got := len(page.Transactions) + len(page.Bad)
	_, linked := nextPage(a)
	if got == 0 {
		if linked {
			return false, fmt.Errorf("%w: an empty page with a link to the next one", ErrPaginationStalled)
		}
		if w.whole && page.Total != nil && w.before < *page.Total {
			return false, fmt.Errorf("%w: an empty page after %d of %d transactions", ErrPaginationStalled, w.before, *page.Total)
		}
		return false, w.ended(page)
	}
	w.counted = page.Total != nil
	begin := w.first(page)
	if w.opened && begin == w.begin {
		return false, fmt.Errorf("%w: a page begins as the page before", ErrPaginationStalled)
	}
	w.opened, w.begin = true, begin
	w.before += int64(got)
	w.vain++
	w.drop(page, func(r row) bool {
		_, known := w.seen[r]
		w.seen[r] = struct{}{}
		if !known && r.id != 0 {
			w.vain = 0
		}
		return known
	})
	if w.vain > maxVain {
		return false, fmt.Errorf("%w: %d pages in a row without a new transaction", ErrPaginationStalled, w.vain)
	}
	// A short page alone is not the end: the service may give less than asked.
	if linked || got >= w.size {
		return true, nil
	}
	if w.whole && w.counted {
		return w.before < *page.Total, nil
	}
	return a.Header.Get("Link") == "", nil
}
