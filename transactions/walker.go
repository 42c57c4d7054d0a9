package transactions

import (
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"time"

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

// ended returns ErrPaginationStalled if an empty page is not the end: the service
// has counted until now and no longer does, as when something on the way has
// emptied the answer.
func (r rows) ended(page *TransactionPage) error {
	if page.Total == nil && r.counted {
		return fmt.Errorf("%w: an empty page without the count that the page before had", ErrPaginationStalled)
	}
	return nil
}

// exhausted is ended for a walk by key, whose total is what remains: it also
// returns ErrPaginationStalled if rows remain.
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

// ascending returns ErrPaginationStalled if the ids of page do not grow from after
// on: the service has ignored the cursor or the order. A row may come twice in a
// row, as from a join. Rows that do not decode are checked too, if their ids can be
// read: one out of order would move the cursor past others.
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

// updateWalker follows a list in the order of last modifications.
type updateWalker struct {
	rows
	size int
	from time.Time // up to which everything was yielded, except some rows of that instant
	seen map[row]struct{}
}

// advance removes from page what was yielded before. It returns where to go on, and
// whether there may be another page. It returns ErrPaginationStalled where times or
// ids do not grow.
func (w *updateWalker) advance(m moment, page *TransactionPage, a transport.Response) (next moment, more bool, err error) {
	got := len(page.Transactions) + len(page.Bad)
	if got == 0 {
		if err := w.exhausted(page); err != nil {
			return m, false, err
		}
	} else {
		w.counted = page.Total != nil
	}
	if m.until.IsZero() {
		return w.advanceTime(m, page, a, got)
	}
	return w.advanceID(m, page, a, got)
}

// advanceTime is advance for a page in the order of time; got is its number of
// rows.
func (w *updateWalker) advanceTime(m moment, page *TransactionPage, a transport.Response, got int) (moment, bool, error) {
	if got == 0 {
		return m, false, nil
	}
	last := m.from
	for r := range page.asReceived() {
		if err := growing(r, m.from, last); err != nil {
			return m, false, err
		}
		if at := r.modified(); !at.IsZero() {
			last = at
		}
	}
	seen := w.at(page, last)
	w.drop(page, w.known)
	w.from = last
	ended := lastPage(page, a, got, w.size)
	if last.After(m.from) {
		w.seen = seen
		return moment{from: last}, !ended, nil
	}
	maps.Copy(seen, w.seen)
	w.seen = seen
	return moment{from: m.from, until: m.from.Add(resolution(m.from))}, !ended, nil
}

// known reports whether a row was yielded before.
func (w *updateWalker) known(r row) bool {
	_, known := w.seen[r]
	return known
}

// at returns the rows of page that were modified at an instant. Rows that do not
// decode may have been.
func (w *updateWalker) at(page *TransactionPage, instant time.Time) map[row]struct{} {
	seen := map[row]struct{}{}
	for _, t := range page.Transactions {
		if t.LastModifiedDate.Equal(instant) {
			seen[w.of(t)] = struct{}{}
		}
	}
	for _, b := range page.Bad {
		seen[w.ofBad(b)] = struct{}{}
	}
	return seen
}

// advanceID is advance for a page of one instant, in the order of ids; got is its
// number of rows.
func (w *updateWalker) advanceID(m moment, page *TransactionPage, a transport.Response, got int) (moment, bool, error) {
	behind := moment{from: m.until}
	if got == 0 {
		w.seen = nil
		return behind, true, nil
	}
	if err := ascending(page, m.after); err != nil {
		return m, false, err
	}
	for r := range page.asReceived() {
		if err := growing(r, m.from, m.from); err != nil {
			return m, false, err
		}
	}
	highest := page.highest(m.after)
	if highest == m.after {
		return m, false, fmt.Errorf("%w: a page after id %d has no row with a higher one", ErrPaginationStalled, m.after)
	}
	w.drop(page, w.known)
	if lastPage(page, a, got, w.size) {
		w.seen = nil
		return behind, true, nil
	}
	return moment{m.from, m.until, highest}, true, nil
}

// growing returns ErrPaginationStalled if the time of r is missing, before the
// requested instant, or before the row in front of it: the service has ignored the
// condition or the order. A row that does not decode need not have a time.
func growing(r received, from, before time.Time) error {
	switch at := r.modified(); {
	case at.IsZero() && r.good == nil:
		return nil
	case at.IsZero():
		return fmt.Errorf("%w: %s has no lastModifiedDate that can be read", ErrPaginationStalled, r)
	case at.Before(from):
		return fmt.Errorf("%w: %w: %s was modified before the requested instant", ErrPaginationStalled, ErrFilterIgnored, r)
	case at.Before(before):
		return fmt.Errorf("%w: %s came after one that was modified later, so the service ignored the order", ErrPaginationStalled, r)
	}
	return nil
}

// resolution returns the step of times that are printed as t is: what a service
// keeps of a time beyond its printed digits lies within that step.
func resolution(t time.Time) time.Duration {
	for _, step := range []time.Duration{time.Second, time.Millisecond, time.Microsecond} {
		if t.Nanosecond()%int(step) == 0 {
			return step
		}
	}
	return time.Nanosecond
}
