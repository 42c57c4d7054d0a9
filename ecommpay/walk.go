package ecommpay

import (
	"context"
	"iter"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/transport"
)

// walk describes a walk over the pages of one list. T is a row, P the page that
// the caller gets.
type walk[T, P any] struct {
	client   *Client
	call     *callOptions
	problems []string
	parts    []Interval // walked one after the other; one zero interval if the list has none
	start    int        // offset of the first page
	limit    int
	request  func(of Interval, offset int) request
	decode   func(body []byte) (rowPage[T], error)
	page     func(rows rowPage[T], of Interval, offset int) *P
	key      string // name of the member that identifies a row
	// id and bytes of a row
	id func(*T) (string, []byte)
}

// place selects a page: the index of a part in walk.parts, and an offset in the
// part.
type place struct{ part, offset int }

// delivery is a page of operations with the answer that it came in.
type delivery = paginate.Delivery[*OperationPage, transport.Response]

// operationWalk returns the walk over the given parts of p's interval. Without
// parts the walk is empty. With problems the walk yields ErrInvalidRequest only.
func (c *Client) operationWalk(p ListOperationsParams, parts []Interval, call *callOptions, problems []string) walk[Operation, OperationPage] {
	return walk[Operation, OperationPage]{
		client: c, call: call, problems: problems, parts: parts, start: p.Offset, limit: p.limit(),
		request: func(of Interval, offset int) request {
			part := p
			part.From, part.To = of.From, of.To
			return part.request(offset)
		},
		decode: decodeRows[Operation],
		page:   operationPage,
		key:    "operation_id",
		id:     func(o *Operation) (string, []byte) { return o.OperationID, o.Raw },
	}
}

// whole iterates over the pages of a list without an interval, from offset on.
// page returns the request for the page at an offset. Bad arguments are yielded
// as ErrInvalidRequest.
func (w walk[T, P]) whole(ctx context.Context, limit, offset int, page func(offset int) request) iter.Seq2[*P, error] {
	w.problems = walkable(w.problems, limit)
	w.parts, w.start, w.limit = make([]Interval, 1), offset, pageSize(limit)
	w.request = func(_ Interval, offset int) request { return page(offset) }
	return paginate.Deliver(w.pages(ctx), w.call.capture)
}

// pages iterates over the pages with their answers. It yields ErrInvalidRequest
// as its only value if an argument is wrong.
func (w walk[T, P]) pages(ctx context.Context) iter.Seq2[paginate.Delivery[*P, transport.Response], error] {
	if problems := append(w.problems, w.call.problems...); len(problems) > 0 {
		return paginate.Fail[paginate.Delivery[*P, transport.Response]](invalid(problems...))
	}
	if len(w.parts) == 0 {
		return func(func(paginate.Delivery[*P, transport.Response], error) bool) {}
	}
	overlap := w.call.overlap
	if overlap == 0 {
		overlap = defaultOverlap
	}
	return paginate.Walk(ctx, place{0, w.start}, w.call.prefetch, func() paginate.Source[place, answer[rowPage[T]], paginate.Delivery[*P, transport.Response]] {
		offsets := paginate.NewOffsets(w.limit, overlap)
		offsets.Begin(w.start)
		return paginate.Source[place, answer[rowPage[T]], paginate.Delivery[*P, transport.Response]]{
			Fetch: func(ctx context.Context, at place) (answer[rowPage[T]], error) {
				return ask(ctx, w.client, w.request(w.parts[at.part], at.offset), w.call, w.decode)
			},
			Peek: func(at place, a answer[rowPage[T]]) (place, bool) {
				next, ok := offsets.Ahead(at.offset, a.Result.total)
				return place{at.part, next}, ok
			},
			Open: func(at place, a answer[rowPage[T]]) (paginate.Step[place, paginate.Delivery[*P, transport.Response]], error) {
				return w.accept(offsets, at, a)
			},
		}
	})
}
