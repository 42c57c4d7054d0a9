package vima

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/testform"
)

// The walker says and does what the one with maps does, on random pages of streams
// that ascend, stand still, go back and repeat.
func TestWalkerAgainstMaps(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	pages, ascending := 0, 0
	enough := testform.Scale(30_000, 100_000)
	for pages < enough {
		start := []string{"", "0", "3", "007"}[r.IntN(4)]
		asked := 1 + r.IntN(5)
		ours := walker{stream: createID, asked: asked, after: start}
		theirs := oldWalker{stream: createID, asked: asked, after: start}
		steady := r.IntN(2) == 0
		for at := 0; ; {
			page := new(OperationPage)
			for i := range r.IntN(6) {
				if at += r.IntN(3); steady {
					at += 1 - min(i, 1)*r.IntN(2)
				} else if r.IntN(8) == 0 {
					at = max(0, at-r.IntN(4))
				}
				id := strconv.Itoa(at)
				switch r.IntN(20) {
				case 0:
					id = "0" + id
				case 1:
					id = "x"
				}
				if !steady && r.IntN(12) == 0 {
					page.Bad = append(page.Bad, BadRow{Index: i, Raw: []byte(`{"operation_create_id":"` + id + `","n":` + strconv.Itoa(r.IntN(2)) + `}`)})
					continue
				}
				page.Operations = append(page.Operations, &Operation{OperationID: strconv.Itoa(r.IntN(3)), OperationCreateID: id})
			}
			copied := &OperationPage{Operations: slices.Clone(page.Operations), Bad: slices.Clone(page.Bad)}
			probe := ours
			probe.room = nil
			if rows, _, _ := probe.ascending(&OperationPage{Operations: slices.Clone(page.Operations), Bad: page.Bad}); len(rows) > 1 {
				ascending++
			}
			more, err := ours.advance(page)
			wantMore, want := theirs.advance(copied)
			require.Equal(t, fmt.Sprint(want), fmt.Sprint(err))
			require.Equal(t, wantMore, more)
			require.Len(t, page.Operations, len(copied.Operations))
			for i := range page.Operations {
				require.Same(t, copied.Operations[i], page.Operations[i])
			}
			require.Equal(t, copied.Bad, page.Bad)
			require.Equal(t, theirs.after, ours.after)
			if pages++; err != nil || !more {
				break
			}
			require.Len(t, ours.seen, len(theirs.seen))
		}
	}
	require.Greater(t, ascending, enough/10)
}

// oldWalker remembers rows in maps.
type oldWalker struct {
	stream
	asked  int    // rows of a full page
	after  string // the highest cursor so far
	opened bool   // a page has been seen
	first  row    // of the page before
	seen   map[row]bool
}

// advance takes out of page what was delivered before, moves the cursor and
// reports whether there may be more.
func (w *oldWalker) advance(page *OperationPage) (more bool, err error) {
	total := len(page.Operations) + len(page.Bad)
	if total == 0 {
		return false, nil
	}
	first := w.firstOf(page)
	if w.opened && first == w.first && CompareCursors(first.cursor, w.after) < 0 {
		return false, w.stalled("begins as the page before")
	}
	next := page.highest(w.stream, w.after)
	if next == "" {
		return false, w.stalled("has no row with a cursor")
	}
	seen := make(map[row]bool, total)
	atCursor, freshAtCursor := 0, 0
	known := func(r row) bool {
		at := CompareCursors(r.cursor, w.after) == 0
		// On the first page the operation at the cursor is the caller's last one.
		known := w.seen[r] || seen[r] || at && !w.opened && w.after != ""
		seen[r] = true
		if at {
			atCursor++
		}
		if at && !known {
			freshAtCursor++
		}
		return known
	}
	page.Operations = slices.DeleteFunc(page.Operations, func(o *Operation) bool { return known(w.rowOf(o)) })
	page.Bad = slices.DeleteFunc(page.Bad, func(b BadRow) bool { return known(w.badRow(b)) })

	if next == w.after && freshAtCursor == 0 {
		// An inclusive cursor returns its own operation once more at the end; a
		// full page of it, or anything older, hides what comes after.
		if atCursor == total && total < w.asked {
			return false, nil
		}
		return false, w.stalled("leads no further")
	}
	for r := range w.seen {
		if CompareCursors(r.cursor, next) == 0 {
			seen[r] = true
		}
	}
	w.opened, w.first, w.seen, w.after = true, first, seen, next
	return true, nil
}

func (w *oldWalker) stalled(why string) error {
	return fmt.Errorf("%w: the page after %s %q %s", ErrPaginationStalled, w.field, w.after, why)
}

func (w *oldWalker) firstOf(page *OperationPage) row {
	if len(page.Bad) > 0 && page.Bad[0].Index == 0 {
		return w.badRow(page.Bad[0])
	}
	return w.rowOf(page.Operations[0])
}

func (w *oldWalker) rowOf(o *Operation) row {
	id := w.id(o)
	if !decimalID(id) {
		id = ""
	}
	return row{o.OperationID, id}
}

func (w *oldWalker) badRow(b BadRow) row { return row{string(b.Raw), w.badID(b)} }
