package ecommpay

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

const oneRow = "Limit: must be above 1 in a walk, whose pages overlap"

// walk is a walk over one of the lists.
type walk[T any] struct {
	client  *Client
	call    *callOptions
	faults  []string
	parts   []Interval // walked one after the other; one empty part where there is no interval
	start   int        // offset
	limit   int
	request func(of Interval, offset int) request
	decode  func(body []byte) (rowPage[T], error)
	key     string // the member that is the id of a row
	id      func(*T) (string, json.RawMessage)
}

// place is what a page is asked with.
type place struct{ part, offset int }

// delivery is a page with the answer that it came in.
type delivery[T any] struct {
	rowPage[T]

	part   Interval
	offset int
	answer transport.Response
}

func (w walk[T]) pages(ctx context.Context) iter.Seq2[delivery[T], error] {
	if faults := append(w.faults, w.call.faults...); len(faults) > 0 {
		return paginate.Fail[delivery[T]](invalid(faults...))
	}
	if len(w.parts) == 0 {
		return func(func(delivery[T], error) bool) {}
	}
	overlap := w.call.overlap
	if overlap == 0 {
		overlap = defaultOverlap
	}
	return paginate.Walk(ctx, place{0, w.start}, w.call.prefetch, func() paginate.Source[place, verified, delivery[T]] {
		offsets := paginate.NewOffsets(w.limit, overlap)
		offsets.Begin(w.start)
		return paginate.Source[place, verified, delivery[T]]{
			Fetch: func(ctx context.Context, at place) (verified, error) {
				return w.client.send(ctx, w.request(w.parts[at.part], at.offset), w.call)
			},
			Peek: func(at place, a verified) (place, bool) {
				// As a guess the count of names will do.
				next, ok := offsets.Ahead(at.offset, bytes.Count(a.Body, []byte(`"`+w.key+`"`)))
				return place{at.part, next}, ok && a.bad == nil && a.StatusCode/100 == 2
			},
			Open: func(at place, a verified) (paginate.Step[place, delivery[T]], error) {
				return w.open(offsets, at, a)
			},
		}
	})
}

// open decodes an answer, and leaves out what was delivered before.
func (w walk[T]) open(offsets *paginate.Offsets, at place, a verified) (paginate.Step[place, delivery[T]], error) {
	var step paginate.Step[place, delivery[T]]
	page, err := open(w.request(w.parts[at.part], at.offset), a, w.decode)
	if err != nil {
		return step, err
	}
	move := offsets.Advance(at.offset, w.versions(offsets, page))
	if move.Stalled != "" {
		return step, fmt.Errorf("%w: at offset %d: %s", ErrPaginationStalled, at.offset, move.Stalled)
	}
	page.keep(move.Fresh)
	step.Page = delivery[T]{page, w.parts[at.part], at.offset, a.Response}
	step.Skip = len(page.rows) == 0 && len(page.bad) == 0
	step.Next = place{at.part, move.Next}
	if move.Last {
		step.Next = place{at.part + 1, offsets.Begin(w.start)}
		step.Last = step.Next.part == len(w.parts)
	}
	return step, nil
}

// versions are the rows of an answer in its order, those that do not decode
// included.
func (w walk[T]) versions(offsets *paginate.Offsets, page rowPage[T]) []paginate.Row {
	out := make([]paginate.Row, page.total)
	bad := page.bad
	good := page.rows
	for i := range out {
		if len(bad) > 0 && bad[0].Index == i {
			id, ok := wire.Field(bad[0].Raw, w.key)
			if !ok || id == "" {
				id = string(bad[0].Raw)
			}
			out[i], bad = offsets.Row(id, bad[0].Raw), bad[1:]
			continue
		}
		id, raw := w.id(good[0])
		out[i], good = offsets.Row(id, raw), good[1:]
	}
	return out
}

// keep takes out the rows that are not fresh.
func (p *rowPage[T]) keep(fresh []bool) {
	if fresh == nil {
		fresh = make([]bool, p.total)
	}
	var rows []*T
	var bad []BadRow
	good := p.rows
	for i, wanted := range fresh {
		if len(p.bad) > 0 && p.bad[0].Index == i {
			if wanted {
				bad = append(bad, p.bad[0])
			}
			p.bad = p.bad[1:]
			continue
		}
		if wanted {
			rows = append(rows, good[0])
		}
		good = good[1:]
	}
	p.rows, p.bad = rows, bad
}

// deliver yields pages on the caller's goroutine, each after its answer.
func deliver[T, P any](walk iter.Seq2[delivery[T], error], call *callOptions, page func(delivery[T]) P) iter.Seq2[P, error] {
	return func(yield func(P, error) bool) {
		var none P
		for d, err := range walk {
			if err != nil {
				yield(none, err)
				return
			}
			call.capture(d.answer)
			if !yield(page(d), nil) {
				return
			}
		}
	}
}

// flatten yields the rows of pages. A page with bad rows is the last one.
func flatten[P, T any](operation string, pages iter.Seq2[P, error], rows func(P) ([]T, []BadRow)) iter.Seq2[T, error] {
	return paginate.Flatten(pages, func(page P) ([]T, error) {
		good, bad := rows(page)
		if len(bad) == 0 {
			return good, nil
		}
		return good, &DecodeError{
			Operation: operation, StatusCode: http.StatusOK, Body: bad[0].Raw,
			Err: fmt.Errorf("row %d of %d that do not decode: %w", bad[0].Index, len(bad), bad[0].Err),
		}
	})
}
