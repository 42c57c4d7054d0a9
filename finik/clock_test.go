package finik_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

// clock is a service that knows what time it is, and how old the timestamps are
// that reach it.
type clock struct {
	skew  time.Duration // of the service's clock to ours
	mu    sync.Mutex
	ages  []time.Duration
	stamp map[string]bool
	sign  map[string]bool
}

func (c *clock) now() time.Time { return time.Now().Add(c.skew) }

// see takes a request, and its age in the moment in which it leaves.
func (c *clock) see(t *testing.T, r *http.Request) time.Duration {
	t.Helper()
	millis, err := strconv.ParseInt(r.Header.Get("X-Api-Timestamp"), 10, 64)
	assert.NoError(t, err)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stamp == nil {
		c.stamp, c.sign = map[string]bool{}, map[string]bool{}
	}
	c.stamp[r.Header.Get("X-Api-Timestamp")], c.sign[r.Header.Get("Signature")] = true, true
	age := c.now().Sub(time.UnixMilli(millis))
	c.ages = append(c.ages, age)
	return age
}

// fresh fails the test when a timestamp was too old or of the future.
func (c *clock) fresh(t *testing.T) {
	t.Helper()
	for _, age := range c.ages {
		assert.LessOrEqual(t, age, 5*time.Second)
		assert.GreaterOrEqual(t, age, time.Duration(0))
	}
	assert.Len(t, c.sign, len(c.stamp), "each timestamp has its signature")
}

// counting signs with the text itself, after a while.
func counting(n *atomic.Int64, takes time.Duration) signerFunc {
	return func(_ context.Context, message []byte) ([]byte, error) {
		n.Add(1)
		time.Sleep(takes)
		return message, nil
	}
}

func clockClient(t *testing.T, signer finik.Signer, opts ...finik.Option) *finik.Client {
	t.Helper()
	c, err := finik.NewClient("http://127.0.0.1:1", finik.Credentials{APIKey: testKey, Signer: signer}, opts...)
	require.NoError(t, err)
	return c
}

// A retry that waited longer than a timestamp lives is signed after the wait.
func TestARetryIsStampedAfterItsWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c clock
		var signed atomic.Int64
		client := clockClient(t, counting(&signed, 0), finik.WithRetry(finik.RetryPolicy{MaxWait: time.Minute}),
			over(func(r *http.Request) (*http.Response, error) {
				c.see(t, r)
				if len(c.ages) < 3 {
					return newResponse(503, `{"statusCode":503}`, "Retry-After", "11"), nil
				}
				return newResponse(200, paid(testID)), nil
			}))
		_, err := client.CreatePayment(t.Context(), transfer(testID))
		require.NoError(t, err)
		assert.EqualValues(t, 3, signed.Load())
		assert.Len(t, c.stamp, 3)
		c.fresh(t)
	})
}

func TestARequestIsStampedAfterTheRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c clock
		var signed atomic.Int64
		client := clockClient(t, counting(&signed, 0), finik.WithRateLimit(0.05, 1),
			over(func(r *http.Request) (*http.Response, error) { c.see(t, r); return newResponse(200, paid(testID)), nil }))
		began := time.Now()
		for range 4 {
			_, err := client.CreatePayment(t.Context(), transfer(testID))
			require.NoError(t, err)
		}
		assert.GreaterOrEqual(t, time.Since(began), time.Minute)
		assert.Len(t, c.stamp, 4)
		c.fresh(t)
	})
}

// pipes is a network in memory: each connection takes so long to come about and
// answers one request by serve.
func pipes(t *testing.T, dial func(n int) time.Duration, serve func(*http.Request) *http.Response) *http.Client {
	t.Helper()
	var dialled atomic.Int64
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) {
		time.Sleep(dial(int(dialled.Add(1))))
		ours, theirs := net.Pipe()
		go func() {
			defer func() { _ = theirs.Close() }()
			in := bufio.NewReader(theirs)
			for {
				r, err := http.ReadRequest(in)
				if err != nil {
					return
				}
				body, _ := io.ReadAll(r.Body)
				r.Body = io.NopCloser(bytes.NewReader(body))
				answer := serve(r)
				answer.ProtoMajor, answer.ProtoMinor = 1, 1
				if answer.Write(theirs) != nil {
					return
				}
			}
		}()
		return ours, nil
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// A connection may take longer than a timestamp lives.
func TestAStaleTimestampIsRenewedWhenTheConnectionComes(t *testing.T) {
	t.Parallel()
	for takes, signs := range map[time.Duration]int64{0: 1, 3 * time.Second: 1, 4999 * time.Millisecond: 1, 6 * time.Second: 2, 20 * time.Second: 2} {
		t.Run(fmt.Sprint("takes=", takes), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var c clock
				var signed atomic.Int64
				network := pipes(t, func(int) time.Duration { return takes }, func(r *http.Request) *http.Response {
					c.see(t, r)
					return newResponse(200, paid(testID))
				})
				client := clockClient(t, counting(&signed, 0), finik.WithHTTPClient(network))
				_, err := client.CreatePayment(t.Context(), transfer(testID))
				require.NoError(t, err)
				assert.Equal(t, signs, signed.Load(), takes)
				c.fresh(t)
				network.CloseIdleConnections()
			})
		})
	}
}

