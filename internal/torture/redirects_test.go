package torture_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/torture"
	"github.com/payclients/payclients-go/internal/transport"
)

// targets are where a provider's answer may point to.
var targets = []struct{ name, base string }{
	{"same host", "https://" + torture.Host + "/elsewhere"},
	{"sub-domain", "https://files." + torture.Host + "/"},
	{"other host", "https://other.test/"},
	{"downgrade", "http://" + torture.Host + "/"},
	{"relative", "/elsewhere"},
	{"no URL at all", "://%zz"},
}

func TestNoRedirectIsFollowed(t *testing.T) {
	t.Parallel()
	for k, o := range kinds() {
		for _, credential := range share(o.Credentials, k, len(o.Credentials)) {
			t.Run(named(o)+", "+credential, func(t *testing.T) {
				t.Parallel()
				for i, code := range []int{301, 302, 303, 307, 308} {
					for _, target := range share(targets, k+i, 3) {
						t.Run(fmt.Sprintf("%d, %s", code, target.name), func(t *testing.T) {
							redirect(t, o, credential, code, target.base)
						})
					}
				}
			})
		}
	}
}

func redirect(t *testing.T, o torture.Operation, credential string, code int, base string) {
	t.Helper()
	var home, away atomic.Int64
	var paths sync.Map
	provider := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		home.Add(1)
		paths.Store(r.URL.Path, true)
		w.Header().Set("Location", base+"?"+r.URL.RawQuery)
		w.WriteHeader(code)
	}))
	server, pool := torture.Certificate()
	provider.TLS = server
	provider.StartTLS()
	defer provider.Close()
	stranger := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { away.Add(1) }))
	stranger.TLS = server.Clone()
	stranger.StartTLS()
	defer stranger.Close()
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { away.Add(1) }))
	defer plain.Close()

	// Names lead to listeners here, as a name server would have it.
	hosts := map[string]net.Addr{torture.Host + ":443": provider.Listener.Addr(), torture.Host + ":80": plain.Listener.Addr()}
	var strangers atomic.Int64
	wire := &http.Transport{
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			to, ok := hosts[address]
			if !ok {
				to = stranger.Listener.Addr()
			}
			if to != provider.Listener.Addr() {
				strangers.Add(1)
			}
			return new(net.Dialer).DialContext(ctx, network, to.String())
		},
	}
	defer wire.CloseIdleConnections()
	client := &http.Client{
		Transport:     wire,
		CheckRedirect: func(*http.Request, []*http.Request) error { return nil }, // a caller that follows
	}
	got, err := o.Call(t.Context(), torture.Settings{
		URL: "https://" + torture.Host + basePaths[o.Package], HTTPClient: client, Credential: credential, Retry: quick,
	})
	require.Error(t, err)
	assert.Empty(t, got)
	status, ok := o.Status(err)
	assert.True(t, ok, "%v", err)
	assert.Equal(t, code, status)
	typed(t, o, err)
	assert.Equal(t, !o.Reads(), errors.Is(err, transport.ErrOutcomeUnknown))
	assert.LessOrEqual(t, home.Load(), int64(o.Width), "one request each")
	assert.Zero(t, away.Load(), "followed")
	assert.Zero(t, strangers.Load(), "dialled")
	_, elsewhere := paths.Load("/elsewhere")
	assert.False(t, elsewhere, "followed")
}
