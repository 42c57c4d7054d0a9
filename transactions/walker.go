package transactions

import (
	"fmt"
	"hash/maphash"
	"slices"

	"github.com/payclients/payclients-go/internal/transport"
)

// row identifies a version of a transaction: by id, 0 if it cannot be read, and by
// a hash of its bytes.
type row struct {
	id      int64
	version uint64
}

// rows makes row values. Two versions count as one only if id and hash agree.
type rows struct {
	seed    maphash.Seed
	counted bool // the page before had a total
}

// newRows returns rows with a new seed.
func newRows() rows { return rows{seed: maphash.MakeSeed()} }

// of identifies a good row.
func (r rows) of(t *Transaction) row { return row{t.ID, maphash.Bytes(r.seed, t.Raw)} }

// ofBad identifies a row that does not decode.
func (r rows) ofBad(b BadRow) row { return row{b.id(), maphash.Bytes(r.seed, b.Raw)} }

// first returns the first row of the answer, good or bad. The page must not be
// empty.
func (r rows) first(page *TransactionPage) row {
	if len(page.Bad) > 0 && page.Bad[0].Index == 0 {
		return r.ofBad(page.Bad[0])
	}
	return r.of(page.Transactions[0])
}

// ended returns an error if an empty page is not the end: the service has counted
// until now and no longer does, as when something on the way has emptied the
// answer.
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

// drop removes from page the rows that known reports.
func (r rows) drop(page *TransactionPage, known func(row) bool) {
	page.Transactions = slices.DeleteFunc(page.Transactions, func(t *Transaction) bool { return known(r.of(t)) })
	page.Bad = slices.DeleteFunc(page.Bad, func(b BadRow) bool { return known(r.ofBad(b)) })
}

// pageWalker follows a list from page number to page number.
type pageWalker struct {
	rows
	size   int   // rows of a full page
	before int64 // rows of the pages so far
	whole  bool  // the iteration began at the first page, so that before can be compared with a total
	// a page has been taken
	opened bool
	begin  row // of the page before
	seen   map[row]struct{}
	stale  int // pages in a row without a new transaction
}

// maxStale limits pages without a new transaction: a service that ignores the page
// number would otherwise never let an iteration end.
const maxStale = 8

// newPageWalker returns a walker that begins at p.Page.
func newPageWalker(p ListTransactionsParams) *pageWalker {
	return &pageWalker{rows: newRows(), size: p.size(), whole: p.Page == 0, seen: map[row]struct{}{}}
}

// advance removes from page what was yielded before and reports whether there may
// be another page. It returns ErrPaginationStalled where the pages lead no further.
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
	w.stale++
	w.drop(page, func(r row) bool {
		_, known := w.seen[r]
		w.seen[r] = struct{}{}
		if !known && r.id != 0 {
			w.stale = 0
		}
		return known
	})
	if w.stale > maxStale {
		return false, fmt.Errorf("%w: %d pages in a row without a new transaction", ErrPaginationStalled, w.stale)
	}
	// A short page alone is not the end: the service may send fewer rows than asked for.
	if linked || got >= w.size {
		return true, nil
	}
	if w.whole && w.counted {
		return w.before < *page.Total, nil
	}
	return a.Header.Get("Link") == "", nil
}
