package ecommpaytest

import (
	"bytes"
	"fmt"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
)

// Seed adds operations. If the server already has an operation with the same
// OperationID, the new one replaces it as its next version. The server copies
// each operation. Seed panics if an OperationID is "".
//
// Filters look at the fields. An operation with Raw is served as Raw, with any
// fields and time zone that a request asks for; that is how to make a row that
// clients cannot decode. Without Raw the server renders it in the provider's
// spelling.
//
// The time of the last update is OperationCompletedAt. If that is zero, it is
// OperationCreatedAt, and if both are zero, the server's time now.
func (s *Server) Seed(ops ...*ecommpay.Operation) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, o := range ops {
		if o.OperationID == "" {
			panic("ecommpaytest: Seed: an operation has no OperationID")
		}
		updated := o.OperationCompletedAt
		if updated.IsZero() {
			updated = o.OperationCreatedAt
		}
		if updated.IsZero() {
			updated = s.Now()
		}
		own := *o
		s.store.put(&own, updated)
	}
}

// Update stores a new version of the operation with the id operationID, with
// at as the time of its last update. Update calls change once with a copy of
// the operation, whose Raw is nil, and stores what change leaves in the copy.
// If change sets Raw, the server serves that Raw as it is.
//
// change must not call the server. Update panics if the server has no
// operation with this id.
func (s *Server) Update(operationID string, at time.Time, change func(*ecommpay.Operation)) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	r := s.store.byID[operationID]
	if r == nil {
		panic(fmt.Sprintf("ecommpaytest: Update: no operation %q", operationID))
	}
	own := *r.Operation
	own.Raw = nil
	change(&own)
	s.store.put(&own, at)
}

// SeedChargebacks adds chargebacks; the server lists them in the order of
// adding. A second one with the same id is added too and replaces nothing. A
// chargeback with Raw is served as Raw; without Raw the server renders its
// fields. The filter provider_id matches the member provider_id of Raw, since
// no document says what it means; a row without the member does not match.
func (s *Server) SeedChargebacks(chargebacks ...*ecommpay.Chargeback) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, c := range chargebacks {
		own := *c
		if own.Raw == nil {
			own.Raw = renderChargeback(c)
		}
		s.store.chargebacks = append(s.store.chargebacks, &own)
	}
}

// SeedFraud adds fraud operations; the server lists them in the order of
// adding. A second one with the same id is added too and replaces nothing. An
// operation with Raw is served as Raw; without Raw the server renders its
// fields.
func (s *Server) SeedFraud(operations ...*ecommpay.FraudOperation) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, o := range operations {
		own := *o
		if own.Raw == nil {
			own.Raw = renderFraud(o)
		}
		s.store.frauds = append(s.store.frauds, &own)
	}
}

// SeedBalances adds balances; the server lists them in the order of adding. A
// balance with the same name as an earlier one is added too and replaces
// nothing. The server sends Raw of a balance without spaces between tokens;
// if Raw is nil, it renders the other fields. SeedBalances panics if a balance
// is nil.
func (s *Server) SeedBalances(balances ...*ecommpay.Balance) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, b := range balances {
		own := *b
		s.store.balances = append(s.store.balances, &own)
	}
}

// Rows returns copies of the operations whose last update is from the argument
// from to the argument to, both included and cut to whole seconds. They are in
// the order in which the server lists them, and Raw of each is the row as the
// server sends it by default. If to is zero, Rows returns all operations.
// Without operations it returns nil. WithProjects does not limit Rows.
func (s *Server) Rows(from, to time.Time) []*ecommpay.Operation {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	var out []*ecommpay.Operation
	for _, r := range s.store.list(query{from: from.Truncate(time.Second), to: to.Truncate(time.Second)}) {
		own := *r.Operation
		own.Raw = bytes.Clone(r.raw)
		out = append(out, &own)
	}
	return out
}
