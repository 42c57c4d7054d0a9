package transactionstest

import (
	"fmt"
	"math/rand/v2"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/transactions"
)

// firstID is the first id that the server makes up.
const firstID = 100_000_001

// Seed adds transactions. If the server already has a transaction with the same ID,
// the new one replaces it as its next version.
//
// Seed copies each transaction and never changes the caller's own. It does not copy
// the bytes of Raw and what the pointer fields point to: do not change these after
// Seed.
//
// The server filters by the fields and serves Raw. What Seed does with a transaction
// depends on its Raw:
//
//   - Without Raw, Seed makes up a missing ID, Date, CreatedDate or LastModifiedDate.
//     It renders Raw from the fields, in the service's spelling.
//   - With Raw and ID 0, Seed decodes all fields from Raw.
//   - With Raw and another ID, Seed takes fields and Raw as they are. To serve a row
//     that clients cannot decode, set the fields and a Raw that disagrees with them.
//
// So if you change a field of a transaction that has Raw, set Raw to nil before Seed.
// An empty string field counts as NULL, unless Raw has "" for it.
//
// Seed panics if an element of ts is nil, or if Raw of a transaction whose ID is 0
// does not decode. The transactions before that element have been added.
func (s *Server) Seed(ts ...*transactions.Transaction) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, t := range ts {
		s.store.put(newRow(s.store.complete(*t)))
	}
}

// Update adds a new version of the transaction with this id. It calls the function
// edit once with a copy of the transaction, and stores the copy as edit leaves
// it.
//
// Before the call, Update sets LastModifiedDate in the copy to the server's time, and
// Raw to nil. The function may set both again. If Raw is still nil after the call,
// Update renders Raw from the fields. Otherwise the server serves the Raw that the
// function has set.
//
// The pointer fields of the copy point to the values of the old version: set new
// pointers, and do not change these values. If the function sets another ID, the
// transaction with the old ID stays as it was. Update then stores the copy under the
// new ID: as a new transaction, or as the next version of a transaction that already
// has this ID.
//
// The function must not call the server. Update panics if edit is nil or if the
// server has no transaction with this id.
func (s *Server) Update(id int64, edit func(*transactions.Transaction)) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	i, ok := s.store.find(id)
	if !ok {
		panic(fmt.Sprintf("transactionstest: Update: no transaction %d", id))
	}
	s.store.change(s.store.byID.rows[i], edit)
}

// change stores a new version of old.
func (s *store) change(old *row, change func(*transactions.Transaction)) {
	t := *old.fields
	t.Raw, t.LastModifiedDate = nil, s.config.clock.Tick()
	change(&t)
	empty := old.empty
	if t.Raw == nil {
		t.Raw = render(&t, spelling{empty: empty})
	}
	s.put(newRow(&t))
}

// complete returns a copy of t in which the fields and Raw are both set.
func (s *store) complete(t transactions.Transaction) *transactions.Transaction {
	if t.Raw != nil {
		if t.ID == 0 {
			if err := t.UnmarshalJSON(t.Raw); err != nil {
				panic(fmt.Sprintf("transactionstest: Seed: %v", err))
			}
		}
		return &t
	}
	if t.ID == 0 {
		t.ID = s.nextID()
	}
	if t.Date.IsZero() {
		t.Date = s.config.clock.Tick()
	}
	if t.CreatedDate.IsZero() {
		t.CreatedDate = t.Date
	}
	if t.LastModifiedDate.IsZero() {
		t.LastModifiedDate = t.CreatedDate
	}
	t.Raw = render(&t, spelling{})
	return &t
}

// arrivals makes up what happens between requests.
type arrivals struct {
	random *rand.Rand
	made   *generator
}

// happening returns the arrivals of the store, which it makes at the first use.
func (s *store) happening() *arrivals {
	if s.random == nil {
		s.random = &arrivals{random: fakeapi.NewRand(0, 1), made: newGenerator(0, 2)}
	}
	return s.random
}

// arrive adds the transactions of WithArrivals.
func (s *store) arrive() {
	for range s.config.arrivals {
		s.put(newRow(s.happening().made.transaction(s.nextID(), s.config.clock.Tick())))
	}
}

// update changes the transactions of WithUpdates.
func (s *store) update() {
	s.byID.settle()
	n := len(s.byID.rows)
	for range min(s.config.updates, n) {
		r := s.happening().random
		s.change(s.byID.rows[r.IntN(n)], func(t *transactions.Transaction) {
			t.RecipientStatusText = fmt.Sprintf("changed %d", s.writes)
		})
	}
}
