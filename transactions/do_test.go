package transactions_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

func ExampleClient_Do() {
	srv := transactionstest.NewServer()
	defer srv.Close()
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 3, Seed: 1})...)
	client, err := transactions.NewClient(srv.URL(), transactionstest.DefaultCredentials())
	if err != nil {
		log.Fatal(err)
	}
	answer, err := client.Do(context.Background(), http.MethodGet, "api/transactions?size=2&sort=id,desc", nil)
	if err != nil {
		log.Fatal(err)
	}
	var rows []struct{ ID int64 }
	if err := json.Unmarshal(answer, &rows); err != nil {
		log.Fatal(err)
	}
	fmt.Println(rows)
	// Output: [{100000003} {100000002}]
}

// TestDoAgainstTheFake: the token is sent, and a connection that is reset is not
// tried again.
func TestDoAgainstTheFake(t *testing.T) {
	t.Parallel()
	srv := transactionstest.Run(t)
	client, err := transactions.NewClient(srv.URL(), transactionstest.DefaultCredentials())
	require.NoError(t, err)
	for _, kind := range []transactionstest.FaultKind{transactionstest.FaultResetBefore, transactionstest.FaultResetAfter} {
		srv.ResetRequests()
		srv.Inject(transactionstest.Fault{Kind: kind})
		_, err := client.Do(t.Context(), http.MethodGet, "api/transactions", nil)
		require.Error(t, err)
		assert.Len(t, srv.Requests(), 1, kind)
		srv.ClearFaults()
	}
	document, err := client.Do(t.Context(), http.MethodGet, "/api/transactions", nil)
	require.NoError(t, err)
	assert.JSONEq(t, "[]", string(document))
	_, err = client.Do(t.Context(), http.MethodGet, "/api/nothing", nil)
	require.ErrorIs(t, err, transactions.ErrNotFound)
}

func TestDoKnowsRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		body   string
		want   int // status of the refusal; 0 is none
	}{
		{200, `{"message":"fine","error":null}`, 0},
		{200, `{"id":1,"status":"SUCCESS"}`, 0},
		{201, `17`, 0},
		{200, `{"title":"Unauthorized","status":401}`, 401},
		{200, `{"error":"no"}`, 200},
		{403, ``, 403},
	} {
		t.Run(fmt.Sprint(c.status, " ", c.body), func(t *testing.T) {
			t.Parallel()
			document, err := answer(t, c.status, c.body).Do(t.Context(), http.MethodPut, "x", map[string]int{"a": 1})
			if c.want == 0 {
				require.NoError(t, err)
				assert.Equal(t, c.body, string(document))
				return
			}
			var refusal *transactions.Error
			require.ErrorAs(t, err, &refusal)
			assert.Equal(t, c.want, refusal.StatusCode)
			assert.Equal(t, "Do", refusal.Operation)
		})
	}
}
