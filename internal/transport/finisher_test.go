package transport_test

import (
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

const api = "https://api.example.com/v1"

// The caller's own timeout is one of an attempt: waits for the rate limit do not
// count, and the shorter one holds.
func TestTimeoutOfTheCallersClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, timeout := range []time.Duration{time.Second, time.Hour} {
			c := config(t, api, wire(func(r *http.Request) (*http.Response, error) {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}))
			c.HTTPClient.Timeout, c.Timeout = timeout, time.Minute
			c.RatePerSecond, c.Burst, c.Retry.MaxAttempts = 0.1, 1, 2
			var seen []time.Duration
			c.Observer = func(_ context.Context, a transport.Attempt) { seen = append(seen, a.Duration) }
			_, err := transport.New(c).Do(t.Context(), request(t, transport.ReadOnly, "GET", api, ""))
			require.ErrorIs(t, err, context.DeadlineExceeded)
			want := min(timeout, time.Minute)
			assert.Equal(t, []time.Duration{want, want}, seen)
		}
	})
}

func TestAttemptDeadlineCoversTheBody(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no answer":     "",
		"half a status": "HTTP/1.1 2",
		"headers only":  head + "Content-Length: 2\r\n\r\n",
		"half a body":   head + "Content-Length: 2\r\n\r\n{",
		"chunks":        head + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
	} {
		for kindName, kind := range kinds() {
			t.Run(name+"/"+kindName, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					var hits atomic.Int64
					own := overPipes(func(conn net.Conn) {
						_, _, _ = receive(conn)
						hits.Add(1)
						_, _ = io.WriteString(conn, text)
						_, _ = conn.Read(make([]byte, 1)) // stalls until the other side has gone
					})
					defer own.CloseIdleConnections()
					c := config(t, "http://api.example.com", own)
					c.Timeout = 7 * time.Second
					start := time.Now()
					_, err := transport.New(c).Do(t.Context(), request(t, kind, "POST", "http://api.example.com", "{}"))
					e := failureOf(t, err)
					want := map[string]int{"ReadOnly": 3, "Idempotent": 3, "Once": 1}[kindName]
					assert.EqualValues(t, want, hits.Load())
					assert.Equal(t, time.Duration(want)*7*time.Second+time.Duration(want-1), time.Since(start))
					assert.Equal(t, "timeout", e.Class)
					assert.Equal(t, kind != transport.ReadOnly, e.Ambiguous)
					require.ErrorIs(t, err, context.DeadlineExceeded)
					var network net.Error
					require.ErrorAs(t, err, &network)
					assert.True(t, network.Timeout())
				})
			})
		}
	}
}

// A refusal whose body stalls keeps its status.
func TestStalledBodyOfARefusal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		own := overPipes(func(conn net.Conn) {
			_, _, _ = receive(conn)
			_, _ = io.WriteString(conn, "HTTP/1.1 422 No\r\nContent-Length: 20\r\n\r\n{\"code\":1")
			_, _ = conn.Read(make([]byte, 1))
		})
		defer own.CloseIdleConnections()
		start := time.Now()
		got, err := transport.New(config(t, "http://api.example.com", own)).Do(t.Context(), request(t, transport.Once, "POST", "http://api.example.com", "{}"))
		require.NoError(t, err)
		assert.Equal(t, 422, got.StatusCode)
		assert.Equal(t, `{"code":1`, string(got.Body))
		assert.False(t, got.Ambiguous)
		assert.Equal(t, transport.DefaultTimeout, time.Since(start))
	})
}

// The body of a 101 is the connection itself, on which nothing may ever come.
func TestSwitchingProtocols(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		own := overPipes(func(conn net.Conn) {
			_, _, _ = receive(conn)
			_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
			_, _ = conn.Read(make([]byte, 1))
		})
		defer own.CloseIdleConnections()
		start := time.Now()
		got, err := transport.New(config(t, "http://api.example.com", own)).Do(t.Context(), request(t, transport.Once, "POST", "http://api.example.com", "{}"))
		require.NoError(t, err)
		assert.Equal(t, 101, got.StatusCode)
		assert.True(t, got.Ambiguous)
		assert.Zero(t, time.Since(start))
	})
}

func TestCancelWithinAnAttempt(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"before the answer": "", "within the body": head + "Content-Length: 9\r\n\r\n{"} {
		for kindName, kind := range kinds() {
			t.Run(name+"/"+kindName, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					var hits atomic.Int64
					own := overPipes(func(conn net.Conn) {
						_, _, _ = receive(conn)
						hits.Add(1)
						_, _ = io.WriteString(conn, text)
						_, _ = conn.Read(make([]byte, 1))
					})
					defer own.CloseIdleConnections()
					ctx, cancel := context.WithCancel(t.Context())
					time.AfterFunc(time.Second, cancel)
					start := time.Now()
					_, err := transport.New(config(t, "http://api.example.com", own)).Do(ctx, request(t, kind, "POST", "http://api.example.com", "{}"))
					e := failureOf(t, err)
					require.ErrorIs(t, err, context.Canceled)
					assert.Equal(t, "canceled", e.Class)
					assert.Equal(t, kind != transport.ReadOnly, e.Ambiguous)
					assert.EqualValues(t, 1, hits.Load())
					assert.Equal(t, time.Second, time.Since(start))
				})
			})
		}
	}
}

