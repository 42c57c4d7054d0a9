package ecommpaytest

import (
	"bytes"
	"fmt"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
)

// Seed adds operations. An OperationID that exists already gets a new version.
// The server copies each operation. Seed panics if an OperationID is "".
//
// Filters look at the fields. An operation with Raw is served as Raw, with any
// fields and time zone that a request asks for; that is how to make a row that
// clients cannot decode. Without Raw the server renders it in the provider's
// spelling.
//
// The time of the last update is OperationCompletedAt, or OperationCreatedAt if
// that is zero, or now if both are.
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

// Update stores a new version of an operation, with the last update at the given
// time. change gets a copy whose Raw is nil, and must not call the server. Update
// panics if the operation does not exist.
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

// SeedChargebacks adds chargebacks, which are listed in the order of adding. It
// never replaces one. A chargeback with Raw is served as Raw. The filter
// provider_id matches the member provider_id of Raw, since no document says what
// it means; a row without the member does not match.
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

// SeedFraud adds fraud operations, which are listed in the order of adding. It
// never replaces one. An operation with Raw is served as Raw.
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

// SeedBalances adds balances. It never replaces one. A balance with Raw is served
// as Raw.
func (s *Server) SeedBalances(balances ...*ecommpay.Balance) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, b := range balances {
		own := *b
		s.store.balances = append(s.store.balances, &own)
	}
}

// Rows returns the operations updated from from to to, both included and cut to
// whole seconds, as the server serves them by default and in its order. Zero
// times return all. Raw is set. The operations are copies.
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
