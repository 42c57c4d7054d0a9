package transactions

import (
	"context"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/transport"
)

// delivery is a page with the answer that it came in.
type delivery = paginate.Delivery[*TransactionPage, transport.Response]

// flatten yields the transactions of pages and ends at a page with bad rows.
func flatten(pages iter.Seq2[*TransactionPage, error]) iter.Seq2[*Transaction, error] {
	return paginate.Flatten(pages, func(page *TransactionPage) ([]*Transaction, error) {
		return page.Transactions, undecodedRows(listTransactions, page.Bad)
	})
}

// walkPages iterates by page number. It requests the next page ahead only if the
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
				more, err := w.advance(page, a.Response)
				if err == nil {
					err = p.Filter.check(page)
				}
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

// moment is the key of an iteration by last modification: everything from an
// instant on, or, with until, what is before until and has an id above after.
type moment struct {
	from, until time.Time
	after       int64
}

// beyond reports whether f selects nothing from m on.
func (m moment) beyond(f *Filter) bool {
	r := f.LastModifiedDate
	return r.LessThan != nil && !m.from.Before(*r.LessThan) || r.LessThanOrEqual != nil && m.from.After(*r.LessThanOrEqual)
}

// narrowed returns f with the conditions of the request at m, and the order of that
// request.
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

// walkUpdated iterates by last modification.
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

// answered returns when an answer was sent: the time in its Date header, or this
// machine's clock if the header is missing or not a date.
func answered(a transport.Response) time.Time {
	if at, err := http.ParseTime(a.Header.Get("Date")); err == nil {
		return at.UTC()
	}
	return time.Now().UTC()
}
