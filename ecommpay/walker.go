package ecommpay

import (
	"cmp"
	"fmt"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// accept records the rows of an answer and removes the rows that were delivered
// before. It returns the page and the place of the next page. It returns
// ErrPaginationStalled if offsets says that reading cannot continue.
func (w walk[T, P]) accept(offsets *paginate.Offsets, at place, a answer[rowPage[T]]) (paginate.Step[place, paginate.Delivery[*P, transport.Response]], error) {
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

// versions returns the rows of an answer for comparison with earlier ones. A bad
// row without an id is identified by its bytes.
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
