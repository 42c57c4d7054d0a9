package finik

import (
	"cmp"
	"fmt"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/wire"
)

const maxRepeats = 64

// walker follows the list, and stops if the list keeps changing.
type walker struct {
	*paginate.Offsets

	size    int
	reached int // the highest NextFrom
	repeats int // answers in a row that went no further
}

// step records the rows of an answer, removes those delivered before, and returns
// the page with the place of the next one. It returns ErrPaginationStalled if the
// pages lead no further.
func (w *walker) step(from int, a answer[result[rows]]) (paginate.Step[int, delivery], error) {
	var step paginate.Step[int, delivery]
	got := a.Result.data
	page := got.at(from)
	move := w.Advance(from, got.versions(w.Offsets))
	if w.repeats++; page.NextFrom > w.reached {
		w.reached, w.repeats = page.NextFrom, 0
	}
	if w.repeats > maxRepeats+8*w.reached/w.size && !move.Last { // several times the whole list
		move.Stalled = "the list keeps changing"
	}
	if move.Stalled != "" {
		return step, fmt.Errorf("%w: from %d: %s", ErrPaginationStalled, from, move.Stalled)
	}
	page.Services, page.Bad = paginate.Keep(inOrder(got.services, got.bad), move.Fresh)
	step.Page = delivery{Page: page, Answer: a.Response}
	step.Skip = len(page.Services) == 0 && len(page.Bad) == 0
	step.Next, step.Last = move.Next, move.Last
	return step, nil
}

func (r *rows) versions(offsets *paginate.Offsets) []paginate.Row {
	var out []paginate.Row
	for good, bad := range inOrder(r.services, r.bad) {
		if good != nil {
			out = append(out, offsets.Row(good.ID, good.Raw))
			continue
		}
		id, _ := wire.Field(bad.Raw, "id")
		out = append(out, offsets.Row(cmp.Or(id, string(bad.Raw)), bad.Raw))
	}
	return out
}
