package ecommpaytest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

func TestProviderOfChargebacks(t *testing.T) {
	t.Parallel()
	srv := start(t)
	for _, raw := range []string{
		`{"chargeback_id":"1","provider_id":5}`, `{"chargeback_id":"2","provider_id":"6"}`, `{"chargeback_id":"3"}`, `{"chargeback_id":"4","provider_id":["5"]}`,
	} {
		var c ecommpay.Chargeback
		require.NoError(t, c.UnmarshalJSON([]byte(raw)))
		srv.SeedChargebacks(&c)
	}
	srv.SeedChargebacks(&ecommpay.Chargeback{ChargebackID: "5"})
	client, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials())
	require.NoError(t, err)
	for want, providers := range map[string][]string{"14": {"5"}, "2": {"6"}, "124": {"5", "6"}, "": {"7"}, "12345": nil} {
		got := ""
		for c, err := range client.AllChargebacks(t.Context(), ecommpay.ListChargebacksParams{ProviderIDs: providers}) {
			require.NoError(t, err)
			got += c.ChargebackID
		}
		assert.Equal(t, want, got, providers)
	}
	status, _ := ask(t, srv, "/chargeback/list", `"filter":{"provider_id":"5"}`)
	assert.Equal(t, http.StatusBadRequest, status, "an array only")
}

func TestClock(t *testing.T) {
	t.Parallel()
	now := newYear
	srv := ecommpaytest.Run(t, ecommpaytest.InMemory(), ecommpaytest.WithClock(func() time.Time { return now }))
	srv.Seed(&ecommpay.Operation{OperationID: "1"})
	srv.Advance(time.Hour)
	srv.Seed(&ecommpay.Operation{OperationID: "2"}, &ecommpay.Operation{OperationID: "3", OperationCreatedAt: now})
	for want, at := range map[string]time.Time{"13": now, "2": now.Add(time.Hour)} {
		got := ""
		for _, o := range srv.Rows(at, at) {
			got += o.OperationID
		}
		assert.Equal(t, want, got)
	}
}

// What is made up comes back from a client as it was made.
func TestGenerateReports(t *testing.T) {
	t.Parallel()
	srv := start(t)
	plan := ecommpaytest.Plan{Operations: 2000, Seed: 1, Days: 5}
	chargebacks, frauds, balances := ecommpaytest.GenerateChargebacks(plan), ecommpaytest.GenerateFraud(plan), ecommpaytest.GenerateBalances(1)
	assert.Equal(t, chargebacks, ecommpaytest.GenerateChargebacks(plan))
	assert.Equal(t, frauds, ecommpaytest.GenerateFraud(plan))
	assert.Equal(t, balances, ecommpaytest.GenerateBalances(1))
	assert.NotEqual(t, balances, ecommpaytest.GenerateBalances(2))
	assert.Greater(t, len(chargebacks), 40)
	assert.Greater(t, len(frauds), 25)
	operations := map[string]*ecommpay.Operation{}
	for o := range plan.All() {
		operations[o.OperationID] = o
	}
	srv.SeedChargebacks(chargebacks...)
	srv.SeedFraud(frauds...)
	srv.SeedBalances(balances...)
	client, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials())
	require.NoError(t, err)

	i, open := 0, 0
	for c, err := range client.AllChargebacks(t.Context(), ecommpay.ListChargebacksParams{}) {
		require.NoError(t, err)
		c.Raw = nil
		assert.Equal(t, chargebacks[i], c)
		o := operations[c.OperationID]
		assert.Equal(t, o.SumInitial.Currency, c.ChbCurrency)
		assert.True(t, c.ReportDate.After(o.OperationCompletedAt) && c.RespondBy.After(c.ReportDate))
		if c.ChbCompletedAt.IsZero() {
			open++
		}
		i++
	}
	assert.Len(t, chargebacks, i)
	assert.Greater(t, open, i/2)
	assert.Less(t, open, i)

	i = 0
	for f, err := range client.AllFraudOperations(t.Context(), ecommpay.ListFraudOperationsParams{}) {
		require.NoError(t, err)
		f.Raw = nil
		assert.Equal(t, frauds[i], f)
		assert.Contains(t, operations, f.OperationID)
		i++
	}
	assert.Len(t, frauds, i)

	list, err := client.Balances(t.Context())
	require.NoError(t, err)
	require.Empty(t, list.Bad)
	for _, b := range list.Balances {
		b.Raw = nil
	}
	assert.Equal(t, balances, list.Balances)
}