func TestEndedContextSendsNothing(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, kind := range kinds() {
		c := config(t, api, wire(func(*http.Request) (*http.Response, error) {
			assert.Fail(t, "sent")
			return nil, errReset
		}))
		_, err := transport.New(c).Do(ctx, request(t, kind, "POST", api, "{}"))
		require.ErrorIs(t, err, context.Canceled)
		assert.False(t, failureOf(t, err).Ambiguous)
	}
}

func TestRateLimitWaitsBeforeTheAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var attempts []transport.Attempt
		c := config(t, api, wire(func(*http.Request) (*http.Response, error) {
			time.Sleep(100 * time.Millisecond)
			return answer(503, ""), nil
		}))
		c.RatePerSecond, c.Burst, c.Timeout = 0.5, 1, time.Second // the wait is longer than an attempt may take
		c.Observer = func(_ context.Context, a transport.Attempt) { attempts = append(attempts, a) }
		client := transport.New(c)
		start := time.Now()
		_, err := client.Do(t.Context(), request(t, transport.ReadOnly, "GET", api, ""))
		require.NoError(t, err)
		assert.Equal(t, 4100*time.Millisecond, time.Since(start))
		require.Len(t, attempts, 3)
		for i, wait := range []time.Duration{0, 1900 * time.Millisecond, 1900 * time.Millisecond} {
			assert.Equal(t, wait, attempts[i].Wait)
			assert.Equal(t, 100*time.Millisecond, attempts[i].Duration)
		}
	})
}

// The wait would outlast the deadline: that is known at once, and nothing is sent.
func TestRateLimitBeyondTheDeadline(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds() {
		synctest.Test(t, func(t *testing.T) {
			hits := 0
			var attempts []transport.Attempt
			c := config(t, api, wire(func(*http.Request) (*http.Response, error) { hits++; return answer(200, ""), nil }))
			c.RatePerSecond, c.Burst = 0.1, 1
			c.Observer = func(_ context.Context, a transport.Attempt) { attempts = append(attempts, a) }
			client := transport.New(c)
			_, err := client.Do(t.Context(), request(t, kind, "POST", api, "{}"))
			require.NoError(t, err)
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			start := time.Now()
			_, err = client.Do(ctx, request(t, kind, "POST", api, "{}"))
			e := failureOf(t, err)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, "timeout", e.Class)
			assert.False(t, e.Ambiguous)
			assert.Equal(t, 1, hits)
			assert.Zero(t, time.Since(start))
			assert.True(t, attempts[len(attempts)-1].Final)
			_, err = client.Do(t.Context(), request(t, kind, "POST", api, "{}")) // the limiter keeps its token
			require.NoError(t, err)
			assert.Equal(t, 10*time.Second, time.Since(start))
		})
	}
}

func TestRateLimitCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := config(t, api, wire(func(*http.Request) (*http.Response, error) { return answer(200, ""), nil }))
		c.RatePerSecond, c.Burst = 0.01, 1
		client := transport.New(c)
		_, err := client.Do(t.Context(), request(t, transport.Once, "POST", api, "{}"))
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second, cancel)
		start := time.Now()
		_, err = client.Do(ctx, request(t, transport.Once, "POST", api, "{}"))
		require.ErrorIs(t, err, context.Canceled)
		assert.False(t, failureOf(t, err).Ambiguous)
		assert.Equal(t, 3*time.Second, time.Since(start))
	})
}

// A limit that means "no limit" must neither cut answers nor trust a length.
func TestHugeLimits(t *testing.T) {
	t.Parallel()
	for _, limit := range []int64{math.MaxInt64, math.MaxInt64 - 1, 1 << 50} {
		for _, claim := range []int64{-1, 0, 1, 1 << 49, math.MaxInt64} {
			t.Run(fmt.Sprint("limit=", limit, ", claim=", claim), func(t *testing.T) {
				c := config(t, api, wire(func(*http.Request) (*http.Response, error) {
					resp := answer(200, `{"a":1}`)
					resp.ContentLength = claim
					return resp, nil
				}))
				c.MaxResponseBytes = limit
				got, err := transport.New(c).Do(t.Context(), request(t, transport.ReadOnly, "GET", api, ""))
				require.NoError(t, err)
				assert.Equal(t, `{"a":1}`, string(got.Body))
			})
		}
	}
}

// What a transport must not do, and some do.
func TestUnlawfulTransports(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]wire{
		"neither": func(*http.Request) (*http.Response, error) { return nil, nil }, //nolint:nilnil // that is the point
		"both": func(*http.Request) (*http.Response, error) {
			return answer(200, "{}"), errReset
		},
	} {
		for _, withTokens := range []bool{false, true} {
			bodies := &closing{next: next}
			c := config(t, api, bodies)
			if withTokens {
				c.Authorizer = transport.Bearer(tokens(func(context.Context, string) (string, error) { return "t", nil }), nil)
			}
			_, err := transport.New(c).Do(t.Context(), request(t, transport.Once, "POST", api, "{}"))
			assert.True(t, failureOf(t, err).Ambiguous, name)
			assert.Equal(t, bodies.opened.Load(), bodies.closed.Load(), name)
		}
	}
	for _, status := range []int{200, 401, 503} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			c := config(t, api, wire(func(*http.Request) (*http.Response, error) { return &http.Response{StatusCode: status}, nil }))
			asked := 0
			c.Authorizer = transport.Bearer(tokens(func(context.Context, string) (string, error) { asked++; return strings.Repeat("t", asked), nil }), nil)
			got, err := transport.New(c).Do(t.Context(), request(t, transport.ReadOnly, "POST", api, "{}"))
			require.NoError(t, err)
			assert.Equal(t, status, got.StatusCode)
			assert.Empty(t, got.Body)
		})
	}
}
