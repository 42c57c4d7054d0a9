package ecommpay_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// TestSinglePagesOfOpenPeriods: one end alone is sent alone, and means all before
// it or after it.
func TestSinglePagesOfOpenPeriods(t *testing.T) {
	t.Parallel()
	middle := newYear.Add(12 * time.Hour)
	srv, client := fake(t, ecommpaytest.WithThrottle(0)) // an open period is longer than 180 days
	for i, at := range []time.Time{newYear, middle, newYear.AddDate(0, 0, 1)} {
		id := string(rune('1' + i))
		srv.Seed(&ecommpay.Operation{OperationID: id, ProjectID: "11", OperationCompletedAt: at})
		srv.SeedChargebacks(&ecommpay.Chargeback{ChargebackID: id, ProjectID: "11", RespondBy: at})
	}
	for _, c := range []struct {
		name     string
		from, to time.Time
		sent     string
		want     []string
	}{
		{"from", middle, time.Time{}, `{"from":"2026-01-01 12:00:00"}`, []string{"2", "3"}},
		{"to", time.Time{}, middle, `{"to":"2026-01-01 12:00:00"}`, []string{"1", "2"}},
		{"both", middle, middle, `{"from":"2026-01-01 12:00:00","to":"2026-01-01 12:00:00"}`, []string{"2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			last := func(path ...string) string {
				requests := srv.Requests()
				body := requests[len(requests)-1].Body
				for _, name := range path {
					var members map[string]json.RawMessage
					require.NoError(t, json.Unmarshal(body, &members))
					body = members[name]
				}
				return string(body)
			}
			page, err := client.ListOperations(t.Context(), ecommpay.ListOperationsParams{From: c.from, To: c.to})
			require.NoError(t, err)
			assert.Equal(t, c.sent, last("interval"))
			assert.Equal(t, ecommpay.Interval{From: c.from, To: c.to}, page.Interval)
			var ids []string
			for _, o := range page.Operations {
				ids = append(ids, o.OperationID)
			}
			assert.ElementsMatch(t, c.want, ids)

			params := ecommpay.ListChargebacksParams{RespondBy: ecommpay.Interval{From: c.from, To: c.to}}
			found, err := client.ListChargebacks(t.Context(), params)
			require.NoError(t, err)
			assert.Equal(t, c.sent, last("filter", "respond_by"))
			ids = nil
			for _, o := range found.Chargebacks {
				ids = append(ids, o.ChargebackID)
			}
			assert.ElementsMatch(t, c.want, ids)
			ids = nil
			for o, err := range client.AllChargebacks(t.Context(), params) { // which does not need the period
				require.NoError(t, err)
				ids = append(ids, o.ChargebackID)
			}
			assert.ElementsMatch(t, c.want, ids)

			_, err = client.FinancialOperations(t.Context(), ecommpay.FinancialOperationsParams{From: c.from, To: c.to})
			require.NoError(t, err)
			assert.Equal(t, c.sent, last("interval"))
			_, err = client.CurrencyRates(t.Context(), ecommpay.CurrencyRatesParams{From: c.from, To: c.to})
			require.NoError(t, err)
			assert.Equal(t, c.sent, last("filter", "interval"))
		})
	}
}

// TestASinglePageOfFieldsWithoutIDs: only a walk needs the ids.
func TestASinglePageOfFieldsWithoutIDs(t *testing.T) {
	t.Parallel()
	srv, client := fake(t)
	srv.Seed(&ecommpay.Operation{OperationID: "1", ProjectID: "11", BIN: "400000", OperationCompletedAt: newYear})
	page, err := client.ListOperations(t.Context(), ecommpay.ListOperationsParams{Fields: []ecommpay.Field{ecommpay.FieldBIN}})
	require.NoError(t, err)
	assert.Empty(t, page.Bad)
	require.Len(t, page.Operations, 1)
	assert.Empty(t, page.Operations[0].OperationID)
	assert.Equal(t, "400000", page.Operations[0].BIN)

	// A row without an id that was asked for stays bad.
	client = signedAnswer(t, `{"operations":[{"bin":"400000"}]}`)
	page, err = client.ListOperations(t.Context(), ecommpay.ListOperationsParams{})
	require.NoError(t, err)
	assert.Len(t, page.Bad, 1)
}
