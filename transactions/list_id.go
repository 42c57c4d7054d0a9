package transactions

import (
	"cmp"
	"context"
	"iter"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/problems"
)

// WalkTransactionPages walks the transactions that f selects in the order of
// their ids, page by page. Each request asks for what comes after the highest id
// so far, so that rows which are added, changed or removed meanwhile make the
// walk neither lose nor double another one: every transaction that f selects from
// the beginning to the end of the walk is delivered, each one once. One that is
// changed after it was delivered does not come again, and one that becomes
// visible behind the cursor, as a late commit does, comes in a later walk only:
// [Client.WalkUpdated] follows both.
//
// The walk is lazy and starts over with each range. It ends at an empty list, or
// at a short page where the service counts no more; never at a short page alone,
// nor at an answer that has lost its list or its count on the way. At most one
// error comes, last, with a nil page: those of ListTransactions, and
// ErrPaginationStalled where ids do not grow, as from a service that ignores the
// cursor or the order, or where a page is empty although the service counts rows
// that remain. Each request is repeated as ListTransactions is. Rows that do not
// decode are in TransactionPage.Bad, and the walk goes on; the order goes for
// them too, as far as their ids can be read.
//
// To go on where a walk has ended, set f.ID.GreaterThan to
// TransactionPage.NextID. f.ID must have neither Equals nor In, with which the
// service does not look at ranges.
//
// Transactions API: GET /api/transactions
func (c *Client) WalkTransactionPages(ctx context.Context, f Filter, opts ...CallOption) iter.Seq2[*TransactionPage, error] {
	call := newCall(opts)
	values, faults := f.encodeWalk(call)
	if faults = append(faults, call.refuse("Overlap")...); len(faults) > 0 {
		return paginate.Fail[*TransactionPage](invalid(faults...))
	}
	return paginate.Deliver(c.walkIDs(ctx, f, values, time.Time{}, call), call.capture)
}

// WalkTransactions walks transactions in the order of their ids, as
// WalkTransactionPages does. A page with rows that do not decode gives its good
// ones and then ends the walk with *DecodeError; WalkTransactionPages leaves the
// choice to the caller.
//
// Transactions API: GET /api/transactions
func (c *Client) WalkTransactions(ctx context.Context, f Filter, opts ...CallOption) iter.Seq2[*Transaction, error] {
	return flatten(c.WalkTransactionPages(ctx, f, opts...))
}

// maxDays bounds a walk by day, against a year that was mistyped.
const maxDays = 36_600

// TransactionPagesByDay walks the transactions whose Date lies from from up to
// and not including to, by several workers with one day each: for a backfill,
// whose pace latency sets. Days are those of from's time zone and begin at its
// time of day; if that is midnight, a day without one begins with its first
// instant. Pages come in order of ids within a day and days in any order;
// TransactionPage.Day tells what a page belongs to. At most one page a worker is
// held, and Prefetch more where it is asked for; the rest of the contract is that
// of WalkTransactionPages. The first error ends every walk.
//
// Two things a walk over all at once does not have. A row whose Date changes
// meanwhile may move from a day that was not read yet to one that was, and be
// missed, or the other way, and come twice. And after an error the days that came
// are no beginning of the whole, nor is a day complete because it had pages:
// which days are is known only after a walk without an error, so a caller who
// wants to go on in the middle walks the days one by one.
//
// workers is 1 to 64. f must have no condition on Date. Transactions without a
// date are on no day.
//
// Transactions API: GET /api/transactions
func (c *Client) TransactionPagesByDay(ctx context.Context, from, to time.Time, workers int, f Filter, opts ...CallOption) iter.Seq2[*TransactionPage, error] {
	call := newCall(opts)
	values, found := f.encodeWalk(call)
	faults := problems.List(append(found, call.refuse("Overlap")...))
	faults.If(!from.Before(to), "from: must be before to")
	faults.If(workers < 1 || workers > 64, "workers: must be 1 to 64")
	faults.If(f.touches(FieldDate, f.Date.IsZero()), "Date: a walk by day sets it itself")
	faults.If(!to.Before(from.AddDate(0, 0, maxDays)), "to: must be less than 36600 days after from")
	if len(faults) > 0 {
		return paginate.Fail[*TransactionPage](invalid(faults...))
	}
	bounds := dayBounds(from, to)
	return paginate.Deliver(paginate.Parallel(ctx, workers, len(bounds)-1, func(ctx context.Context, i int) iter.Seq2[delivery, error] {
		of := f
		of.Date = Between(bounds[i], bounds[i+1])
		return c.walkIDs(ctx, of, of.narrowed(values, FieldDate), bounds[i], call)
	}), call.capture)
}

// dayBounds are from, the beginnings of the days behind it, and to. Days that
// begin at midnight begin with their first instant where there is no midnight.
func dayBounds(from, to time.Time) []time.Time {
	begin := func(days int) time.Time { return from.AddDate(0, 0, days) }
	if from.Equal(startOfDay(from, 0)) {
		begin = func(days int) time.Time { return startOfDay(from, days) }
	}
	bounds := []time.Time{from}
	for days := 1; begin(days).Before(to); days++ {
		if next := begin(days); next.After(bounds[len(bounds)-1]) { // a zone may skip a day
			bounds = append(bounds, next)
		}
	}
	return append(bounds, to)
}

// encodeWalk returns the parameters of a walk by key and what is wrong with f.
func (f *Filter) encodeWalk(call *callOptions) (url.Values, []string) {
	values, found := f.encode()
	faults := problems.List(found)
	faults.If(f.ID.Equals != nil || f.ID.In != nil, "ID: a walk by key does not go with Equals and In")
	faults.If(f.touches(FieldID, true), "Unchecked: a walk by key sets conditions on id itself")
	values.Set("size", strconv.Itoa(call.size()))
	setPage(values, 0)
	setSort(values, Sort{Field: FieldID})
	return values, faults
}

// touches reports whether f has a condition on a field, here or in Unchecked.
func (f *Filter) touches(field Field, zero bool) bool {
	for name := range f.Unchecked {
		zero = zero && !strings.HasPrefix(name, string(field)+".")
	}
	return !zero
}

// size is how many rows a walk by key asks for.
func (o *callOptions) size() int { return cmp.Or(o.pageSize, maxSize) }
