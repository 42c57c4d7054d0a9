package vima_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

func ExampleClient_Do() {
	srv := fake()
	defer srv.Close()
	answer, err := connect(srv).Do(context.Background(), http.MethodGet, "?count=2&descending=false", nil)
	if err != nil {
		log.Fatal(err)
	}
	var rows []struct {
		ID json.Number `json:"operation_create_id"`
	}
	if err := json.Unmarshal(answer, &rows); err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(rows), "rows")
	// Output: 2 rows
}

// TestDoAgainstTheFake: the key is sent, and a connection that is reset is not
// tried again.
func TestDoAgainstTheFake(t *testing.T) {
	t.Parallel()
	srv := vimatest.Run(t)
	client := connect(srv)
	for _, kind := range []vimatest.FaultKind{vimatest.FaultResetBefore, vimatest.FaultResetAfter} {
		srv.ResetRequests()
		srv.Inject(vimatest.Fault{Kind: kind})
		_, err := client.Do(t.Context(), http.MethodGet, "", nil)
		require.Error(t, err)
		assert.Len(t, srv.Requests(), 1, kind)
		srv.ClearFaults()
	}
	answer, err := client.Do(t.Context(), http.MethodGet, "", nil)
	require.NoError(t, err)
	assert.JSONEq(t, "[]", string(answer))
}

func TestDoKnowsRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		body   string
		want   int // status of the refusal; 0 is none
	}{
		{200, `{"error":null,"message":"fine","data":1}`, 0},
		{200, `{"error":false}`, 0},
		{200, `{"code":"A1"}`, 0},
		{200, `"text"`, 0},
		{200, `null`, 0},
		{200, `{"error":"no"}`, 200},
		{200, `{"message":"Unauthorized","code":401}`, 401},
		{400, `{"message":"no"}`, 400},
		{502, `<html>`, 502},
	} {
		t.Run(fmt.Sprint(c.status, " ", c.body), func(t *testing.T) {
			t.Parallel()
			document, err := answer(t, c.status, c.body).Do(t.Context(), http.MethodGet, "", nil)
			if c.want == 0 {
				require.NoError(t, err)
				assert.Equal(t, c.body, string(document))
				return
			}
			var refusal *vima.Error
			require.ErrorAs(t, err, &refusal)
			assert.Equal(t, c.want, refusal.StatusCode)
			assert.Equal(t, "Do", refusal.Operation)
		})
	}
}

// TestUncheckedParameters: they go beside those of the package, on every page of a
// walk, and never in their place.
func TestUncheckedParameters(t *testing.T) {
	t.Parallel()
	var asked []url.Values
	mock := httpmock.NewMockTransport()
	mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
		asked = append(asked, r.URL.Query())
		return httpmock.NewStringResponse(200, "[]"), nil
	})
	client := newClient(t, vima.ProductionURL, vima.WithHTTPClient(&http.Client{Transport: mock}))
	p := vima.ListOperationsParams{Project: "p", Unchecked: url.Values{"currency": {"INR", "a&apikey=b"}}}
	_, err := client.ListOperations(t.Context(), p)
	require.NoError(t, err)
	for _, err := range client.OperationPages(t.Context(), p) {
		require.NoError(t, err)
	}
	require.Len(t, asked, 2)
	for _, query := range asked {
		assert.Equal(t, url.Values{
			"project": {"p"}, "count": {"100"}, "descending": {"false"}, "currency": {"INR", "a&apikey=b"}, "apikey": {testKey},
		}, query)
	}
	assert.Equal(t, url.Values{"currency": {"INR", "a&apikey=b"}}, p.Unchecked)

	const taken = "Unchecked: must not have a parameter that has a field of its own, nor apikey"
	for name, want := range map[string]string{
		"project": taken, "status": taken, "date": taken, "from": taken, "to": taken, "count": taken, "Descending": taken,
		"from_operation_create_id": taken, "from_operation_update_id": taken, "apikey": taken, "APIKEY": taken,
		"": "Unchecked: names must not be empty", "\xff": "Unchecked: names must not be empty, and be valid UTF-8", "a\n": "Unchecked: names must not be empty",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := client.ListOperations(t.Context(), vima.ListOperationsParams{Unchecked: url.Values{name: {"master-0"}}})
			require.ErrorIs(t, err, vima.ErrInvalidRequest)
			require.ErrorContains(t, err, want)
			assert.NotContains(t, err.Error(), "master-0")
		})
	}
	for _, values := range [][]string{nil, {"\xff"}} {
		_, err := client.ListOperations(t.Context(), vima.ListOperationsParams{Unchecked: url.Values{"a": values}})
		require.ErrorContains(t, err, "Unchecked: each name must have values, of valid UTF-8")
	}
	assert.Len(t, asked, 2)
}
