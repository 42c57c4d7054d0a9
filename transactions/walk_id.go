package transactions

import (
	"context"
	"iter"
	"net/url"
	"time"

	"github.com/payclients/payclients-go/internal/paginate"
)

// walkIDs iterates by id; the key is the id after which to go on.
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

// frozen returns r with bounds of its own: a caller may keep the last key in the
// very variable that a bound points to.
func frozen[T int64 | time.Time](r Range[T]) Range[T] {
	for _, bound := range []**T{&r.GreaterThan, &r.GreaterThanOrEqual, &r.LessThan, &r.LessThanOrEqual} {
		if *bound != nil {
			*bound = new(**bound)
		}
	}
	return r
}

// idBounds returns the id after which f begins and the last id that it selects.
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
