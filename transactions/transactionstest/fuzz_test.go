package transactionstest_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// FuzzQuery: the server answers every query with a page, a problem with status
// 400, or 500 for an unknown column, and its words about a query agree with that.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		"", "id.in=1,,0x2,+3", "status.equals=&payType.in=", "recipientAccount.contains=%25_%5C%25", "recipientAccount.doesNotContain=%5C",
		"gatewayAmount.equals=1e999999999&gatewayAmount.in=1E7,-0.0", "gatewayAmount.equals=9e18&gatewayAmount.lessThan=1e-30",
		"date.equals=1e3&date.in=-9223372036854775808", "date.lessThan=%2B1000000000-12-31T23:59:59Z", "page=9999999999&size=-1",
		"sort=id,desc,ignorecase&sort=ignorecase,asc&sort=,.,", "sort=nope", "distinct&_id.in=1&id.specified=on", "a=%zz;b",
		"page=2147483647&size=2000&id.greaterThan=0&sort=id", "lastModifiedDate.notIn=&sort=lastModifiedDate&lastModifiedDate.lessThan=2026-01-15T00:00:00Z",
	} {
		f.Add(seed)
	}
	srv := transactionstest.NewServer()
	f.Cleanup(srv.Close)
	srv.Seed(five()...)
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 10, Seed: 1})...)
	f.Fuzz(func(t *testing.T, query string) {
		request := httptest.NewRequest(http.MethodGet, transactionstest.Path, http.NoBody)
		request.URL.RawQuery = query
		request.Header.Set("Authorization", "Bearer "+transactionstest.DefaultToken)
		recorder := httptest.NewRecorder()
		srv.Handler().ServeHTTP(recorder, request)

		parameters, _ := url.ParseQuery(query)
		bad := len(transactionstest.Understand(parameters).Bad) > 0
		require.Equal(t, bad, recorder.Code == http.StatusBadRequest)
		if !bad {
			require.Contains(t, []int{http.StatusOK, http.StatusInternalServerError}, recorder.Code)
		}
	})
}
