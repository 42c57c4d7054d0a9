package transport_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

// events counts the calls of every hook of a trace, and keeps what they see.
type events struct {
	mu    sync.Mutex
	count map[string]int
	seen  strings.Builder
}

func (e *events) trace() *httptrace.ClientTrace {
	e.count = map[string]int{}
	note := func(name string, seen ...any) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.count[name]++
		_, _ = fmt.Fprintln(&e.seen, append([]any{name}, seen...)...)
	}
	return &httptrace.ClientTrace{
		GetConn:              func(hostPort string) { note("GetConn", hostPort) },
		GotConn:              func(i httptrace.GotConnInfo) { note("GotConn", i.Reused) },
		PutIdleConn:          func(err error) { note("PutIdleConn", err) },
		GotFirstResponseByte: func() { note("GotFirstResponseByte") },
		Got100Continue:       func() { note("Got100Continue") },
		Got1xxResponse:       func(code int, h textproto.MIMEHeader) error { note("Got1xxResponse", code, h); return nil },
		DNSStart:             func(i httptrace.DNSStartInfo) { note("DNSStart", i) },
		DNSDone:              func(i httptrace.DNSDoneInfo) { note("DNSDone", i) },
		ConnectStart:         func(network, addr string) { note("ConnectStart", network, addr) },
		ConnectDone:          func(network, addr string, err error) { note("ConnectDone", network, addr, err) },
		TLSHandshakeStart:    func() { note("TLSHandshakeStart") },
		TLSHandshakeDone:     func(_ tls.ConnectionState, err error) { note("TLSHandshakeDone", err) },
		WroteHeaderField:     func(key string, value []string) { note("WroteHeaderField", key, value) },
		WroteHeaders:         func() { note("WroteHeaders") },
		Wait100Continue:      func() { note("Wait100Continue") },
		WroteRequest:         func(i httptrace.WroteRequestInfo) { note("WroteRequest", i.Err) },
	}
}

// A trace in the caller's context, and one of a middleware, see each event of the
// connection once, no field of a header, and no secret.
func TestTracesSeeNoHeader(t *testing.T) {
	t.Parallel()
	protocols(t, func(t *testing.T, serve func(http.HandlerFunc) (string, *http.Transport)) {
		t.Helper()
		base, own := serve(func(w http.ResponseWriter, r *http.Request) {
			assert.Equal(t, "Bearer "+secret, r.Header.Get("Authorization"))
			assert.Contains(t, r.URL.RawQuery, secret)
			assert.Equal(t, "stamp-"+secret, r.Header.Get("X-Stamp"))
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Link", secret)
			w.WriteHeader(http.StatusEarlyHints)
			_, _ = io.WriteString(w, "{}")
		})
		base = strings.Replace(base, "127.0.0.1", "localhost", 1) // for DNS
		own.TLSClientConfig.ServerName = "example.com"
		var callers, middlewares events
		c := config(t, base, own)
		c.Authorizer = authorizer{
			authorize: func(r *http.Request, body []byte, _ any) (any, error) { return nil, everySecret(r, body) },
			connected: func(r *http.Request, _ []byte) error { r.Header.Set("X-Stamp", "stamp-"+secret); return nil },
		}
		c.Middleware = []middleware{func(next http.RoundTripper) http.RoundTripper {
			return wire(func(r *http.Request) (*http.Response, error) {
				return next.RoundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), middlewares.trace())))
			})
		}}
		ctx := httptrace.WithClientTrace(t.Context(), callers.trace())
		_, err := transport.New(c).Do(ctx, request(t, transport.Idempotent, "POST", base, "{}"))
		require.NoError(t, err)
		own.CloseIdleConnections()
		for _, e := range []*events{&callers, &middlewares} {
			e.mu.Lock()
			assert.NotContains(t, e.seen.String(), secret)
			assert.Zero(t, e.count["WroteHeaderField"])
			assert.Zero(t, e.count["Got1xxResponse"])
			for _, name := range []string{"GetConn", "GotConn", "DNSStart", "DNSDone", "TLSHandshakeStart", "TLSHandshakeDone", "WroteHeaders", "WroteRequest", "GotFirstResponseByte"} {
				assert.Equal(t, 1, e.count[name], name)
			}
			assert.Equal(t, e.count["ConnectStart"], e.count["ConnectDone"], e.seen.String())
			assert.LessOrEqual(t, e.count["ConnectDone"], 2, "localhost may have two addresses")
			assert.Positive(t, e.count["ConnectDone"])
			e.mu.Unlock()
		}
	})
}

// Every hook that net/http knows is either passed on or left out on purpose.
func TestEveryHookIsDecidedUpon(t *testing.T) {
	t.Parallel()
	withheld := map[string]bool{"WroteHeaderField": true, "Got1xxResponse": true}
	var all events
	full := all.trace()
	var got *httptrace.ClientTrace
	c := config(t, api, wire(func(r *http.Request) (*http.Response, error) {
		got = httptrace.ContextClientTrace(r.Context())
		return answer(200, "{}"), nil
	}))
	type key struct{}
	ctx := context.WithValue(httptrace.WithClientTrace(t.Context(), full), key{}, "value")
	c.Authorizer = transport.AuthorizerFunc(func(r *http.Request, _ []byte) error {
		assert.Equal(t, "value", r.Context().Value(key{}))
		return nil
	})
	_, err := transport.New(c).Do(ctx, request(t, transport.ReadOnly, "GET", api, ""))
	require.NoError(t, err)
	require.NotNil(t, got)
	hooks := reflect.ValueOf(*got)
	for i := range hooks.NumField() {
		name := hooks.Type().Field(i).Name
		assert.Equal(t, withheld[name], hooks.Field(i).IsNil(), name)
	}
}
