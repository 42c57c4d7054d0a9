package transport_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

// pipes is a network of net.Pipe, for a bubble: a listener, and the element on
// the way that forgets connections without a word.
type pipes struct {
	arrived chan net.Conn
	closed  chan struct{}
	age     atomic.Int64 // connections from before it are forgotten
	dials   atomic.Int64

	mu  sync.Mutex
	all []net.Conn
}

func newPipes() *pipes {
	return &pipes{arrived: make(chan net.Conn), closed: make(chan struct{})}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.arrived:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 443} }

func (p *pipes) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range p.all {
		_ = conn.Close()
	}
	p.all = nil
	select {
	case <-p.closed:
	default:
		close(p.closed)
	}
	return nil
}

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	p.dials.Add(1)
	client, near := net.Pipe()
	far, server := net.Pipe()
	p.mu.Lock()
	p.all = append(p.all, client, near, far, server)
	p.mu.Unlock()
	born := p.age.Load()
	carry := func(to, from net.Conn) {
		buffer := make([]byte, 32<<10)
		for {
			n, err := from.Read(buffer)
			if p.age.Load() != born {
				continueReading(from)
				return
			}
			if err != nil {
				_ = to.Close()
				return
			}
			_, _ = to.Write(buffer[:n])
		}
	}
	go carry(far, near)
	go carry(near, far)
	p.arrived <- server
	return client, nil
}

// continueReading takes what a forgotten connection sends, which arrives nowhere.
func continueReading(from net.Conn) { _, _ = io.Copy(io.Discard, from) }

// overForgetfulPipes runs test in a bubble, where http.DefaultTransport leads to
// an HTTP/2 server of handler.
func overForgetfulPipes(t *testing.T, handler http.HandlerFunc, config http.HTTP2Config, test func(t *testing.T, network *pipes)) {
	t.Helper()
	usual := http.DefaultTransport
	defer func() { http.DefaultTransport = usual }()
	synctest.Test(t, func(t *testing.T) {
		network := newPipes()
		srv := httptest.NewUnstartedServer(handler)
		require.NoError(t, srv.Listener.Close())
		srv.Listener, srv.EnableHTTP2 = network, true
		srv.StartTLS()
		trusting, ok := usual.(*http.Transport)
		require.True(t, ok)
		trusting = trusting.Clone()
		own, ok := srv.Client().Transport.(*http.Transport)
		require.True(t, ok)
		trusting.TLSClientConfig, trusting.DialContext, trusting.Proxy = own.TLSClientConfig.Clone(), network.dial, nil
		trusting.HTTP2 = &config
		http.DefaultTransport = trusting
		test(t, network)
		require.NoError(t, network.Close())
		srv.Close()
	})
}

// A network element forgets a connection of HTTP/2. With every default, no write
// that may be repeated is in doubt, and of those that may not be at most one.
func TestForgottenConnection(t *testing.T) { //nolint:paralleltest // http.DefaultTransport is replaced
	const base = "https://example.com"
	for name, tt := range map[string]struct {
		kind    transport.Kind
		config  http.HTTP2Config
		unknown int
	}{
		"ReadOnly":           {transport.ReadOnly, http.HTTP2Config{}, 0},
		"Idempotent":         {transport.Idempotent, http.HTTP2Config{}, 0},
		"Once":               {transport.Once, http.HTTP2Config{}, 1},
		"control: no pings":  {transport.Idempotent, http.HTTP2Config{SendPingTimeout: 24 * time.Hour}, 5},
		"control: late ones": {transport.Idempotent, http.HTTP2Config{SendPingTimeout: 100 * time.Second}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			overForgetfulPipes(t, func(w http.ResponseWriter, r *http.Request) {
				assert.Equal(t, "HTTP/2.0", r.Proto)
				_, _ = io.WriteString(w, "{}")
			}, tt.config, func(t *testing.T, network *pipes) {
				c := config(t, base, nil)
				c.HTTPClient, c.Retry = nil, transport.RetryPolicy{}
				client := transport.New(c)
				defer client.CloseIdleConnections()
				call := func() error {
					_, err := client.Do(t.Context(), request(t, tt.kind, "POST", base, "{}"))
					return err
				}
				require.NoError(t, call())
				network.age.Add(1)
				unknown := 0
				for range 5 {
					var e *transport.Error
					if err := call(); errors.As(err, &e) && e.Ambiguous {
						unknown++
					} else {
						require.NoError(t, err)
					}
				}
				assert.Equal(t, tt.unknown, unknown)
				if tt.unknown < 5 {
					assert.EqualValues(t, 2, network.dials.Load(), "the forgotten connection, and a new one")
				}
			})
		})
	}
}
