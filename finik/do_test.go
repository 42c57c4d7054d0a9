package finik_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"testing"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

func ExampleClient_Do() {
	srv := finiktest.NewServer()
	defer srv.Close()
	answer, err := connect(srv).Do(context.Background(), http.MethodPost, "v2/recipient", map[string]any{
		"service": finiktest.ServiceFinik, "fields": finik.Fields{"phone": "+996000000001"},
	})
	if err != nil {
		log.Fatal(err)
	}
	var recipient struct{ StatusCode int }
	if err := json.Unmarshal(answer, &recipient); err != nil {
		log.Fatal(err)
	}
	fmt.Println(recipient.StatusCode)
	// Output: 200
}

// freePayment is a payment as Do sends it.
func freePayment() map[string]any {
	return map[string]any{
		"accountId": finiktest.DefaultAccountID, "service": map[string]string{"id": finiktest.ServiceFinik}, "transactionId": testID,
		"userId": finiktest.DefaultUserID, "fields": finik.Fields{"phone": "+996000000001", "amount": decimal.MustParse("150.00")},
	}
}

// TestDoPaysOnce: the gateway verifies the signature, and a call whose answer is
// lost is not repeated: its outcome is unknown.
func TestDoPaysOnce(t *testing.T) {
	t.Parallel()
	for kind, debits := range map[finiktest.FaultKind]int{finiktest.FaultResetBefore: 0, finiktest.FaultResetAfter: 1, finiktest.FaultTruncated: 1} {
		t.Run(fmt.Sprint(kind), func(t *testing.T) {
			t.Parallel()
			srv, client := start(t)
			srv.Inject(finiktest.Fault{Kind: kind})
			_, err := client.Do(t.Context(), http.MethodPost, "v2/payment", freePayment())
			require.ErrorIs(t, err, finik.ErrOutcomeUnknown)
			assert.Len(t, srv.Requests(), 1)
			assert.Equal(t, debits, srv.Debits(testID))
		})
	}
	srv, client := start(t)
	document, err := client.Do(t.Context(), http.MethodPost, "v2/payment", freePayment())
	require.NoError(t, err)
	var payment finik.Payment
	require.NoError(t, json.Unmarshal(document, &payment))
	assert.Equal(t, 1, srv.Debits(testID))
	body := srv.Requests()[0].Body
	canonical, err := finik.CanonicalJSON(body)
	require.NoError(t, err)
	assert.Equal(t, string(canonical), string(body))
	_, err = client.Do(t.Context(), http.MethodGet, "v2/payments/"+payment.ID, nil)
	require.NoError(t, err)
	_, err = client.Do(t.Context(), http.MethodGet, "v2/payments/"+payment.ID+"?locale=EN&a=%D1%8F", nil)
	require.NoError(t, err, "the query is signed")
	_, err = client.Do(t.Context(), http.MethodPost, "v2/payment", freePayment())
	require.ErrorIs(t, err, finik.ErrDuplicate)
}

func TestDoRefusesWhatCannotBeSigned(t *testing.T) {
	t.Parallel()
	srv, client := start(t)
	for want, c := range map[string]struct {
		path string
		in   any
	}{
		"in: body: must be a JSON object":        {"x", []int{1}},
		"in: body: ":                             {"x", json.RawMessage(`{"a":1,"a":2}`)},
		"in: must not hold a float":              {"x", map[string]any{"amount": 1.5}},
		"path: must not have an escaped percent": {"x%25y", map[string]any{"a": 1}},
		"query: must not have two values":        {"x?a=1&a=2", map[string]any{"a": 1}},
		"query: must not have a percent sign":    {"x?a=%25", nil},
	} {
		t.Run(want, func(t *testing.T) {
			_, err := client.Do(t.Context(), http.MethodPost, c.path, c.in)
			require.ErrorIs(t, err, finik.ErrInvalidRequest)
			require.ErrorContains(t, err, want)
		})
	}
	assert.Empty(t, srv.Requests())
}

// TestUncheckedMembers: they go beside those of the package, signed, and never in
// their place.
func TestUncheckedMembers(t *testing.T) {
	t.Parallel()
	more := map[string]json.RawMessage{"deviceId": json.RawMessage(`"d-1"`), "extra": json.RawMessage(`{"b": 1, "a": [true]}`)}
	pay := func(c *finik.Client, more map[string]json.RawMessage) error {
		_, err := c.CreatePayment(t.Context(), finik.CreatePaymentRequest{
			AccountID: finiktest.DefaultAccountID, ServiceID: finiktest.ServiceFinik, TransactionID: testID, UserID: finiktest.DefaultUserID,
			Fields: finik.Fields{"phone": "+996000000001", "amount": hundred}, Unchecked: more,
		})
		return err
	}
	run := func(c *finik.Client, more map[string]json.RawMessage) error {
		_, err := c.RunPayout(t.Context(), finik.CreatePaymentRequest{
			AccountID: finiktest.DefaultAccountID, ServiceID: finiktest.ServiceFinik, TransactionID: testID, UserID: finiktest.DefaultUserID,
			Fields: finik.Fields{"phone": "+996000000001", "amount": hundred}, Unchecked: more,
		}, finik.PayoutParams{SkipRecipient: true, Wait: brisk})
		return err
	}
	check := func(c *finik.Client, more map[string]json.RawMessage) error {
		_, err := c.CheckRecipient(t.Context(), finik.CheckRecipientRequest{
			ServiceID: finiktest.ServiceFinik, Fields: finik.Fields{"phone": "+996000000001"}, Unchecked: more,
		})
		return err
	}
	payment := `{"accountId":"` + finiktest.DefaultAccountID + `","deviceId":"d-1","extra":{"a":[true],"b":1},"fields":{"amount":"100.00","phone":"+996000000001"},` +
		`"service":{"id":"` + finiktest.ServiceFinik + `"},"transactionId":"` + testID + `","userId":"` + finiktest.DefaultUserID + `"}`
	for name, c := range map[string]struct {
		call  func(*finik.Client, map[string]json.RawMessage) error
		want  string
		taken []string
	}{
		"CreatePayment": {pay, payment, []string{"accountId", "fields", "service", "transactionId", "userId"}},
		"RunPayout":     {run, payment, []string{"accountId", "fields", "service", "transactionId", "userId"}},
		"CheckRecipient": {
			check, `{"deviceId":"d-1","extra":{"a":[true],"b":1},"fields":{"phone":"+996000000001"},"service":"` + finiktest.ServiceFinik + `"}`,
			[]string{"fields", "service"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, client := start(t)
			for _, taken := range c.taken {
				err := c.call(client, map[string]json.RawMessage{taken: json.RawMessage(`"1"`)})
				require.ErrorIs(t, err, finik.ErrInvalidRequest)
				require.ErrorContains(t, err, "Unchecked: must not have ")
			}
			for _, raw := range []string{``, `{`, `1,"b":2`, `1}`, `{"a":1,"a":2}`, `1e999`, `"\ud800"`} {
				err := c.call(client, map[string]json.RawMessage{"a": json.RawMessage(raw)})
				require.ErrorIs(t, err, finik.ErrInvalidRequest, raw)
				require.ErrorContains(t, err, "Unchecked: ", raw)
			}
			for _, name := range []string{"é", "\xff", "__proto__"} {
				require.ErrorContains(t, c.call(client, map[string]json.RawMessage{name: json.RawMessage(`1`)}), "Unchecked: ", name)
			}
			assert.Empty(t, srv.Requests())
			require.NoError(t, c.call(client, more), "the fake verifies the signature")
			assert.Equal(t, c.want, string(srv.Requests()[0].Body))
		})
	}
}
