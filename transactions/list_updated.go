package transactions

import (
	"context"
	"iter"
	"time"

	"github.com/payclients/payclients-go/internal/paginate"
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
