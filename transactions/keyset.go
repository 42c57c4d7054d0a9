package transactions

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

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

// received is a row of an answer: one that decoded, or one that did not.
type received struct {
	good *Transaction
	bad  BadRow
}

// last is the last row of the answer, as asReceived has them.
func (p *TransactionPage) last() received {
	good, bad := len(p.Transactions), len(p.Bad)
	switch {
	case bad > 0 && p.Bad[bad-1].Index == good+bad-1:
		return received{bad: p.Bad[bad-1]}
	case good > 0:
		return received{good: p.Transactions[good-1]}
	}
	return received{}
}

// id is 0 where it cannot be read.
func (r received) id() int64 {
	if r.good != nil {
		return r.good.ID
	}
	return r.bad.id()
}

// modified is zero where it cannot be read.
func (r received) modified() time.Time {
	if r.good != nil {
		return r.good.LastModifiedDate
	}
	return modifiedOf(r.bad.Raw)
}

// String names the row for an error.
func (r received) String() string {
	if id := r.id(); id != 0 {
		return fmt.Sprintf("transaction %d", id)
	}
	return fmt.Sprintf("bad row %d", r.bad.Index)
}

// asReceived are the rows of the page, good and bad, in the order of the answer.
// It is complete as long as none has been dropped.
func (p *TransactionPage) asReceived() iter.Seq[received] {
	return func(yield func(received) bool) {
		for good, bad := range inOrder(p.Transactions, p.Bad) {
			r := received{good: good}
			if bad != nil {
				r.bad = *bad
			}
			if !yield(r) {
				return
			}
		}
	}
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

// id is that of a row that does not decode, or 0.
func (b BadRow) id() int64 { return idOf(b.Raw) }

func idOf(raw []byte) int64 {
	text, _ := wire.Field(raw, "id")
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 0 {
		return 0
	}
	return id
}
