package finik

import (
	"context"
	"fmt"
	"iter"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

const maxVain = 64

// delivery is a page with the answer that it came in.
type delivery struct {
	page   *ServicePage
	answer transport.Response
}

func (c *Client) walk(ctx context.Context, p ListServicesParams, call *callOptions) iter.Seq2[*ServicePage, error] {
	pages := paginate.Walk(ctx, p.From, 0, func() paginate.Source[int, transport.Answer, delivery] {
		w := walker{Offsets: paginate.NewOffsets(p.Size, overlap), size: p.Size}
		w.Begin(p.From)
		return paginate.Source[int, transport.Answer, delivery]{
			Fetch: func(ctx context.Context, from int) (transport.Answer, error) {
				return c.send(ctx, p.request(from), call)
			},
			Open: func(from int, a transport.Answer) (paginate.Step[int, delivery], error) {
				return w.open(p.request(from), from, a)
			},
		}
	})
	return func(yield func(*ServicePage, error) bool) {
		for d, err := range pages {
			if err != nil {
				yield(nil, err)
				return
			}
			call.capture(d.answer)
			if !yield(d.page, nil) {
				return
			}
		}
	}
}

// walker follows the list, and gives up on one that never lets it go on.
type walker struct {
	*paginate.Offsets

	size    int
	reached int // the highest NextFrom
	vain    int // answers in a row that went no further
}

// open decodes an answer, and leaves out what was delivered before.
func (w *walker) open(q request, from int, a transport.Answer) (paginate.Step[int, delivery], error) {
	var step paginate.Step[int, delivery]
	got, err := read(q, a, decodeServices)
	if err != nil {
		return step, err
	}
	page := got.at(from)
	move := w.Advance(from, got.versions(w.Offsets))
	if w.vain++; page.NextFrom > w.reached {
		w.reached, w.vain = page.NextFrom, 0
	}
	if w.vain > maxVain+8*w.reached/w.size && !move.Last { // several times the whole list
		move.Stalled = "the list never stays as it is"
	}
	if move.Stalled != "" {
		return step, fmt.Errorf("%w: from %d: %s", ErrPaginationStalled, from, move.Stalled)
	}
	got.keep(move.Fresh)
	page.Services, page.Bad = got.services, got.bad
	step.Page = delivery{page, a.Response}
	step.Skip = len(page.Services) == 0 && len(page.Bad) == 0
	step.Next, step.Last = move.Next, move.Last
	return step, nil
}

// each calls fn for the rows in their order: with a service, or with a row that
// did not decode.
func (r *rows) each(fn func(i int, s *Service, b *BadRow)) {
	services, bad := r.services, r.bad
	for i := range len(r.services) + len(r.bad) {
		if len(bad) > 0 && bad[0].Index == i {
			fn(i, nil, &bad[0])
			bad = bad[1:]
			continue
		}
		fn(i, services[0], nil)
		services = services[1:]
	}
}

func (r *rows) versions(offsets *paginate.Offsets) []paginate.Row {
	var out []paginate.Row
	r.each(func(_ int, s *Service, b *BadRow) {
		if s != nil {
			out = append(out, offsets.Row(s.ID, s.Raw))
			return
		}
		id, ok := wire.Field(b.Raw, "id")
		if !ok || id == "" {
			id = string(b.Raw)
		}
		out = append(out, offsets.Row(id, b.Raw))
	})
	return out
}

// keep takes out the rows that are not fresh.
func (r *rows) keep(fresh []bool) {
	var services []*Service
	var bad []BadRow
	r.each(func(i int, s *Service, b *BadRow) {
		switch {
		case fresh == nil || !fresh[i]:
		case s != nil:
			services = append(services, s)
		default:
			bad = append(bad, *b)
		}
	})
	r.services, r.bad = services, bad
}
