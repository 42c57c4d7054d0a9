package wallettest

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/wallet"
)

// bestTransfer is a transfer in the list of a wallet.
type bestTransfer struct {
	wallet.BestTransfer

	owner  string // phone
	unseen bool
}

// BestReports returns the Best transfers that clients have reported, in order of
// arrival, repeated reports included. The slice is nil if there is none. The caller
// owns the slice.
func (s *Server) BestReports() []wallet.BestTransferReport {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	return slices.Clone(s.store.reports)
}

// report answers POST /payments/best/p2p. It logs a second report too.
func (s *store) report(r *http.Request) answer {
	var body wallet.BestTransferReport
	if !readJSON(r, &body) || body == (wallet.BestTransferReport{}) {
		return unprocessable(wallet.CodeEmptyRequest)
	}
	s.reports = append(s.reports, body)
	return answer{status: http.StatusOK}
}

// listBest answers GET /payments/best.
func (s *store) listBest(c caller) answer {
	rows := []map[string]any{}
	unseen := 0
	for _, t := range s.best {
		if t.owner != c.phone() {
			continue
		}
		row := map[string]any{
			"number": json.Number(t.Number), "amount": orNone(t.Amount), "currency_alpha": t.Currency,
			"note": t.Note, "smstosender": 0, "creating_date": t.CreatedAt.UTC().Format("2006-01-02T15:04:05.000-0700"),
			"fee": orNone(t.Fee), "amount_charge": orNone(t.AmountCharge), "currency_charge": t.CurrencyCharge, "rate": orNone(t.Rate),
			"sender": person(t.Sender), "receiver": person(t.Receiver),
		}
		if t.unseen {
			row["unseen"] = true
			unseen++
		}
		t.unseen = false
		rows = append(rows, row)
	}
	return answer{status: http.StatusOK, urgent: &urgent{account: c.account, best: unseen}, data: rows}
}

// orNone returns an amount as a number, or nil.
func orNone(amount *decimal.Decimal) any {
	if amount == nil {
		return nil
	}
	return json.Number(amount.String())
}

// resetBest answers GET /payments/best/reset_unseen.
func (s *store) resetBest(c caller) answer {
	for _, t := range s.best {
		if t.owner == c.phone() {
			t.unseen = false
		}
	}
	return answer{status: http.StatusOK, urgent: &urgent{account: c.account}, data: "ok"}
}

// person returns the JSON of a person. An address without a phone is an empty
// array, as PHP prints an empty map.
func person(p wallet.BestPerson) map[string]any {
	var address any = []string{}
	if p.Address.Phone != "" {
		address = map[string]any{"phone": p.Address.Phone}
	}
	return map[string]any{
		"data": map[string]any{
			"country": map[string]any{"numeric": p.Data.Country.Numeric}, "lastname": p.Data.LastName,
			"firstname": p.Data.FirstName, "patronymic": p.Data.Patronymic, "isresident": 1,
		},
		"address": address,
	}
}
