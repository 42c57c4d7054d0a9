package vimatest

import (
	"bytes"
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/payclients/payclients-go/vima"
)

// version is one state of an operation: the values that filters compare, and the
// bytes to serve.
type version struct {
	createID, updateID uint64
	day                int  // of operation_created_at, in days since 1970
	after              bool // the day ends before the operation
	project, status    string
	raw                []byte

	shownFrom time.Time // when a late version becomes visible; zero is always
}

// entry is an operation. prev is served while cur is still hidden.
type entry struct {
	id        string
	cur, prev *version
}

// store holds the operations in both orders. Its lock is never held while an answer
// is written.
type store struct {
	mu      sync.Mutex
	entries map[string]*entry
	created index
	updated index
	newest  uint64 // highest id seen, of any kind
	config  config
	puts    int
}

// newStore returns an empty store.
func newStore(c config) *store {
	c.clock.Reach(idEpoch()) // ids hold no time before that
	return &store{
		entries: map[string]*entry{},
		created: index{key: func(v *version) uint64 { return v.createID }},
		updated: index{key: func(v *version) uint64 { return v.updateID }},
		config:  c,
	}
}

// put adds an operation or a new version of it.
func (s *store) put(id string, v *version) {
	s.newest = max(s.newest, v.createID, v.updateID)
	s.config.clock.Reach(timeOf(s.newest))
	s.puts++
	if s.config.lateEvery > 0 && s.puts%s.config.lateEvery == 0 {
		v.shownFrom = timeOf(v.updateID).Add(s.config.late)
	}

	e := s.entries[id]
	if e == nil {
		e = &entry{id: id, cur: v}
		s.entries[id] = e
		s.created.add(v.createID, e)
		s.updated.add(v.updateID, e)
		return
	}
	old := e.cur
	e.prev = e.visible(s.config.clock.Now())
	e.cur = v
	// Places of replaced versions stay in the indexes, where nothing
	// matches them, until the next sorting.
	if old.createID != v.createID {
		s.created.add(v.createID, e)
	}
	if old.updateID != v.updateID {
		s.updated.add(v.updateID, e)
	}
	if old.day != v.day {
		s.created.moved, s.updated.moved = true, true
	}
	for _, x := range []*index{&s.created, &s.updated} {
		x.dirty = x.dirty || len(x.places) > 2*len(s.entries)+blockSize
	}
}

// visible returns the version that list requests see at a time, nil if there is
// none.
func (e *entry) visible(now time.Time) *version {
	if e.cur.shownFrom.After(now) {
		return e.prev
	}
	return e.cur
}

// list returns the rows that answer a query. They must not be changed.
func (s *store) list(q query) [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	page := make([][]byte, 0, q.count)
	order := &s.created
	if q.byUpdate {
		order = &s.updated
	}
	now := s.config.clock.Now()
	order.walk(q, func(key uint64, e *entry) bool {
		if v := e.visible(now); v != nil && order.key(v) == key && q.matches(v) {
			page = append(page, v.raw)
		}
		return len(page) < q.count
	})
	return page
}

// rows returns the newest versions, late ones included, in the order of the create
// ids.
func (s *store) rows() [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*version, 0, len(s.entries))
	for _, e := range s.entries {
		all = append(all, e.cur)
	}
	slices.SortFunc(all, func(a, b *version) int {
		return cmp.Or(cmp.Compare(a.createID, b.createID), bytes.Compare(a.raw, b.raw))
	})
	out := make([][]byte, len(all))
	for i, v := range all {
		out[i] = v.raw
	}
	return out
}

// newVersion returns the version of an operation, or an error if an id is not a
// number of at most 64 bits.
func (s *store) newVersion(o *vima.Operation) (*version, error) {
	createID, err := parseID("operation_create_id", o.OperationCreateID)
	if err != nil {
		return nil, err
	}
	updateID, err := parseID("operation_update_id", o.OperationUpdateID)
	if err != nil {
		return nil, err
	}
	day, after := s.config.days.of(o.OperationCreatedAt)
	return &version{
		createID: createID, updateID: updateID, day: day, after: after,
		project: o.Project, status: string(o.CurrentStatus), raw: o.Raw,
	}, nil
}
