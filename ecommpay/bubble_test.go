package ecommpay_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/internal/pipenet"
)

// A client works inside testing/synctest with waits that cost no time, whether it
// was made there or outside.
func TestInsideABubble(t *testing.T) {
	t.Parallel()
	const url = "https://example.com"
	busy := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	made := func(opts ...ecommpay.Option) *ecommpay.Client {
		c, err := ecommpay.NewClient(url, ecommpaytest.DefaultCredentials(), opts...)
		require.NoError(t, err)
		return c
	}
	call := func(ctx context.Context, c *ecommpay.Client) error {
		_, err := c.Balances(ctx)
		return err
	}
	var current http.RoundTripper // of the bubble
	outside := made(ecommpay.WithRateLimit(1, 1), ecommpay.WithHTTPClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) { return current.RoundTrip(r) })}))
	for range 2 {
		synctest.Test(t, func(t *testing.T) {
			pipes, network := pipenet.Serve(t, busy)
			current = pipes
			inside := made(ecommpay.WithRateLimit(1, 1), ecommpay.WithHTTPClient(&http.Client{Transport: pipes}))
			for _, c := range []*ecommpay.Client{inside, outside} {
				start := time.Now()
				var refused *ecommpay.Error
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
