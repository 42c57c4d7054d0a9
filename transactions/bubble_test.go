package transactions_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/pipenet"
	"github.com/payclients/payclients-go/transactions"
)

// A client works inside testing/synctest with waits that cost no time, whether it
// was made there or outside.
func TestInsideABubble(t *testing.T) {
	t.Parallel()
	const url = "https://example.com"
	busy := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	made := func(opts ...transactions.Option) *transactions.Client {
		c, err := transactions.NewClient(url, transactions.StaticToken("token0000"), opts...)
		require.NoError(t, err)
		return c
	}
	call := func(ctx context.Context, c *transactions.Client) error {
		_, err := c.ListTransactions(ctx, transactions.ListTransactionsParams{})
		return err
	}
	var current http.RoundTripper // of the bubble
	outside := made(transactions.WithRateLimit(1, 1), transactions.WithHTTPClient(&http.Client{Transport: wire(func(r *http.Request) (*http.Response, error) { return current.RoundTrip(r) })}))
	for range 2 {
		synctest.Test(t, func(t *testing.T) {
			pipes, network := pipenet.Serve(t, busy)
			current = pipes
			inside := made(transactions.WithRateLimit(1, 1), transactions.WithHTTPClient(&http.Client{Transport: pipes}))
			for _, c := range []*transactions.Client{inside, outside} {
				start := time.Now()
				var refused *transactions.Error
				require.ErrorAs(t, call(t.Context(), c), &refused)
				assert.Equal(t, http.StatusServiceUnavailable, refused.StatusCode)
				assert.GreaterOrEqual(t, time.Since(start), time.Second, "three attempts, at one a second")
			}
			synctest.Wait() // until the last stream has gone
			inside.CloseIdleConnections()
			require.Error(t, call(t.Context(), inside))
			assert.EqualValues(t, 2, network.Dials(), "the idle connection was closed")
		})
	}
}
