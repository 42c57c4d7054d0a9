package transactions

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/transport"
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

// delivery is a page with the answer that it came in.
type delivery = paginate.Delivery[*TransactionPage, transport.Response]

// walkIDs walks by id; the key is the id to go on after.
func (c *Client) walkIDs(ctx context.Context, f Filter, values url.Values, day time.Time, call *callOptions) iter.Seq2[delivery, error] {
	f.ID = frozen(f.ID)
	start, end := f.idBounds()
	at := func(after int64) Filter {
		of := f
		if after != start { // else the bounds are the caller's own
			of.ID.GreaterThan, of.ID.GreaterThanOrEqual = &after, nil
		}
		return of
	}
	return paginate.Walk(ctx, start, call.prefetch, func() paginate.Source[int64, answer[*TransactionPage], delivery] {
		w := newIDWalker(call.size(), start)
		return paginate.Source[int64, answer[*TransactionPage], delivery]{
			Fetch: func(ctx context.Context, after int64) (answer[*TransactionPage], error) {
				of := at(after)
				return c.list(ctx, of.narrowed(values, FieldID), call)
			},
			Peek: func(after int64, a answer[*TransactionPage]) (int64, bool) {
				next := a.Result.last().id()
				return next, next > after && next < end
			},
			Open: func(after int64, a answer[*TransactionPage]) (paginate.Step[int64, delivery], error) {
				page := a.Result
				page.Day = day
				more, err := w.advance(page, a.Response)
				if err == nil {
					of := at(after)
					err = of.check(page)
				}
				page.NextID = w.after
				return paginate.Step[int64, delivery]{
					Page: delivery{Page: page, Answer: a.Response},
					Skip: len(page.Transactions) == 0 && len(page.Bad) == 0,
					Next: w.after,
					Last: !more || w.after >= end,
				}, err
			},
		}
	})
}

// walkPages walks by number. The next page is asked for ahead only where the
// service says that there is one.
func (c *Client) walkPages(ctx context.Context, p ListTransactionsParams, values url.Values, call *callOptions) iter.Seq2[delivery, error] {
	return paginate.Walk(ctx, p.Page, call.prefetch, func() paginate.Source[int, answer[*TransactionPage], delivery] {
		w := newPageWalker(p)
		return paginate.Source[int, answer[*TransactionPage], delivery]{
			Fetch: func(ctx context.Context, number int) (answer[*TransactionPage], error) {
				at := maps.Clone(values)
				setPage(at, number)
				return c.list(ctx, at, call)
			},
			Peek: func(number int, a answer[*TransactionPage]) (int, bool) {
				next, ok := nextPage(a.Response)
				return number + 1, ok && next == number+1
			},
			Open: func(number int, a answer[*TransactionPage]) (paginate.Step[int, delivery], error) {
				page := a.Result
				if err := p.Filter.check(page); err != nil {
					return paginate.Step[int, delivery]{}, err
				}
				more, err := w.advance(page, a.Response)
				return paginate.Step[int, delivery]{
					Page: delivery{Page: page, Answer: a.Response},
					Skip: len(page.Transactions) == 0 && len(page.Bad) == 0,
					Next: number + 1,
					Last: !more,
				}, err
			},
		}
	})
}

// frozen is r with bounds of its own: a caller may keep the last key in the very
// variable that a bound points to.
func frozen[T int64 | time.Time](r Range[T]) Range[T] {
	for _, bound := range []**T{&r.GreaterThan, &r.GreaterThanOrEqual, &r.LessThan, &r.LessThanOrEqual} {
		if *bound != nil {
			*bound = new(**bound)
		}
	}
	return r
}

// idBounds are the id that f begins after and the last one that it selects.
func (f *Filter) idBounds() (start, end int64) {
	const highest = 1<<63 - 1
	end = highest
	if r := f.ID.GreaterThan; r != nil {
		start = max(start, *r)
	}
	if r := f.ID.GreaterThanOrEqual; r != nil && *r > 0 {
		start = max(start, *r-1)
	}
	if r := f.ID.LessThan; r != nil && *r > -highest {
		end = min(end, *r-1)
	}
	if r := f.ID.LessThanOrEqual; r != nil {
		end = min(end, *r)
	}
	return start, end
}
