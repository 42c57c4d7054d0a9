package ecommpaytest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/internal/fakeapi"
)

func (s *Server) balances(b body) ([]byte, error) {
	if err := b.only(); err != nil {
		return nil, err
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	var rows [][]byte
	for _, balance := range s.store.balances {
		rows = append(rows, fakeapi.Marshal(balance))
	}
	return list("balance", rows), nil
}

func (s *Server) operations(b body) ([]byte, error) {
	q, err := s.parseQuery(b)
	if err != nil {
		return nil, err
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.move(q)
	matching := s.store.list(q)
	from, to := s.page(len(matching), q.offset, q.limit)
	var rows [][]byte
	for _, r := range matching[from:to] {
		raw := r.raw
		if r.Raw == nil && (q.fields != nil || q.zone != time.UTC) {
			raw = render(r.Operation, q.fields, q.zone)
		}
		rows = append(rows, raw)
	}
	return list("operations", rows), nil
}

// byPayment answers with the newest operation first, as in the documentation's
// sample.
func (s *Server) byPayment(b body) ([]byte, error) {
	id, err := b.text("payment_id")
	if err == nil {
		err = b.only("payment_id")
	}
	if err != nil {
		return nil, err
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	var found []*ecommpay.Operation
	for _, r := range s.store.rows {
		if r.PaymentID == id && in(s.config.projects, r.ProjectID) {
			found = append(found, r.Operation)
		}
	}
	slices.SortFunc(found, func(a, b *ecommpay.Operation) int { return b.OperationCreatedAt.Compare(a.OperationCreatedAt) })
	var rows [][]byte
	for _, o := range found {
		rows = append(rows, renderFlat(o))
	}
	return list("operations", rows), nil
}

func (s *Server) chargebacks(b body) ([]byte, error) {
	filter, err := b.object("filter")
	if err == nil {
		err = b.only("filter", "pagination")
	}
	if err != nil {
		return nil, err
	}
	limit, offset, err := s.paging(b)
	if err != nil {
		return nil, err
	}
	matches, err := s.chargebackFilter(filter)
	if err != nil {
		return nil, err
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	var rows [][]byte
	for _, c := range s.store.chargebacks {
		if matches(c) {
			rows = append(rows, fakeapi.Marshal(c))
		}
	}
	from, to := s.page(len(rows), offset, limit)
	return list("operations", rows[from:to]), nil
}

func (s *Server) chargebackFilter(f body) (func(*ecommpay.Chargeback) bool, error) {
	text := map[string]func(*ecommpay.Chargeback) string{
		"project_id":    func(c *ecommpay.Chargeback) string { return c.ProjectID },
		"chargeback_id": func(c *ecommpay.Chargeback) string { return c.ChargebackID },
		"operation_id":  func(c *ecommpay.Chargeback) string { return c.OperationID },
		"arn":           func(c *ecommpay.Chargeback) string { return c.ARN },
		"card":          func(c *ecommpay.Chargeback) string { return c.Card },
		"reason_code":   func(c *ecommpay.Chargeback) string { return c.ReasonCode },
		"status":        func(c *ecommpay.Chargeback) string { return string(c.Status) },
		"card_type": func(c *ecommpay.Chargeback) string {
			if strings.HasPrefix(strings.ToUpper(string(c.CardType)), "M") {
				return string(ecommpay.CardMastercard)
			}
			return strings.ToLower(string(c.CardType))
		},
	}
	times := map[string]func(*ecommpay.Chargeback) time.Time{
		"report_date":      func(c *ecommpay.Chargeback) time.Time { return c.ReportDate },
		"respond_by":       func(c *ecommpay.Chargeback) time.Time { return c.RespondBy },
		"chb_completed_at": func(c *ecommpay.Chargeback) time.Time { return c.ChbCompletedAt },
	}
	conditions := []func(*ecommpay.Chargeback) bool{func(c *ecommpay.Chargeback) bool { return in(s.config.projects, c.ProjectID) }}
	for name := range f {
		switch {
		case text[name] != nil:
			values, err := f.values(name)
			if err != nil {
				return nil, err
			}
			if name == "project_id" {
				if err := s.reach(values); err != nil {
					return nil, err
				}
			}
			conditions = append(conditions, func(c *ecommpay.Chargeback) bool { return in(values, text[name](c)) })
		case times[name] != nil:
			from, to, err := f.interval(name)
			if err != nil {
				return nil, err
			}
			conditions = append(conditions, func(c *ecommpay.Chargeback) bool { return within(times[name](c), from, to) })
		case name == "provider_id":
			values, err := f.values(name)
			if err != nil || !strings.HasPrefix(string(f[name]), "[") {
				return nil, errors.New("provider_id is not an array")
			}
			conditions = append(conditions, func(c *ecommpay.Chargeback) bool { return in(values, providerOf(c)) })
		default:
			return nil, fmt.Errorf("unknown member %q", name)
		}
	}
	return func(c *ecommpay.Chargeback) bool {
		for _, condition := range conditions {
			if !condition(c) {
				return false
			}
		}
		return true
	}, nil
}

// providerOf returns the member provider_id of a chargeback's Raw, "" if it has
// none.
func providerOf(c *ecommpay.Chargeback) string {
	var row body
	if json.Unmarshal(c.Raw, &row) != nil {
		return ""
	}
	id, _ := row.text("provider_id")
	return id
}

func within(t, from, to time.Time) bool { return !t.Before(from) && !t.After(to) }

func (s *Server) chargeback(b body) ([]byte, error) {
	if err := b.only("chargeback_id", "arn", "operation_id"); err != nil {
		return nil, err
	}
	if len(b) == 0 {
		return nil, errors.New("one of chargeback_id, arn and operation_id must be set")
	}
	matches, err := s.chargebackFilter(b)
	if err != nil {
		return nil, err
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, c := range s.store.chargebacks {
		if matches(c) {
			return []byte(`{"chargeback":` + string(fakeapi.Marshal(c)) + `}`), nil
		}
	}
	return []byte(`{"chargeback":[]}`), nil
}

func (s *Server) fraud(b body) ([]byte, error) {
	f, err := b.object("filter")
	if err == nil {
		err = errors.Join(b.only("filter", "pagination"), f.only("received_on", "purchase_date", "fraud_report_date", "issuer_country"))
	}
	if err != nil {
		return nil, err
	}
	limit, offset, err := s.paging(b)
	countries, err2 := f.values("issuer_country")
	if err := errors.Join(err, err2); err != nil {
		return nil, err
	}
	periods := map[string]func(*ecommpay.FraudOperation) time.Time{
		"received_on":       func(o *ecommpay.FraudOperation) time.Time { return o.ReceivedOn },
		"purchase_date":     func(o *ecommpay.FraudOperation) time.Time { return o.PurchaseDate },
		"fraud_report_date": func(o *ecommpay.FraudOperation) time.Time { return o.FraudReportDate },
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	var rows [][]byte
	for _, o := range s.store.frauds {
		ok := in(countries, o.IssuerCountry) && in(s.config.projects, o.ProjectID)
		for name, at := range periods {
			from, to, err := f.pair(name)
			if err != nil {
				return nil, err
			}
			ok = ok && (f[name] == nil || within(at(o), from, to))
		}
		if ok {
			rows = append(rows, fakeapi.Marshal(o))
		}
	}
	from, to := s.page(len(rows), offset, limit)
	return list("operations", rows[from:to]), nil
}

// financial answers with the operations of the interval in a shape seen in
// another client. Unverified.
func (s *Server) financial(b body) ([]byte, error) {
	from, to, err := b.interval("interval")
	if err != nil {
		return nil, err
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	var rows [][]byte
	for _, r := range s.store.list(query{from: from, to: to, reach: s.config.projects}) {
		amount, err := r.SumInitial.Major()
		if err != nil {
			continue
		}
		rows = append(rows, fakeapi.Marshal(map[string]any{
			"operation_id": r.OperationID, "payment_id": r.PaymentID, "operation_type": r.OperationType,
			"operation_amount": amount.String(), "operation_currency": r.SumInitial.Currency, "total_scheme_fee": "-0.07",
		}))
	}
	return list("operations", rows), nil
}

// rates answers with one rate. The shape is invented: no document describes it.
func (s *Server) rates(b body) ([]byte, error) {
	f, err := b.object("filter")
	if err == nil {
		err = errors.Join(b.only("filter", "tz"), f.only("merchant", "currency", "interval"))
	}
	if err != nil {
		return nil, err
	}
	from, _, err := f.interval("interval")
	if err != nil {
		return nil, err
	}
	return list("rates", [][]byte{fakeapi.Marshal(map[string]any{
		"currency": "EUR", "rate": "1.080000", "datetime": from.Format(timeForm),
	})}), nil
}
