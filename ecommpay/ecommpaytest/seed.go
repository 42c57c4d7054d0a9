package ecommpaytest

import (
	"bytes"
	"fmt"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
)

// Seed adds copies of operations. An operation replaces an earlier one with the
// same OperationID. Seed panics if an operation is nil or its OperationID is
// ""; the operations before it stay added.
//
// If Raw is nil, the server renders the other fields as JSON, in a spelling
// that the live service may use, see [Generate]. If Raw is not nil, the server
// sends Raw as it is, also if a request asks for other fields or another time
// zone. So Raw can be a row that clients cannot decode. The filters of a
// request always compare the other fields, not Raw.
//
// The time of the last update is OperationCompletedAt. If that is zero, it is
// OperationCreatedAt. If both are zero, it is the server's time now.
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

// Update changes the operation with the id operationID. It calls edit once,
// with a copy of the operation whose Raw is nil, and stores the copy as edit
// leaves it. If edit sets Raw, the server sends this Raw as it is. If edit sets
// another OperationID, the copy is added under the new id, and the old
// operation stays.
//
// lastUpdate is the new time of the last update, by which the interval of a
// request selects operations. No field of Operation holds this time. Times that
// edit writes into the copy are stored and sent, but no interval selects by
// them. If lastUpdate is zero, only requests without an interval list the
// operation.
//
// edit must not be nil and must not call methods of the server: they would
// block for ever. Update panics if the server has no operation with the id
// operationID.
func (s *Server) Update(operationID string, lastUpdate time.Time, edit func(*ecommpay.Operation)) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	r := s.store.byID[operationID]
	if r == nil {
		panic(fmt.Sprintf("ecommpaytest: Update: no operation %q", operationID))
	}
	own := *r.Operation
	own.Raw = nil
	edit(&own)
	s.store.put(&own, lastUpdate)
}

// SeedChargebacks adds copies of the chargebacks; the server lists them in the
// order of adding. A second chargeback with the same id is added too and
// replaces nothing. If Raw is not nil, the server sends Raw; otherwise it
// renders the fields. SeedChargebacks panics if a chargeback is nil; the
// chargebacks before it stay added.
//
// Chargeback has no field for the filter provider_id. The server therefore
// compares this filter with the member provider_id of Raw. A chargeback without
// this member does not match.
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

// SeedFraud adds copies of the fraud operations; the server lists them in the
// order of adding. A second operation with the same id is added too and replaces
// nothing. If Raw is not nil, the server sends Raw; otherwise it renders the
// fields. SeedFraud panics if an operation is nil; the operations before it stay
// added.
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

// SeedBalances adds copies of the balances; the server lists them in the order
// of adding. A balance with the same name as an earlier one is added too and
// replaces nothing. SeedBalances panics if a balance is nil; the balances
// before it stay added.
//
// The server sends Raw without spaces between tokens. If Raw is nil, it renders
// the other fields. A copy shares the map AmountsMinor and the bytes of Raw
// with the caller's balance, so do not change these two afterwards.
func (s *Server) SeedBalances(balances ...*ecommpay.Balance) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, b := range balances {
		own := *b
		s.store.balances = append(s.store.balances, &own)
	}
}

// Rows returns copies of the operations whose last update is between first and
// last, both included and cut to whole seconds. The operations come in the
// order in which the server lists them. Raw of each is the row as the server
// sends it to a request that names neither fields nor a time zone. WithProjects
// does not limit Rows.
//
//   - A zero first sets no lower limit.
//   - If last is zero, Rows ignores first and returns all operations.
//   - If no operation matches, as when first is after last, Rows returns nil.
func (s *Server) Rows(first, last time.Time) []*ecommpay.Operation {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	var out []*ecommpay.Operation
	for _, r := range s.store.list(query{from: first.Truncate(time.Second), to: last.Truncate(time.Second)}) {
		own := *r.Operation
		own.Raw = bytes.Clone(r.raw)
		out = append(out, &own)
	}
	return out
}
