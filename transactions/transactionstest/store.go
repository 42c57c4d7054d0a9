package transactionstest

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strconv"
	"sync"
)

// store holds the rows in the two orders of the walks. Its lock is never held while
// an answer is written.
type store struct {
	mu       sync.Mutex
	columns  map[string]*column
	byID     ordered
	modified ordered

	config config
	writes int64
	random *arrivals
}

// ordered are rows in one order.
type ordered struct {
	rows    []*row
	compare func(a, b *row) int
	dirty   bool
}

// newStore returns an empty store.
func newStore(c config) *store {
	columns := allColumns()
	for name := range textColumns {
		columns[name].loose = c.loose
	}
	return &store{
		columns: columns, config: c,
		byID: ordered{compare: func(a, b *row) int { return cmp.Compare(a.id, b.id) }},
		modified: ordered{compare: func(a, b *row) int {
			if a.modified.IsZero() != b.modified.IsZero() { // NULL is above all values
				return -a.modified.Compare(b.modified)
			}
			return cmp.Or(a.modified.Compare(b.modified), cmp.Compare(a.id, b.id))
		}},
	}
}

// result is a page and the number of all rows.
type result struct {
	rows  [][]byte
	total int
}

// find returns the place of the row with this id, or of the first above it, and
// whether the row exists.
func (s *store) find(id int64) (int, bool) {
	s.byID.settle()
	i := sort.Search(len(s.byID.rows), func(i int) bool { return s.byID.rows[i].id >= id })
	return i, i < len(s.byID.rows) && s.byID.rows[i].id == id
}

// put adds a row, or a new version of it.
func (s *store) put(r *row) {
	s.writes++
	r.written = s.writes
	if i, ok := s.find(r.id); ok {
		old := s.byID.rows[i]
		r.shownFrom = old.shownFrom
		s.byID.rows[i] = r
		s.modified.remove(old)
	} else {
		if s.config.lateEvery > 0 && s.writes%int64(s.config.lateEvery) == 0 {
			r.shownFrom = r.modified.Add(s.config.late)
		}
		s.byID.add(r)
	}
	s.modified.add(r)
}

// list returns the rows that answer a query. They must not be changed.
func (s *store) list(q query) result {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrive()
	s.update()
	var out result
	low, high := q.offset(), q.offset()+q.size
	now := s.config.clock.Now()
	for _, r := range s.arranged(q) {
		if r.shownFrom.After(now) {
			continue
		}
		if low <= out.total && out.total < high {
			out.rows = append(out.rows, r.fields.Raw)
		}
		out.total++
	}
	return out
}

// count returns the number of rows that meet criteria, as JSON.
func (s *store) count(criteria []test) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, now := 0, s.config.clock.Now()
	for _, r := range s.arranged(query{criteria: criteria, sort: []order{{column: s.columns["id"]}}}) {
		if !r.shownFrom.After(now) {
			n++
		}
	}
	return strconv.AppendInt(nil, int64(n), 10)
}

// arranged returns the rows that meet the query, in its order. The orders of the
// walks need no sorting.
func (s *store) arranged(q query) []*row {
	s.byID.settle()
	s.modified.settle()
	if q.by("lastModifiedDate", "id") {
		return matching(s.modified.between(q.criteria, "lastModifiedDate"))
	}
	rows := matching(s.byID.between(q.criteria, "id"))
	switch {
	case q.by("id"):
		return rows
	case len(q.sort) == 0: // in the order of writing
		rows = slices.Clone(rows)
		slices.SortFunc(rows, func(a, b *row) int { return cmp.Compare(a.written, b.written) })
		return rows
	}
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b *row) int {
		for _, o := range q.sort {
			if c := o.compare(a, b); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.written, b.written)
	})
	return rows
}

// matching returns the rows that meet tests: rows itself without tests.
func matching(rows []*row, tests []test) []*row {
	if len(tests) == 0 {
		return rows
	}
	out := make([]*row, 0, min(len(rows), 4096))
	for _, r := range rows {
		if !slices.ContainsFunc(tests, func(t test) bool { return !t.holds(r) }) {
			out = append(out, r)
		}
	}
	return out
}

// between cuts the rows to the bounds on the order's own column, and returns the
// tests that remain.
func (o *ordered) between(tests []test, column string) ([]*row, []test) {
	rows := o.rows
	var rest []test
	for _, t := range tests {
		first := func(least int) int { // first row whose value compares as this or more
			return sort.Search(len(rows), func(i int) bool {
				v := t.column.get(rows[i])
				return v.null || t.column.compare(v, t.value) >= least
			})
		}
		switch {
		case t.column.name != column:
			rest = append(rest, t)
		case t.operation == "greaterThan":
			rows = rows[first(1):]
			rest = append(rest, t) // NULL is at the end
		case t.operation == "greaterThanOrEqual":
			rows = rows[first(0):]
			rest = append(rest, t)
		case t.operation == "lessThan":
			rows = rows[:first(0)]
		case t.operation == "lessThanOrEqual":
			rows = rows[:first(1)]
		default:
			rest = append(rest, t)
		}
	}
	if column == "id" { // never NULL
		rest = slices.DeleteFunc(rest, func(t test) bool {
			return t.column.name == column && (t.operation == "greaterThan" || t.operation == "greaterThanOrEqual")
		})
	}
	return rows, rest
}

// add adds a row. The usual case, a row after all others, needs no sorting.
func (o *ordered) add(r *row) {
	n := len(o.rows)
	o.dirty = o.dirty || n > 0 && o.compare(o.rows[n-1], r) > 0
	o.rows = append(o.rows, r)
}

// remove removes a row.
func (o *ordered) remove(r *row) {
	o.settle()
	i := sort.Search(len(o.rows), func(i int) bool { return o.compare(o.rows[i], r) >= 0 })
	for ; i < len(o.rows); i++ {
		if o.rows[i] == r {
			o.rows = slices.Delete(o.rows, i, i+1)
			return
		}
	}
}

// settle sorts the rows if needed.
func (o *ordered) settle() {
	if o.dirty {
		slices.SortStableFunc(o.rows, o.compare)
		o.dirty = false
	}
}

// nextID returns an id above all others.
func (s *store) nextID() int64 {
	s.byID.settle()
	if n := len(s.byID.rows); n > 0 {
		if last := s.byID.rows[n-1].id; last < math.MaxInt64 {
			return last + 1
		}
		panic("transactionstest: no id is left above the highest")
	}
	return firstID
}
