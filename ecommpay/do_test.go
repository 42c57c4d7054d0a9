package ecommpay_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

func ExampleClient_Do() {
	srv := ecommpaytest.NewServer()
	defer srv.Close()
	srv.SeedBalances(&ecommpay.Balance{Name: "main", AmountsMinor: map[string]int64{"EUR": 12345}})
	client, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials())
	if err != nil {
		log.Fatal(err)
	}
	answer, err := client.Do(context.Background(), http.MethodPost, "balance/get", nil)
	if err != nil {
		log.Fatal(err)
	}
	var balances struct {
		Balance []map[string]string `json:"balance"`
	}
	if err := json.Unmarshal(answer, &balances); err != nil {
		log.Fatal(err)
	}
	fmt.Println(balances.Balance)
	// Output: [map[EUR:12345 name:main]]
}

// TestDoIsSignedAndVerified: the fake verifies the request, and the client the
// answer; a connection that is reset is not tried again.
func TestDoIsSignedAndVerified(t *testing.T) {
	t.Parallel()
	srv, client := fake(t)
	_, err := client.Do(t.Context(), http.MethodPost, "/operations/get", map[string]any{"limit": 10, "fields": []string{"operation_id"}})
	require.NoError(t, err)
	for _, kind := range []ecommpaytest.FaultKind{ecommpaytest.FaultResetBefore, ecommpaytest.FaultResetAfter} {
		srv.ResetRequests()
		srv.Inject(ecommpaytest.Fault{Kind: kind})
		_, err := client.Do(t.Context(), http.MethodPost, "balance/get", nil)
		require.Error(t, err)
		assert.Len(t, srv.Requests(), 1, kind)
		srv.ClearFaults()
	}
	_, err = client.Do(t.Context(), http.MethodPost, "operations/get", map[string]any{"limit": -1})
	var refusal *ecommpay.Error
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, 400, refusal.StatusCode)

	_, err = answer(t, http.StatusOK, `{"a":1}`).Do(t.Context(), http.MethodPost, "x", nil)
	require.ErrorIs(t, err, ecommpay.ErrBadSignature)
	_, err = answer(t, http.StatusOK, `{"a":1,"signature":"AAAA"}`).Do(t.Context(), http.MethodPost, "x", nil)
	require.ErrorIs(t, err, ecommpay.ErrBadSignature)
	_, err = answer(t, http.StatusOK, `{"name":"Forbidden","message":"no","code":403,"status":403}`).Do(t.Context(), http.MethodPost, "x", nil)
	require.ErrorIs(t, err, ecommpay.ErrForbidden)
	document, err := signedAnswer(t, `{"a":1}`).Do(t.Context(), http.MethodPost, "x", nil)
	require.NoError(t, err)
	assert.Contains(t, string(document), `"a":1`)

	for want, c := range map[string]struct {
		method, path string
		in           any
	}{
		"method: must not be GET, which has no body to sign": {"GET", "x", nil},
		"path: must not have a query, which is not signed":   {"POST", "x?a=1", nil},
		"in: must be a JSON object":                          {"POST", "x", []int{1}},
		"in: must be a JSON object without repeated names":   {"POST", "x", json.RawMessage(`{"a":1,"a":2}`)},
		"in: must not have token or signature":               {"POST", "x", map[string]any{"token": "t"}},
		"in: values must not hold a semicolon":               {"POST", "x", map[string]any{"a": []string{"b;c"}}},
		"in: names must not be empty":                        {"POST", "x", map[string]any{"a;b": 1}},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			srv, client := fake(t)
			_, err := client.Do(t.Context(), c.method, c.path, c.in)
			require.ErrorIs(t, err, ecommpay.ErrInvalidRequest)
			require.ErrorContains(t, err, want)
			assert.Empty(t, srv.Requests())
		})
	}
}

