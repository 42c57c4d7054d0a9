package torture_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/torture"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/wallet"
)

// otherCalls is what other calls failed with: errgroup makes such a failure the
// cause of the context of all calls.
func otherCalls() error {
	return errors.Join(
		&vima.Error{StatusCode: 409}, &ecommpay.Error{StatusCode: 409}, &wallet.Error{StatusCode: 409},
		&finik.Error{StatusCode: 409, PaymentID: "of-another-payout"}, &transactions.Error{StatusCode: 409},
	)
}

func TestTheCauseOfAContextIsNoAnswer(t *testing.T) {
	t.Parallel()
	each(t, tried(), named, func(t *testing.T, o torture.Operation) {
		t.Helper()
		proxy := before(t, start(t, o), false)
		client := proxy.Client()
		defer client.CloseIdleConnections()
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		other := otherCalls()
		proxy.Break(torture.Hold(func() { cancel(other) }), 0, -1)
		got, err := o.Call(ctx, torture.Settings{URL: proxy.URL, HTTPClient: client, Retry: quick})
		assert.Empty(t, got, "the id is that of another call")
		require.ErrorIs(t, err, context.Canceled)
		assert.NotErrorIs(t, err, other)
		if o.Provider != control {
			status, ok := o.Status(err)
			assert.False(t, ok, "status %d is that of another call", status)
		}
	})
}

// A trace in the context sees connections, and no header field: credentials are
// among them, and over HTTP/2 the path.
func TestATraceSeesNoHeader(t *testing.T) {
	t.Parallel()
	for _, protocol := range []string{"HTTP/1.1", "HTTP/2.0"} {
		for _, o := range tried() {
			for _, credential := range o.Credentials {
				t.Run(protocol+", "+named(o)+", "+credential, func(t *testing.T) {
					t.Parallel()
					traced(t, o, credential, protocol)
				})
			}
		}
	}
}

func traced(t *testing.T, o torture.Operation, credential, protocol string) {
	t.Helper()
	var mu sync.Mutex
	protocols := map[string]bool{}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		protocols[r.Proto] = true
		mu.Unlock()
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(o.Refusal))
	}))
	srv.EnableHTTP2 = protocol == "HTTP/2.0"
	srv.StartTLS()
	defer srv.Close()
	client := srv.Client()
	var seen []string
	connections := 0
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) {
			mu.Lock()
			defer mu.Unlock()
			connections++
		},
		WroteHeaderField: func(key string, values []string) {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, key+": "+strings.Join(values, ", "))
		},
	})
	_, err := o.Call(ctx, torture.Settings{URL: srv.URL + basePaths[o.Package], HTTPClient: client, Credential: credential, Retry: quick})
	require.Error(t, err)
	mu.Lock()
	defer mu.Unlock()
	assert.Equal(t, map[string]bool{protocol: true}, protocols)
	assert.Positive(t, connections, "events of connections are seen")
	assert.Empty(t, seen)
}
