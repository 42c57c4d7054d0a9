package ecommpaytest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"sync"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/internal/fakeapi"
)

// row is one version of an operation with the time of its last update. It never
// changes: an update makes a new row.
type row struct {
	*ecommpay.Operation

	updated time.Time
	number  uint64 // of the update: orders rows with equal times
	raw     []byte // as served by default: default fields, UTC
}

// store holds the data that the server serves.
type store struct {
	mu          sync.Mutex
	newestFirst bool
	rows        []*row // by the time of the last update, earliest first
	byID        map[string]*row
	updates     uint64
	moves       mover

	chargebacks []*ecommpay.Chargeback
	frauds      []*ecommpay.FraudOperation
	balances    []*ecommpay.Balance
}

func newStore(c config) *store {
	return &store{
		newestFirst: c.newestFirst, byID: map[string]*row{},
		moves: mover{Moves: c.moves, random: fakeapi.NewRand(c.moves.Seed, 7)},
	}
}

// put adds an operation, or a new version of one. The caller holds mu.
func (s *store) put(o *ecommpay.Operation, updated time.Time) {
	s.updates++
	fresh := &row{Operation: o, updated: updated, number: s.updates}
	if o.Raw != nil {
		fresh.raw = o.Raw
	} else {
		fresh.raw = render(o, nil, time.UTC)
	}
	if old := s.byID[o.OperationID]; old != nil {
		at, _ := slices.BinarySearchFunc(s.rows, old, func(a, b *row) int { return a.compare(b) })
		s.rows = slices.Delete(s.rows, at, at+1)
	}
	at, _ := slices.BinarySearchFunc(s.rows, fresh, func(a, b *row) int { return a.compare(b) })
	s.rows = slices.Insert(s.rows, at, fresh)
	s.byID[o.OperationID] = fresh
}

func (r *row) compare(other *row) int { // of the number too: no two are equal
	return cmp.Or(r.updated.Compare(other.updated), cmp.Compare(r.number, other.number))
}

// list returns a new slice of the rows that match q, in the order of serving. The
// caller holds mu.
func (s *store) list(q query) []*row {
	rows := s.rows
	if !q.to.IsZero() {
		from := sort.Search(len(rows), func(i int) bool { return !rows[i].updated.Before(q.from) })
		to := sort.Search(len(rows), func(i int) bool { return rows[i].updated.Truncate(time.Second).After(q.to) })
		rows = rows[from:max(from, to)]
	}
	out := slices.Clone(rows)
	if !q.everything() {
		out = slices.DeleteFunc(out, func(r *row) bool { return !q.matches(r) })
	}
	if s.newestFirst {
		slices.Reverse(out)
	}
	return out
}

// Moves changes operations while a client reads them page by page. It applies to
// requests of ListOperations, and of the methods with pages of operations, that
// the server does not refuse. The first such request since the start of the server
// changes nothing. At each later one the server picks operations at random among
// the operations that the request selects. It changes them before it answers, in
// the order of the fields.
//
// If fewer operations are left than a field says, the server changes these. The
// numbers must not be negative; this is not checked. The zero value changes
// nothing. Use Moves with requests that have an interval.
type Moves struct {
	// Leave is how many operations leave the request's interval: the time of
	// their last update becomes a day after the end of the interval.
	Leave int
	// Arrive is how many new operations are added, last updated at the end of the
	// interval.
	Arrive int
	// Change is how many operations get another status and message and are last
	// updated at the end of the interval. They move to the end of the list, or to
	// its beginning with WithNewestFirst.
	Change   int
	Requests int // how many requests have this effect, without the first; 0 means all
	// Seed fixes which operations are picked: the same Seed picks the same operations
	// for the same requests.
	Seed uint64
}

type mover struct {
	Moves

	random *rand.Rand
	asked  int
}

// move makes the changes of Moves among the rows that match q. The caller holds
// mu.
func (s *store) move(q query) {
	m := &s.moves
	if m.asked++; m.asked == 1 || m.Requests > 0 && m.asked > m.Requests+1 || m.Leave+m.Arrive+m.Change == 0 {
		return
	}
	rows := s.list(q)
	pick := func() *row {
		if len(rows) == 0 {
			return nil
		}
		i := m.random.IntN(len(rows))
		r := rows[i]
		rows = slices.Delete(rows, i, i+1)
		return r
	}
	for range m.Leave {
		if r := pick(); r != nil {
			s.update(r, q.to.Add(24*time.Hour))
		}
	}
	for range m.Arrive {
		o := Generate(Plan{Operations: 1, Seed: m.Seed ^ m.random.Uint64(), From: q.to})[0]
		o.OperationID = fmt.Sprintf("99%d", s.updates) // like no other
		s.put(o, q.to)
	}
	for range m.Change {
		if r := pick(); r != nil {
			s.update(r, q.to)
		}
	}
}

// update stores a new version of a row with another status, and a message that
// identifies the version. The caller holds mu.
func (s *store) update(r *row, at time.Time) {
	changed := *r.Operation
	changed.Raw = nil
	changed.OperationStatus = fakeapi.Pick(s.moves.random, ecommpay.StatusSuccess, ecommpay.StatusDecline, ecommpay.StatusProcessing)
	changed.PaymentProviderMessage = fmt.Sprintf("update %d", s.updates)
	s.put(&changed, at)
}