// The control: signed once, before the connection, the timestamp is too old.
func TestAClientThatSignsBeforeItDialsIsTooOld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c clock
		network := pipes(t, func(int) time.Duration { return 6 * time.Second }, func(r *http.Request) *http.Response {
			c.see(t, r)
			return newResponse(200, "{}")
		})
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:1/", nil)
		r.RequestURI = ""
		r.Header.Set("X-Api-Timestamp", strconv.FormatInt(time.Now().UnixMilli(), 10))
		answer, err := network.Do(r)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		assert.Equal(t, []time.Duration{6 * time.Second}, c.ages)
		network.CloseIdleConnections()
	})
}

// A signer that is too slow ends the attempt; one that is a bit slow does not.
func TestASlowSigner(t *testing.T) {
	t.Parallel()
	for takes, ok := range map[time.Duration]bool{4 * time.Second: true, 5001 * time.Millisecond: false, 11 * time.Second: false} {
		t.Run(fmt.Sprint("takes=", takes), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var c clock
				var signed atomic.Int64
				client := clockClient(t, counting(&signed, takes), over(func(r *http.Request) (*http.Response, error) {
					c.see(t, r)
					return newResponse(200, paid(testID)), nil
				}))
				_, err := client.CreatePayment(t.Context(), transfer(testID))
				assert.EqualValues(t, 1, signed.Load(), "a fault of the signer is not repeated")
				c.fresh(t)
				if ok {
					require.NoError(t, err)
					return
				}
				require.Error(t, err)
				assert.NotErrorIs(t, err, finik.ErrOutcomeUnknown, "nothing has left")
				assert.Empty(t, c.ages)
			})
		})
	}
}

// A signer that gets slow between two signatures of one attempt sends nothing
// either: the connection is given up.
func TestASignerThatIsSlowWhenTheConnectionComes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var signed, hits atomic.Int64
		signer := signerFunc(func(_ context.Context, message []byte) ([]byte, error) {
			if signed.Add(1) > 1 {
				time.Sleep(7 * time.Second)
			}
			return message, nil
		})
		network := pipes(t, func(int) time.Duration { return 6 * time.Second }, func(*http.Request) *http.Response {
			hits.Add(1)
			return newResponse(200, paid(testID))
		})
		_, err := clockClient(t, signer, finik.WithHTTPClient(network)).CreatePayment(t.Context(), transfer(testID))
		require.Error(t, err)
		assert.NotErrorIs(t, err, finik.ErrOutcomeUnknown)
		assert.Zero(t, hits.Load())
		network.CloseIdleConnections()
	})
}

func TestASignerThatFails(t *testing.T) {
	t.Parallel()
	cause := errors.New("the vault is shut")
	for name, signer := range map[string]signerFunc{
		"error":   func(context.Context, []byte) ([]byte, error) { return nil, cause },
		"nothing": func(context.Context, []byte) ([]byte, error) { return nil, nil },
	} {
		t.Run(name, func(t *testing.T) {
			client := clockClient(t, signer, over(func(*http.Request) (*http.Response, error) {
				t.Error("sent")
				return nil, cause
			}))
			_, err := client.CreatePayment(t.Context(), transfer(testID))
			require.Error(t, err)
			assert.Equal(t, name == "error", errors.Is(err, cause))
			assert.NotErrorIs(t, err, finik.ErrOutcomeUnknown)
			assert.NotContains(t, err.Error(), "vault", "nobody knows what a signer says")
		})
	}
}
