package transport_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

// The rate limit would let the next attempt go after the deadline: what the last
// one brought comes back, at once. Where there was none, the rate limit is named.
func TestRateLimitHidesNoAnswer(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		wire  func() (*http.Response, error)
		class string
		err   error
	}{
		"503":   {func() (*http.Response, error) { return answer(503, "busy"), nil }, "status", nil},
		"reset": {func() (*http.Response, error) { return nil, errReset }, "reset", errReset},
		"dial":  {func() (*http.Response, error) { return nil, errDial }, "dial", errDial},
	} {
		for kindName, kind := range kinds() {
			t.Run(name+"/"+kindName, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					sent := 0
					var attempts []transport.Attempt
					c := config(t, api, wire(func(*http.Request) (*http.Response, error) { sent++; return tt.wire() }))
					c.RatePerSecond, c.Burst = 0.1, 1
					c.Observer = func(_ context.Context, a transport.Attempt) { attempts = append(attempts, a) }
					client := transport.New(c)
					ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
					defer cancel()
					start := time.Now()
					got, err := client.Do(ctx, request(t, kind, "POST", api, "{}"))
					assert.Less(t, time.Since(start), time.Second, "there is nothing to wait for")
					assert.Equal(t, 1, sent)
					require.Len(t, attempts, 1)
					assert.Equal(t, tt.class, attempts[0].Class)
					assert.True(t, attempts[0].Final)
					ambiguous := kind != transport.ReadOnly && name != "dial"
					if tt.err == nil {
						require.NoError(t, err)
						assert.Equal(t, 503, got.StatusCode)
						assert.Equal(t, "busy", string(got.Body))
						assert.Equal(t, 1, got.Attempts)
						assert.Equal(t, ambiguous, got.Ambiguous)
					} else {
						require.ErrorIs(t, err, tt.err)
						assert.Equal(t, ambiguous, failureOf(t, err).Ambiguous)
					}

					_, err = client.Do(ctx, request(t, kind, "POST", api, "{}"))
					assert.ErrorContains(t, err, "rate limit")
					assert.False(t, failureOf(t, err).Ambiguous)
					assert.Equal(t, 1, sent)
				})
			})
		}
	}
}

// A call that is cancelled while it waits for the rate limit ends as cancelled.
func TestRateLimitAndCancel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := config(t, api, wire(func(*http.Request) (*http.Response, error) { return answer(503, ""), nil }))
		c.RatePerSecond, c.Burst = 0.1, 1
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Second, cancel)
		_, err := transport.New(c).Do(ctx, request(t, transport.ReadOnly, "GET", api, ""))
		require.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, "canceled", failureOf(t, err).Class)
	})
}
