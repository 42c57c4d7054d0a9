package torture_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/internal/torture"
	"github.com/payclients/payclients-go/internal/transport"
)

// A wait for the rate limit that the deadline does not allow ends the call with
// the answer that there is, at once.
func TestARateLimitHidesNoAnswer(t *testing.T) {
	t.Parallel()
	for _, o := range tried() {
		if o.Width > 1 || !o.Kind.Repeatable() {
			continue // there is no second attempt to wait for
		}
		t.Run(named(o), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				requests := 0
				busy := roundTripper(func(r *http.Request) (*http.Response, error) {
					requests++
					return torture.Answer{Status: http.StatusServiceUnavailable}.Response(r), nil
				})
				ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
				defer cancel()
				begun := time.Now()
				_, err := o.Call(ctx, torture.Settings{
					URL: "https://" + torture.Host + basePaths[o.Package], HTTPClient: &http.Client{Transport: busy},
					Retry: transport.RetryPolicy{MaxAttempts: 3, MinWait: 1, MaxWait: 1}, RatePerSecond: 0.2,
				})
				status, _ := o.Status(err)
				assert.Equal(t, http.StatusServiceUnavailable, status, "%v", err)
				assert.Less(t, time.Since(begun), time.Second)
				assert.Equal(t, 1, requests)
			})
		})
	}
}
