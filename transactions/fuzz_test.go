package transactions_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
)

// For every answer of a service, a call returns a page or an error of a known type,
// and a walk ends.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		"", "null", "[]", "{}", rows(1, 2), `{"content":[{"id":1}],"totalElements":2}`, `{"_embedded":{"x":[{"id":1}]},"page":{"totalElements":1}}`,
		`{"title":"x","status":400,"message":"error.validation","fieldErrors":[{"field":"a"}]}`, `{"id":1,"id":2}`, "<html>", `[{"id":2},{"id":1}]`, personal,
		`[{"id":1,"lastModifiedDate":"2026-01-15T00:00:00Z"},{"lastModifiedDate":"2026-01-16"}]`, `[null,1,{"id":"3"}]`,
	} {
		for _, status := range []int{200, 204, 400, 503} {
			f.Add(status, body, `<http://x/?page=1>; rel="next"`, "2")
			f.Add(status, body, "", "")
		}
	}
	f.Fuzz(func(t *testing.T, status int, body, link, total string) {
		if status < 200 || status > 599 {
			return
		}
		client, err := transactions.NewClient(baseURL, transactions.StaticToken(testToken), transactions.WithRetry(transactions.RetryPolicy{MaxAttempts: 1}),
			transactions.WithHTTPClient(&http.Client{Transport: wire(func(*http.Request) (*http.Response, error) {
				return newResponse(status, http.Header{"Link": {link}, "X-Total-Count": {total}, "X-App-Error": {link}}, body), nil
			})}))
		require.NoError(t, err)
		page, err := client.ListTransactions(t.Context(), transactions.ListTransactionsParams{})
		require.Equal(t, err == nil, page != nil)
		known(t, err)
		for _, walk := range []func(func(*transactions.Transaction, error) bool){
			client.AllTransactions(t.Context(), transactions.ListTransactionsParams{Size: 2}, transactions.Prefetch(1)),
			client.WalkTransactions(t.Context(), transactions.Filter{}, transactions.PageSize(2), transactions.Prefetch(1)),
			client.WalkUpdated(t.Context(), midnight, transactions.Filter{}, transactions.PageSize(2), transactions.Prefetch(1)),
		} {
			n := 0
			for _, err := range walk {
				known(t, err)
				n++
				require.LessOrEqual(t, n, 2*len(body)+2, "a walk over one and the same answer is short")
			}
		}
	})
}

func known(t *testing.T, err error) {
	t.Helper()
	var refused *transactions.Error
	var unreadable *transactions.DecodeError
	require.True(t, err == nil || errors.As(err, &refused) || errors.As(err, &unreadable) ||
		errors.Is(err, transactions.ErrPaginationStalled) || errors.Is(err, transactions.ErrFilterIgnored), "%v", err)
}
