package transport_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/pipenet"
	"github.com/payclients/payclients-go/internal/transport"
)

// poolless is a client without a transport of its own.
func poolless(t *testing.T, base string) *transport.Client {
	t.Helper()
	c := config(t, base, nil)
	c.HTTPClient = nil
	return transport.New(c)
}

// visit makes a call and reports whether it reused a connection.
func visit(t *testing.T, client *transport.Client, base string) (reused bool) {
	t.Helper()
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { reused = i.Reused }})
	_, err := client.Do(ctx, request(t, transport.ReadOnly, "GET", base, ""))
	require.NoError(t, err)
	return reused
}

func TestClientsShareConnections(t *testing.T) { //nolint:paralleltest // http.DefaultTransport is replaced
	usual := http.DefaultTransport
	defer func() { http.DefaultTransport = usual }()
	synctest.Test(t, func(t *testing.T) {
		base := plainBase
		pipes, _ := pipenet.ServePlain(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
		http.DefaultTransport = pipes
		first, second := poolless(t, base), poolless(t, base)
		defer second.CloseIdleConnections()
		assert.False(t, visit(t, first, base))
		assert.True(t, visit(t, second, base), "one transport for all")
		var created sync.WaitGroup
		for range 8 {
			created.Go(func() { poolless(t, base) })
		}
		created.Wait()
		assert.True(t, visit(t, poolless(t, base), base))

		http.DefaultTransport = pipes.Clone()
		other := poolless(t, base)
		defer other.CloseIdleConnections()
		assert.False(t, visit(t, other, base), "another value has a transport of its own")
		http.DefaultTransport = wire(func(*http.Request) (*http.Response, error) { return answer(200, "{}"), nil })
		foreign := poolless(t, "https://nowhere.example.com")
		assert.False(t, visit(t, foreign, "https://nowhere.example.com"), "no other transport than the one that is there")
		foreign.CloseIdleConnections()
		http.DefaultTransport = pipes
		assert.True(t, visit(t, poolless(t, base), base))

		first.CloseIdleConnections()
		assert.False(t, visit(t, second, base), "those of every client are closed")
	})
}

// go-retryablehttp closes idle connections when it gives up, and must not reach
// those of others.
func TestGivingUpClosesNoConnection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		own, _ := pipenet.ServePlain(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
		c := config(t, plainBase, own)
		c.Retry.MaxAttempts = 1
		client := transport.New(c)
		assert.False(t, visit(t, client, plainBase))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := client.Do(ctx, request(t, transport.ReadOnly, "GET", plainBase, ""))
		failureOf(t, err)
		assert.True(t, visit(t, client, plainBase))
		client.CloseIdleConnections()
		assert.False(t, visit(t, client, plainBase))
	})
}

// Connections do not cross from one bubble to another, whichever client uses
// them, and closing those of one bubble touches no other.
func TestBubblesShareNoConnections(t *testing.T) {
	t.Parallel()
	base, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") })
	outside := poolless(t, base)
	defer outside.CloseIdleConnections()
	visit(t, outside, base)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			synctest.Test(t, func(t *testing.T) {
				within := poolless(t, base)
				assert.False(t, visit(t, within, base))
				assert.True(t, visit(t, outside, base), "the bubble's own connection")
				outside.CloseIdleConnections()
				assert.False(t, visit(t, within, base))
				within.CloseIdleConnections()
			})
		})
	}
	all.Wait()
	assert.True(t, visit(t, outside, base), "which the bubbles have left alone")
}

// A fake that lives in the bubble needs no closing: its end is theirs.
func TestBubbleWithItsServer(t *testing.T) {
	t.Parallel()
	for range 2 {
		synctest.Test(t, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
			defer srv.Close()
			visit(t, poolless(t, srv.URL), srv.URL)
		})
	}
}

// A lock of a client from outside does not hold up the clock of a bubble.
func TestRenewalInABubble(t *testing.T) {
	t.Parallel()
	c := config(t, api, wire(func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("Authorization") != "Bearer new" {
			return answer(401, ""), nil
		}
		return answer(200, "{}"), nil
	}))
	c.RatePerSecond, c.Burst = 1, 1
	c.Authorizer = transport.Bearer(tokens(func(_ context.Context, rejected string) (string, error) {
		if rejected == "" {
			return "old", nil
		}
		time.Sleep(time.Hour) // of the bubble
		return "new", nil
	}), nil)
	c.Timeout = 2 * time.Hour
	client := transport.New(c)
	for range 2 {
		synctest.Test(t, func(t *testing.T) {
			var all sync.WaitGroup
			for range 5 {
				all.Go(func() {
					_, err := client.Do(t.Context(), request(t, transport.Once, "POST", api, "{}"))
					assert.NoError(t, err)
				})
			}
			all.Wait()
		})
	}
}
