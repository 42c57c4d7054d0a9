package transactionstest

import (
	"fmt"
	"math/rand/v2"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/transactions"
)

const firstID = 100_000_001

// Seed adds transactions; one whose ID is there already gets a new version.
// Filters look at the fields, and Raw is what is served, without being copied:
// set it to nil after changing a field. Of a text, "" is NULL, unless Raw has it
// as "". A transaction without Raw is rendered from its fields, in the service's
// spelling; an ID, a Date, a CreatedDate or a LastModifiedDate that is missing is
// made up there. One with nothing but Raw is decoded.
//
// Seed panics if Raw is all there is and does not decode. A row that clients
// cannot decode is made by setting the fields and a Raw that disagrees with them.
func (s *Server) Seed(ts ...*transactions.Transaction) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, t := range ts {
		s.store.put(newRow(s.store.complete(*t)))
	}
}

// Update makes a new version of a transaction: with a LastModifiedDate of now,
// and the fields that change sets, which may be that one as well. Raw is nil when
// change is called, and rendered anew afterwards; a Raw that change sets is served
// as it is.
//
// change must not call the server. Update panics if there is no such transaction.
func (s *Server) Update(id int64, change func(*transactions.Transaction)) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	i, ok := s.store.find(id)
	if !ok {
		panic(fmt.Sprintf("transactionstest: Update: no transaction %d", id))
	}
	s.store.change(s.store.byID.rows[i], change)
}

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

// complete makes what is served and what is filtered by agree. It works on a copy
// of the caller's transaction.
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

// arrivals make up what happens between requests.
type arrivals struct {
	random *rand.Rand
	made   *generator
}

func (s *store) happening() *arrivals {
	if s.random == nil {
		s.random = &arrivals{random: fakeapi.NewRand(0, 1), made: newGenerator(0, 2)}
	}
	return s.random
}

func (s *store) arrive() {
	for range s.config.arrivals {
		s.put(newRow(s.happening().made.transaction(s.nextID(), s.config.clock.Tick())))
	}
}

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
