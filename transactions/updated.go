package transactions

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// WalkUpdatedPages walks the transactions that f selects and that were created or
// changed from since on, in the order of their last modification, page by page.
// It begins [Overlap] before since, so that the first rows are most often known
// to the caller: drop them by ID and LastModifiedDate.
//
// Within a walk no version comes twice, and none is lost: each transaction that f
// selects and whose LastModifiedDate is not before the beginning is delivered in
// the version that it has when its turn comes, and again in each later one that
// the walk meets. The next request begins at the last modification of the page
// before, that instant included, and rows that were delivered are dropped. Where
// one instant fills a whole page, that instant (that second, if times come in
// whole seconds) is read in the order of ids, and rows of it come in that order.
//
// What becomes visible behind the cursor is beyond a walk: a change is stamped
// before it is committed, and the clocks of a service's machines differ. So the
// caller stores TransactionPage.NextModified once a page is processed, goes on
// with it as since, and leaves Overlap longer than the longest commit and the
// difference of clocks together. A change that does not touch lastModifiedDate,
// and a row without one, are never seen.
//
// A row may be stamped in the future, by a clock that is wrong. It is delivered
// and the walk goes on behind it, but NextModified is at most the time of the
// answer: its Date header, or the clock of this machine without one. A sync that
// stored more would see no other change until then; so it sees that row with
// each walk until its time has come.
//
// The walk is lazy and starts over with each range. It ends at an empty list
// after the last instant. At most one error comes, last, with a nil page: those
// of ListTransactions, and ErrPaginationStalled where times or ids do not grow, a
// row has no lastModifiedDate, or a page is empty although the service counts
// rows that remain. Each request is repeated as ListTransactions is. Rows that do
// not decode are in TransactionPage.Bad, and the walk goes on; the order goes for
// them too, as far as their keys can be read.
//
// The zero since, as any before 1970, is everything. f.LastModifiedDate may have
// LessThan and LessThanOrEqual only, and f.ID neither Equals nor In.
//
// Transactions API: GET /api/transactions
func (c *Client) WalkUpdatedPages(ctx context.Context, since time.Time, f Filter, opts ...CallOption) iter.Seq2[*TransactionPage, error] {
	call := newCall(opts)
	values, faults := f.encodeWalk(call)
	faults = append(faults, call.faults...)
	upper := f.LastModifiedDate
	upper.LessThan, upper.LessThanOrEqual = nil, nil
	if f.touches(FieldLastModifiedDate, upper.IsZero()) {
		faults = append(faults, "LastModifiedDate: only LessThan and LessThanOrEqual go with a walk by it")
	}
	overlap := defaultOverlap
	if call.overlap != nil {
		overlap = *call.overlap
	}
	start := moment{from: begin(since, overlap)}
	if start.beyond(&f) {
		faults = append(faults, "since: must be before the end in LastModifiedDate")
	}
	if len(faults) > 0 {
		return paginate.Fail[*TransactionPage](invalid(faults...))
	}
	return paginate.Deliver(c.walkUpdated(ctx, start, f, values, call), call.capture)
}

// WalkUpdated walks transactions in the order of their last modification, as
// WalkUpdatedPages does. A page with rows that do not decode gives its good ones
// and then ends the walk with *DecodeError; WalkUpdatedPages leaves the choice to
// the caller.
//
// Transactions API: GET /api/transactions
func (c *Client) WalkUpdated(ctx context.Context, since time.Time, f Filter, opts ...CallOption) iter.Seq2[*Transaction, error] {
	return flatten(c.WalkUpdatedPages(ctx, since, f, opts...))
}

// begin is the instant that a walk begins at: a whole second, which is before
// every time that it selects however few digits the service prints.
func begin(since time.Time, overlap time.Duration) time.Time {
	epoch := time.Unix(0, 0)
	if since.Before(epoch.Add(overlap)) {
		return epoch.UTC()
	}
	return since.Add(-overlap).UTC().Truncate(time.Second)
}

// moment is the key of a walk by last modification: all that comes from an
// instant on, or, with until, what lies in between and has an id above after.
type moment struct {
	from, until time.Time
	after       int64
}

// beyond reports whether f selects nothing from m on.
func (m moment) beyond(f *Filter) bool {
	r := f.LastModifiedDate
	return r.LessThan != nil && !m.from.Before(*r.LessThan) || r.LessThanOrEqual != nil && m.from.After(*r.LessThanOrEqual)
}

// narrowed returns f with the conditions of the request at m, and its order.
func (m moment) narrowed(f Filter) (Filter, []Sort) {
	modified, id := &f.LastModifiedDate, &f.ID
	start, _ := f.idBounds()
	modified.GreaterThanOrEqual = &m.from
	if m.until.IsZero() {
		return f, []Sort{{Field: FieldLastModifiedDate}, {Field: FieldID}}
	}
	switch {
	case modified.LessThan != nil && modified.LessThan.Before(m.until):
	case modified.LessThanOrEqual != nil && modified.LessThanOrEqual.Before(m.until):
	default:
		modified.LessThan, modified.LessThanOrEqual = &m.until, nil
	}
	if m.after > start {
		id.GreaterThan, id.GreaterThanOrEqual = &m.after, nil
	}
	return f, []Sort{{Field: FieldID}}
}

// walkUpdated walks by last modification.
func (c *Client) walkUpdated(ctx context.Context, start moment, f Filter, values url.Values, call *callOptions) iter.Seq2[delivery, error] {
	f.ID, f.LastModifiedDate = frozen(f.ID), frozen(f.LastModifiedDate)
	return paginate.Walk(ctx, start, call.prefetch, func() paginate.Source[moment, answer[*TransactionPage], delivery] {
		w := updateWalker{rows: newRows(), size: call.size()}
		return paginate.Source[moment, answer[*TransactionPage], delivery]{
			Fetch: func(ctx context.Context, m moment) (answer[*TransactionPage], error) {
				of, order := m.narrowed(f)
				at := of.narrowed(values, FieldLastModifiedDate, FieldID)
				setSort(at, order...)
				return c.list(ctx, at, call)
			},
			Peek: func(m moment, a answer[*TransactionPage]) (moment, bool) {
				last, next := a.Result.last(), m
				if next.from, next.after = last.modified(), 0; !m.until.IsZero() {
					next.from, next.after = m.from, last.id()
				}
				return next, (next.from.After(m.from) || next.after > m.after) && !next.beyond(&f)
			},
			Open: func(m moment, a answer[*TransactionPage]) (paginate.Step[moment, delivery], error) {
				page := a.Result
				next, more, err := w.advance(m, page, a.Response)
				if err == nil {
					of, _ := m.narrowed(f)
					err = of.check(page)
				}
				page.NextModified = w.from
				if now := answered(a.Response); now.Before(w.from) {
					page.NextModified = now
				}
				return paginate.Step[moment, delivery]{
					Page: delivery{Page: page, Answer: a.Response},
					Skip: len(page.Transactions) == 0 && len(page.Bad) == 0,
					Next: next,
					Last: !more || next.beyond(&f),
				}, err
			},
		}
	})
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

// answered is when an answer was given, by the service's clock where it tells.
func answered(a transport.Response) time.Time {
	if at, err := http.ParseTime(a.Header.Get("Date")); err == nil {
		return at.UTC()
	}
	return time.Now().UTC()
}

// modifiedOf is the last modification of a row that is not decoded, or zero.
func modifiedOf(raw []byte) time.Time {
	text, _ := wire.Field(raw, "lastModifiedDate")
	t, _ := wire.Time(text)
	return t
}
