package ecommpaytest

import (
	"bytes"
	"fmt"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
)

// Seed adds operations; one whose OperationID is there already gets a new
// version. Filters look at the fields. An operation with Raw is served as Raw
// says, whatever fields and zone are asked for: that is how to make a row that
// clients cannot decode. One without is rendered in the provider's spelling.
//
// An operation counts as updated at OperationCompletedAt, or at
// OperationCreatedAt where that is zero, or now where both are zero. Seed panics if there is no OperationID.
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

// Update makes a new version of an operation, which counts as updated at the
// given time. Raw is nil when change is called. change must not call the server.
// Update panics if there is no such operation.
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

// SeedChargebacks adds chargebacks, in the order in which they are listed. Raw is
// served where there is one. The filter provider_id selects by the member
// provider_id of Raw: no document says what it means, and rows without the member
// do not match.
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

// SeedFraud adds fraud operations, in the order in which they are listed. Raw is
// served where there is one.
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

// SeedBalances adds balances. Raw is served where there is one.
func (s *Server) SeedBalances(balances ...*ecommpay.Balance) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, b := range balances {
		own := *b
		s.store.balances = append(s.store.balances, &own)
	}
}

// Rows are the operations that were updated from from to to, both included, as
// the server serves them by default and in its order. Raw is set. The caller owns
// the operations, and must not change the bytes.
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
