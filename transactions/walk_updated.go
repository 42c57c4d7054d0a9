package transactions

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"time"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/transport"
)

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

// answered returns when an answer was sent: its Date header, or this machine's
// clock.
func answered(a transport.Response) time.Time {
	if at, err := http.ParseTime(a.Header.Get("Date")); err == nil {
		return at.UTC()
	}
	return time.Now().UTC()
}
