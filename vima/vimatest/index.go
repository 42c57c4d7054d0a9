package vimatest

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// blockSize is the number of places that share one range of days: a query for a day
// skips the blocks without it.
const blockSize = 256

// index is one order of the operations. A place whose key its entry no longer has
// is dead, and is dropped when the places are sorted next.
type index struct {
	key    func(*version) uint64
	places []place
	days   []dayRange // one for each block of places
	dirty  bool       // places are out of order
	moved  bool       // an entry has moved to another day since its place was made
}

type place struct {
	key   uint64
	entry *entry
}

type dayRange struct{ first, last int }

// add adds a place. The usual case, a key above all others, needs no sorting.
func (x *index) add(key uint64, e *entry) {
	if n := len(x.places); n > 0 && key <= x.places[n-1].key {
		x.dirty = true
	}
	x.places = append(x.places, place{key, e})
	if !x.dirty {
		x.widen(len(x.places) - 1)
	}
}

// walk calls visit with the places that may match q, in the order of q, until visit
// returns false.
func (x *index) walk(q query, visit func(key uint64, e *entry) bool) {
	x.settle()
	from := 0
	if q.hasCursor {
		from = sort.Search(len(x.places), func(i int) bool {
			return x.places[i].key > q.cursor || q.inclusive && x.places[i].key == q.cursor
		})
	}
	if q.descending {
		for i := len(x.places) - 1; i >= from; i-- {
			if block := i / blockSize; x.skip(block, q) {
				i = block * blockSize // the loop goes on to the block before
				continue
			}
			if !visit(x.places[i].key, x.places[i].entry) {
				return
			}
		}
		return
	}
	for i := from; i < len(x.places); i++ {
		if block := i / blockSize; x.skip(block, q) {
			i = (block+1)*blockSize - 1
			continue
		}
		if !visit(x.places[i].key, x.places[i].entry) {
			return
		}
	}
}

// skip reports whether a block has no operation of the days of q.
func (x *index) skip(block int, q query) bool {
	return q.hasDays && (x.days[block].last < q.firstDay || x.days[block].first > q.lastDay)
}

// settle sorts the places and computes the days of each block again, if needed.
func (x *index) settle() {
	if !x.dirty && !x.moved {
		return
	}
	if x.dirty {
		slices.SortFunc(x.places, func(a, b place) int {
			return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.entry.id, b.entry.id))
		})
		x.places = slices.Compact(x.places) // an operation that came back to an id it once had
		x.places = slices.DeleteFunc(x.places, func(p place) bool {
			return !p.entry.has(x.key, p.key)
		})
	}
	x.dirty, x.moved, x.days = false, false, x.days[:0]
	for i := range x.places {
		x.widen(i)
	}
}

// widen makes the block of place i cover the days of its operation.
func (x *index) widen(i int) {
	block := i / blockSize
	if block == len(x.days) {
		x.days = append(x.days, dayRange{math.MaxInt, math.MinInt})
	}
	days, e := &x.days[block], x.places[i].entry
	for _, v := range []*version{e.cur, e.prev} {
		if v != nil {
			days.first, days.last = min(days.first, v.day), max(days.last, v.day)
		}
	}
}

// has reports whether a version of the entry has the key k.
func (e *entry) has(key func(*version) uint64, k uint64) bool {
	return key(e.cur) == k || e.prev != nil && key(e.prev) == k
}
