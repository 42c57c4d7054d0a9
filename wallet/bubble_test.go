package wallet_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/pipenet"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// A client works inside testing/synctest with waits that cost no time, whether it
// was made there or outside.
func TestInsideABubble(t *testing.T) {
	t.Parallel()
	const url = "https://example.com"
	busy := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	made := func(opts ...wallet.Option) *wallet.Client {
		c, err := wallet.NewClient(url, wallet.BasicAuth(wallettest.DefaultPhone, wallettest.DefaultPassword), opts...)
		require.NoError(t, err)
		return c
	}
	call := func(ctx context.Context, c *wallet.Client) error {
		_, err := c.GetPayment(ctx, 1)
		return err
	}
	var current http.RoundTripper // of the bubble
	outside := made(wallet.WithRateLimit(1, 1), wallet.WithHTTPClient(&http.Client{Transport: wire(func(r *http.Request) (*http.Response, error) { return current.RoundTrip(r) })}))
	for range 2 {
		synctest.Test(t, func(t *testing.T) {
			pipes, network := pipenet.Serve(t, busy)
			current = pipes
			inside := made(wallet.WithRateLimit(1, 1), wallet.WithHTTPClient(&http.Client{Transport: pipes}))
			for _, c := range []*wallet.Client{inside, outside} {
				start := time.Now()
				var refused *wallet.Error
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
