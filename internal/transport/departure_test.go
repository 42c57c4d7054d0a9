package transport_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

// Once the first dial fails, the second attempt of a Once is the only one that arrives.
func TestOnceIsSentAfterAFailedDial(t *testing.T) {
	t.Parallel()
	base, hits := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") })
	own := pool(t)
	dials := 0
	own.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if dials++; dials == 1 {
			return nil, errors.New("proxy of the caller says no") // no error of net's, but the trace knows
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	got, err := transport.New(config(t, base, own)).Do(t.Context(), request(t, transport.Once, "POST", base, "{}"))
	require.NoError(t, err)
	assert.Equal(t, 2, got.Attempts)
	assert.False(t, got.Ambiguous)
	assert.EqualValues(t, 1, hits.Load())
}

// Connections that a signer or a middleware opens with the attempt's context
// say nothing about the attempt.
func TestOnlyTheWireIsTraced(t *testing.T) {
	t.Parallel()
	base, hits := serve(t, func(http.ResponseWriter, *http.Request) {})
	aside, asides := serve(t, func(http.ResponseWriter, *http.Request) {})
	helper := pool(t)
	visit := func(ctx context.Context) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, aside, nil)
		require.NoError(t, err)
		resp, err := helper.RoundTrip(r)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
	}
	own := pool(t)
	dials := 0
	own.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if dials++; dials < 3 {
			return nil, errors.New("no route")
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	c := config(t, base, own)
	c.Authorizer = transport.AuthorizerFunc(func(r *http.Request, _ []byte) error { visit(r.Context()); return nil })
	c.Middleware = []func(http.RoundTripper) http.RoundTripper{func(next http.RoundTripper) http.RoundTripper {
		return wire(func(r *http.Request) (*http.Response, error) { visit(r.Context()); return next.RoundTrip(r) })
	}}
	var traced atomic.Int64 // the caller's own trace goes on working
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GetConn: func(string) { traced.Add(1) }})
	got, err := transport.New(c).Do(ctx, request(t, transport.Once, "POST", base, "{}"))
	require.NoError(t, err)
	assert.Equal(t, 3, got.Attempts)
	assert.False(t, got.Ambiguous)
	assert.EqualValues(t, 1, hits.Load())
	assert.EqualValues(t, 6, asides.Load())
	assert.EqualValues(t, 9, traced.Load())
}

// A middleware that repeats on its own takes the proof away, also over a
// transport that knows no trace.
func TestMiddlewareThatSendsTwice(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		script    []error // of what is sent by one attempt after the other
		ambiguous bool
		attempts  int
	}{
		{"reset, then dial", []error{errReset, errDial}, true, 1},
		{"dial, then reset", []error{errDial, errReset}, true, 1},
		{"dials only", []error{errDial, errDial, errDial, errDNS, errDial, errDial}, false, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sent, attempts := 0, 0
			c := config(t, api, wire(func(*http.Request) (*http.Response, error) { sent++; return nil, test.script[sent-1] }))
			c.Middleware = []middleware{func(next http.RoundTripper) http.RoundTripper {
				return wire(func(r *http.Request) (*http.Response, error) {
					attempts++
					if resp, err := next.RoundTrip(r); err == nil {
						return resp, nil
					}
					return next.RoundTrip(r)
				})
			}}
			_, err := transport.New(c).Do(t.Context(), request(t, transport.Once, "POST", api, "{}"))
			assert.Equal(t, test.ambiguous, failureOf(t, err).Ambiguous)
			assert.Equal(t, test.attempts, attempts)
			assert.Len(t, test.script, sent)
		})
	}
}

// One sending is still under way when the other fails to dial.
func TestMiddlewareThatHedges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent atomic.Int64
		c := config(t, api, wire(func(*http.Request) (*http.Response, error) {
			if sent.Add(1) == 1 {
				time.Sleep(time.Second)
				return answer(200, "{}"), nil
			}
			return nil, errDial
		}))
		c.Middleware = []middleware{func(next http.RoundTripper) http.RoundTripper {
			return wire(func(r *http.Request) (*http.Response, error) {
				go func() { _, _ = next.RoundTrip(r.Clone(r.Context())) }()
				synctest.Wait()
				return next.RoundTrip(r)
			})
		}}
		_, err := transport.New(c).Do(t.Context(), request(t, transport.Once, "POST", api, "{}"))
		assert.True(t, failureOf(t, err).Ambiguous)
		assert.EqualValues(t, 2, sent.Load())
		time.Sleep(time.Minute)
	})
}

// A middleware that fails by itself proves nothing: it may have sent by other ways.
func TestMiddlewareThatFails(t *testing.T) {
	t.Parallel()
	for _, failure := range []error{errors.New("breaker is open"), errReset, errDial} {
		attempts := 0
		c := config(t, api, nil)
		c.Middleware = []middleware{func(http.RoundTripper) http.RoundTripper {
			return wire(func(*http.Request) (*http.Response, error) { attempts++; return nil, failure })
		}}
		_, err := transport.New(c).Do(t.Context(), request(t, transport.Once, "POST", api, "{}"))
		assert.True(t, failureOf(t, err).Ambiguous)
		assert.Equal(t, 1, attempts)
	}
}

// A dial that hangs until the attempt's deadline has sent nothing either.
func TestDialThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var dials atomic.Int64
		own := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			dials.Add(1)
			time.Sleep(time.Hour) // net/http goes on dialling when the attempt has ended
			return nil, errDial
		}}
		start := time.Now()
		_, err := transport.New(config(t, "http://api.example.com", own)).Do(t.Context(), request(t, transport.Once, "POST", "http://api.example.com", "{}"))
		e := failureOf(t, err)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.False(t, e.Ambiguous)
		assert.Equal(t, "timeout", e.Class)
		assert.EqualValues(t, 3, dials.Load())
		assert.Equal(t, 3*transport.DefaultTimeout+2, time.Since(start))
		time.Sleep(2 * time.Hour)
	})
}
