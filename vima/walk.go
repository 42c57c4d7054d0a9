package vima

import (
	"context"
	"iter"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/transport"
)

// OperationPages walks the pages of a list in ascending order by the create
// cursor, or by the update cursor where AfterUpdateID is set; AfterUpdateID "0"
// begins at the first change. Operations that the collector gives twice are
// delivered once, whether it reads a cursor as inclusive or as exclusive.
//
// The walk is lazy and starts over with each range. It ends at the first page
// that is empty or brings nothing but the operation at the cursor; never at a
// short page. At most one error comes, last, with a nil page: those of
// ListOperations, and ErrPaginationStalled where a page repeats the one before
// or leads no further. Each request is repeated as ListOperations is.
//
// Rows that do not decode are in OperationPage.Bad, and the walk goes on.
// Descending is refused.
//
// Vima API: GET /operation
func (c *Client) OperationPages(ctx context.Context, p ListOperationsParams, opts ...CallOption) iter.Seq2[*OperationPage, error] {
	call := newCall(opts)
	if faults := append(p.walkFaults(), call.faults...); len(faults) > 0 {
		return paginate.Fail[*OperationPage](invalid(faults...))
	}
	return paginate.Deliver(c.walk(ctx, p, call), call.capture)
}

// AllOperations walks the operations of a list, as OperationPages does. A page
// with rows that do not decode gives its good ones and then ends the walk with
// *DecodeError; OperationPages leaves the choice to the caller.
//
// Vima API: GET /operation
func (c *Client) AllOperations(ctx context.Context, p ListOperationsParams, opts ...CallOption) iter.Seq2[*Operation, error] {
	return paginate.Flatten(c.OperationPages(ctx, p, opts...), func(page *OperationPage) ([]*Operation, error) {
		return page.Operations, undecodedRows(listOperations, page.Bad)
	})
}

// OperationPagesByDay walks the operations of the UTC days from from to to, both
// included, by several workers with one day each: for a backfill, whose pace
// latency sets. Pages come in order within a day and days in any order. At most
// one page a worker is held, and Prefetch more where it is asked for; the rest
// of the contract is that of OperationPages. The first error ends every walk.
//
// workers is 1 to 64. p must not have dates or cursors of its own.
//
// Vima API: GET /operation
func (c *Client) OperationPagesByDay(ctx context.Context, from, to Date, workers int, p ListOperationsParams, opts ...CallOption) iter.Seq2[*OperationPage, error] {
	call := newCall(opts)
	faults := problems.List(append(p.walkFaults(), call.faults...))
	faults.If(!from.valid(), "from: must be a day of the calendar")
	faults.If(!to.valid(), "to: must be a day of the calendar")
	faults.If(from.Compare(to) > 0, "from: must not be after to")
	faults.If(workers < 1 || workers > 64, "workers: must be 1 to 64")
	faults.If(!p.Date.IsZero() || !p.From.IsZero() || !p.To.IsZero(), "Date, From, To: a walk by day sets the days itself")
	faults.If(p.AfterCreateID != "" || p.AfterUpdateID != "", "AfterCreateID, AfterUpdateID: do not go with a walk by day")
	if len(faults) > 0 {
		return paginate.Fail[*OperationPage](invalid(faults...))
	}
	days := int(to.Time().Sub(from.Time()).Hours())/24 + 1
	return paginate.Deliver(paginate.Parallel(ctx, workers, days, func(ctx context.Context, i int) iter.Seq2[delivery, error] {
		day := p
		day.Date = from.AddDays(i)
		return c.walk(ctx, day, call)
	}), call.capture)
}

func (p ListOperationsParams) walkFaults() []string {
	faults := p.faults()
	if p.Descending {
		faults = append(faults, "Descending: a walk goes by the cursor, which ascends")
	}
	return faults
}

// delivery is a page with the answer that it came in.
type delivery = paginate.Delivery[*OperationPage, transport.Response]

func (c *Client) walk(ctx context.Context, p ListOperationsParams, call *callOptions) iter.Seq2[delivery, error] {
	by := createID
	if p.AfterUpdateID != "" {
		by = updateID
	}
	at := func(key string) ListOperationsParams {
		p := p
		*by.after(&p) = key
		return p
	}
	start := *by.after(&p)
	return paginate.Walk(ctx, start, call.prefetch, func() paginate.Source[string, answer[*OperationPage], delivery] {
		w := walker{stream: by, asked: p.count(), after: start}
		return paginate.Source[string, answer[*OperationPage], delivery]{
			Fetch: func(ctx context.Context, key string) (answer[*OperationPage], error) {
				return c.list(ctx, at(key), call)
			},
			Peek: func(key string, a answer[*OperationPage]) (string, bool) {
				next := a.Result.last(by)
				return next, CompareCursors(next, key) > 0
			},
			Open: func(_ string, a answer[*OperationPage]) (paginate.Step[string, delivery], error) {
				more, err := w.advance(a.Result)
				return paginate.Step[string, delivery]{
					Page: delivery{Page: a.Result, Answer: a.Response},
					Skip: len(a.Result.Operations) == 0 && len(a.Result.Bad) == 0,
					Next: w.after,
					Last: !more,
				}, err
			},
		}
	})
}