// TestUncheckedMembers: they go beside those of the package, signed, and never in
// their place.
func TestUncheckedMembers(t *testing.T) {
	t.Parallel()
	more := map[string]json.RawMessage{"x": json.RawMessage(`{"b": [1, "é"]}`), "a": json.RawMessage(`"1"`)}
	type call func(*ecommpay.Client, map[string]json.RawMessage) error
	for _, c := range []struct {
		want, taken string
		call        call
	}{
		{
			`{"tz":"+00:00","limit":1000,"offset":0,"a":"1","x":{"b":[1,"é"]}}`,
			"interval tz project_id operation_type operation_status customer_id customer_email fields limit offset",
			func(c *ecommpay.Client, more map[string]json.RawMessage) error {
				_, err := c.ListOperations(t.Context(), ecommpay.ListOperationsParams{Unchecked: more})
				return err
			},
		},
		{
			`{"filter":{"a":"1","x":{"b":[1,"é"]}},"pagination":{"limit":100,"offset":0}}`,
			"report_date respond_by chb_completed_at project_id chargeback_id operation_id arn card card_type reason_code status provider_id",
			func(c *ecommpay.Client, more map[string]json.RawMessage) error {
				_, err := c.ListChargebacks(t.Context(), ecommpay.ListChargebacksParams{Unchecked: more})
				return err
			},
		},
		{
			`{"filter":{"issuer_country":["KG"],"a":"1","x":{"b":[1,"é"]}},"pagination":{"limit":100,"offset":0}}`,
			"received_on purchase_date fraud_report_date issuer_country",
			func(c *ecommpay.Client, more map[string]json.RawMessage) error {
				_, err := c.ListFraudOperations(t.Context(), ecommpay.ListFraudOperationsParams{IssuerCountries: []string{"KG"}, Unchecked: more})
				return err
			},
		},
		{
			`{"filter":{"interval":{"from":"2026-01-01 00:00:00"},"a":"1","x":{"b":[1,"é"]}},"tz":"+00:00"}`,
			"merchant currency interval",
			func(c *ecommpay.Client, more map[string]json.RawMessage) error {
				_, err := c.CurrencyRates(t.Context(), ecommpay.CurrencyRatesParams{From: newYear, Unchecked: more})
				return err
			},
		},
		{
			`{"a":"1","interval":{"from":"2026-01-01 00:00:00"},"tz":"+00:00","x":{"b":[1,"é"]}}`,
			"interval tz",
			func(c *ecommpay.Client, more map[string]json.RawMessage) error {
				_, err := c.FinancialOperations(t.Context(), ecommpay.FinancialOperationsParams{From: newYear, Unchecked: more})
				return err
			},
		},
	} {
		t.Run(c.want, func(t *testing.T) {
			t.Parallel()
			srv, client := fake(t)
			_ = c.call(client, more) // the fake knows no such member; it has verified the signature by then
			require.Len(t, srv.Requests(), 1)
			body := string(srv.Requests()[0].Body)
			require.NoError(t, ecommpay.Verify(testCredentials().Secret, []byte(body)))
			body = signatureMember.ReplaceAllString(tokenMember.ReplaceAllString(body, "{"), "}")
			assert.Equal(t, c.want, body)

			for _, name := range append(strings.Fields(c.taken), "token", "signature") {
				err := c.call(client, map[string]json.RawMessage{name: json.RawMessage(`"1"`)})
				require.ErrorIs(t, err, ecommpay.ErrInvalidRequest, name)
				require.ErrorContains(t, err, "Unchecked: must not have token, signature", name)
			}
			require.ErrorContains(t, c.call(client, map[string]json.RawMessage{"a": json.RawMessage(`"b;c"`)}), "Unchecked: values must not hold a semicolon")
			require.ErrorContains(t, c.call(client, map[string]json.RawMessage{"a": json.RawMessage(`1}`)}), "Unchecked: values must be JSON")
		})
	}
}
