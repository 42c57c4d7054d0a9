package paginate_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/paginate"
)

// shifting is a list paged by offset that changes between two requests.
type shifting struct {
	random *rand.Rand
	rows   []version
	asked  int
	churn  func(*shifting)
	cut    func(*shifting, int) int // rows of a page that has so many
	next   int
}

type version struct{ id, n int }

func (v version) raw() []byte {
	return strconv.AppendInt(strconv.AppendInt(nil, int64(v.id), 10), int64(-v.n), 10)
}

func newShifting(seed uint64, rows int) *shifting {
	s := &shifting{random: rand.New(rand.NewPCG(seed, 1))}
	for range rows {
		s.arrive()
	}
	return s
}

func (s *shifting) page(offset, limit int) []version {
	if s.asked++; s.churn != nil && s.asked > 1 {
		s.churn(s)
	}
	offset = min(offset, len(s.rows))
	n := min(limit, len(s.rows)-offset)
	if s.cut != nil && n > 0 {
		n = s.cut(s, n)
	}
	return slices.Clone(s.rows[offset : offset+n])
}

func (s *shifting) arrive() {
	s.rows = append(s.rows, version{id: s.next})
	s.next++
}

func (s *shifting) take(i int) version {
	v := s.rows[i]
	s.rows = slices.Delete(s.rows, i, i+1)
	return v
}

func (s *shifting) any() int { return s.random.IntN(len(s.rows)) }

func (s *shifting) leave(n int) {
	for range min(n, len(s.rows)) {
		s.take(s.any())
	}
}

// toEnd moves rows to the end, in a new version or in the same one.
func (s *shifting) toEnd(n int) {
	for range min(n, len(s.rows)) {
		v := s.take(s.any())
		v.n += s.random.IntN(2)
		s.rows = append(s.rows, v)
	}
}

func (s *shifting) toFront(n int) {
	for range min(n, len(s.rows)) {
		v := s.take(s.any())
		v.n += s.random.IntN(2)
		s.rows = slices.Insert(s.rows, 0, v)
	}
}

func (s *shifting) change(n int) {
	for range min(n, len(s.rows)) {
		s.rows[s.any()].n++
	}
}

// walkOffsets returns what is delivered, in order.
func walkOffsets(s *shifting, start, limit, overlap int) (delivered []version, stalled string) {
	o := paginate.NewOffsets(limit, overlap)
	for offset := o.Begin(start); ; {
		page := s.page(offset, limit)
		rows := make([]paginate.Row, len(page))
		for i, v := range page {
			rows[i] = o.Row(strconv.Itoa(v.id), v.raw())
		}
		move := o.Advance(offset, rows)
		for i, fresh := range move.Fresh {
			if fresh {
				delivered = append(delivered, page[i])
			}
		}
		if move.Last || move.Stalled != "" {
			return delivered, move.Stalled
		}
		offset = move.Next
	}
}

// complete checks that whatever is in the list from start to end came, and
// nothing twice in the same version.
func complete(t *testing.T, before, after, delivered []version) {
	t.Helper()
	seen := map[version]bool{}
	ids := map[int]bool{}
	for _, v := range delivered {
		if seen[v] {
			require.Fail(t, "twice", "%v", v)
		}
		seen[v], ids[v.id] = true, true
	}
	still := map[int]bool{}
	for _, v := range after {
		still[v.id] = true
	}
	for _, v := range before {
		if still[v.id] && !ids[v.id] {
			require.Fail(t, "lost", "row %d", v.id)
		}
	}
}

func until(requests int, churn func(*shifting)) func(*shifting) {
	return func(s *shifting) {
		if s.asked <= requests {
			churn(s)
		}
	}
}

func churns() map[string]func(*shifting) {
	return map[string]func(*shifting){
		"still":               nil,
		"leave":               func(s *shifting) { s.leave(s.random.IntN(4)) },
		"leave in masses":     until(30, func(s *shifting) { s.leave(s.random.IntN(1 + len(s.rows)/5)) }),
		"to the end":          until(50, func(s *shifting) { s.toEnd(s.random.IntN(2)) }),
		"many to the end":     until(8, func(s *shifting) { s.toEnd(s.random.IntN(1 + len(s.rows)/3)) }),
		"leave, arrive, move": until(60, func(s *shifting) { s.leave(1); s.arrive(); s.toEnd(1) }),
		"change in place":     func(s *shifting) { s.change(s.random.IntN(5)) },
		"to the front":        until(8, func(s *shifting) { s.toFront(s.random.IntN(3)) }),
		"to the front, leave": until(8, func(s *shifting) { s.toFront(3 * (s.asked % 2)); s.leave(2 - 2*(s.asked%2)) }),
		"once all":            until(3, func(s *shifting) { s.toEnd(len(s.rows)); s.leave(len(s.rows) / 3) }),
	}
}

func cuts() map[string]func(*shifting, int) int {
	return map[string]func(*shifting, int) int{
		"whole":       nil,
		"at most 7":   func(_ *shifting, n int) int { return min(n, 7) },
		"every third": func(s *shifting, n int) int { return n - (n/2)*min(1, s.asked%3) },
		"at random":   func(s *shifting, n int) int { return n - s.random.IntN(n/2+1) },
	}
}

func TestOffsetsLoseNothing(t *testing.T) {
	t.Parallel()
	for churn, change := range churns() {
		for cut, short := range cuts() {
			t.Run(churn+", "+cut, func(t *testing.T) {
				t.Parallel()
				for seed := range uint64(60) {
					s := newShifting(seed, int(seed*7%400))
					s.churn, s.cut = change, short
					before := slices.Clone(s.rows)
					limit := []int{10, 25, 50, 100}[seed%4]
					delivered, stalled := walkOffsets(s, 0, limit, []int{20, 5}[seed%2])
					require.Empty(t, stalled, "seed %d after %d requests", seed, s.asked)
					complete(t, before, s.rows, delivered)
				}
			})
		}
	}
}

// Without this a plain walk would do.
func TestAPlainWalkLosesRows(t *testing.T) {
	t.Parallel()
	lost := 0
	for seed := range uint64(100) {
		s := newShifting(seed, 300)
		s.churn = churns()["leave"]
		before := slices.Clone(s.rows)
		ids := map[int]bool{}
		for offset := 0; ; {
			page := s.page(offset, 50)
			if len(page) == 0 {
				break
			}
			for _, v := range page {
				ids[v.id] = true
			}
			offset += len(page)
		}
		for _, v := range before {
			if !ids[v.id] && slices.ContainsFunc(s.rows, func(w version) bool { return w.id == v.id }) {
				lost++
			}
		}
	}
	assert.Greater(t, lost, 100)
}
