package transactions

import (
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"time"

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

// idWalker follows a list in the order of ids.
type idWalker struct {
	rows
	size  int
	after int64 // the highest id so far
	bad   map[row]struct{}
}

func newIDWalker(size int, after int64) *idWalker {
	return &idWalker{rows: newRows(), size: size, after: after}
}

// advance takes out of page what was delivered before, moves the cursor and
// reports whether there may be more.
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
		if r.id == 0 { // the order says nothing of it: it may come again
			bad[r] = struct{}{}
		}
		_, known := w.bad[r]
		return known
	})
	page.Transactions = slices.CompactFunc(page.Transactions, func(a, b *Transaction) bool { return a.ID == b.ID })
	w.after, w.bad = highest, bad
	return !lastPage(page, a, got, w.size), nil
}

// lastPage reports whether nothing follows a page of a walk by key, whose total
// is what remains: by the service's count and a short page, since a page alone
// may be short for other reasons, and a count alone be that of the page.
func lastPage(page *TransactionPage, a transport.Response, got, size int) bool {
	_, linked := nextPage(a)
	return !linked && got < size && page.Total != nil && *page.Total <= int64(got)
}

// ascending is an error where the ids of page do not grow from after on: the
// service has ignored the cursor or the order. A row may come twice in a row, as
// one does from a join. Rows that do not decode are held against the order too,
// as far as they tell an id: one out of it would move the cursor past others.
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
			return fmt.Errorf("%w: transaction %d came behind %d, so the order was ignored", ErrPaginationStalled, id, before)
		}
		before = id
	}
	return nil
}

// highest is the highest id of a page's rows and after. Rows that do not decode
// count too, or a page of nothing else would stop every walk.
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
	from time.Time // up to which everything was delivered, but for rows of that instant
	seen map[row]struct{}
}

// advance takes out of page what was delivered before and says where to go on,
// if there may be more.
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

// advanceTime takes a page in the order of time.
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

func (w *updateWalker) known(r row) bool {
	_, known := w.seen[r]
	return known
}

// at are the rows of page that were modified at an instant. Those that do not
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

// advanceID takes a page of one instant, in the order of ids.
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

// growing is an error where the time of r is none, before the instant that was
// asked for, or before the row in front of it: the service has ignored the
// condition or the order. A row that does not decode need not have a time.
func growing(r received, from, before time.Time) error {
	switch at := r.modified(); {
	case at.IsZero() && r.good == nil:
		return nil
	case at.IsZero():
		return fmt.Errorf("%w: %s has no lastModifiedDate that can be read", ErrPaginationStalled, r)
	case at.Before(from):
		return fmt.Errorf("%w: %w: %s was modified before the instant that was asked for", ErrPaginationStalled, ErrFilterIgnored, r)
	case at.Before(before):
		return fmt.Errorf("%w: %s came behind one that was modified later, so the order was ignored", ErrPaginationStalled, r)
	}
	return nil
}

// resolution is the step of times that are printed as t is: what a service keeps
// of a time behind its printed digits lies within that step.
func resolution(t time.Time) time.Duration {
	for _, step := range []time.Duration{time.Second, time.Millisecond, time.Microsecond} {
		if t.Nanosecond()%int(step) == 0 {
			return step
		}
	}
	return time.Nanosecond
}
