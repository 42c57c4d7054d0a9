package ecommpay

import (
	"cmp"
	"context"
	"fmt"
	"iter"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

const oneRow = "Limit: must be above 1 in a walk, whose pages overlap"

// walk is a walk over one of the lists.
type walk[T, P any] struct {
	client  *Client
	call    *callOptions
	faults  []string
	parts   []Interval // walked one after the other; one empty part where there is no interval
	start   int        // offset
	limit   int
	request func(of Interval, offset int) request
	decode  func(body []byte) (rowPage[T], error)
	page    func(rows rowPage[T], of Interval, offset int) *P
	key     string // the member that is the id of a row
	id      func(*T) (string, []byte)
}

// place is what a page is asked with.
type place struct{ part, offset int }

func (w walk[T, P]) pages(ctx context.Context) iter.Seq2[paginate.Delivery[*P, transport.Response], error] {
	if faults := append(w.faults, w.call.faults...); len(faults) > 0 {
		return paginate.Fail[paginate.Delivery[*P, transport.Response]](invalid(faults...))
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
				return w.open(offsets, at, a)
			},
		}
	})
}

// open takes the rows of an answer, and leaves out what was delivered before.
func (w walk[T, P]) open(offsets *paginate.Offsets, at place, a answer[rowPage[T]]) (paginate.Step[place, paginate.Delivery[*P, transport.Response]], error) {
	var step paginate.Step[place, paginate.Delivery[*P, transport.Response]]
	rows := a.Result
	move := offsets.Advance(at.offset, w.versions(offsets, rows))
	if move.Stalled != "" {
		return step, fmt.Errorf("%w: at offset %d: %s", ErrPaginationStalled, at.offset, move.Stalled)
	}
	rows.rows, rows.bad = paginate.Keep(inOrder(rows.rows, rows.bad), move.Fresh)
	step.Page.Page, step.Page.Answer = w.page(rows, w.parts[at.part], at.offset), a.Response
	step.Skip = len(rows.rows) == 0 && len(rows.bad) == 0
	step.Next = place{at.part, move.Next}
	if move.Last {
		step.Next = place{at.part + 1, offsets.Begin(w.start)}
		step.Last = step.Next.part == len(w.parts)
	}
	return step, nil
}

// versions returns the rows of an answer as offsets compares them. A bad row
// without an id stands for itself.
func (w walk[T, P]) versions(offsets *paginate.Offsets, page rowPage[T]) []paginate.Row {
	out := make([]paginate.Row, 0, page.total)
	for good, bad := range inOrder(page.rows, page.bad) {
		if good != nil {
			out = append(out, offsets.Row(w.id(good)))
			continue
		}
		id, _ := wire.Field(bad.Raw, w.key)
		out = append(out, offsets.Row(cmp.Or(id, string(bad.Raw)), bad.Raw))
	}
	return out
}
