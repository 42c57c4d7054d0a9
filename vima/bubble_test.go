package vima_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/pipenet"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// A client works inside testing/synctest with waits that cost no time, whether it
// was made there or outside.
func TestInsideABubble(t *testing.T) {
	t.Parallel()
	const url = "https://example.com"
	busy := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	made := func(opts ...vima.Option) *vima.Client {
		c, err := vima.NewClient(url, vima.APIKey(vimatest.DefaultAPIKey), opts...)
		require.NoError(t, err)
		return c
	}
	call := func(ctx context.Context, c *vima.Client) error {
		_, err := c.ListOperations(ctx, vima.ListOperationsParams{})
		return err
	}
	var current http.RoundTripper // of the bubble
	outside := made(vima.WithRateLimit(1, 1), vima.WithHTTPClient(&http.Client{Transport: wire(func(r *http.Request) (*http.Response, error) { return current.RoundTrip(r) })}))
	for range 2 {
		synctest.Test(t, func(t *testing.T) {
			pipes, network := pipenet.Serve(t, busy)
			current = pipes
			inside := made(vima.WithRateLimit(1, 1), vima.WithHTTPClient(&http.Client{Transport: pipes}))
			for _, c := range []*vima.Client{inside, outside} {
				start := time.Now()
				var refused *vima.Error
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
