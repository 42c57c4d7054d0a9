// Package pipenet is a network in memory for tests inside a testing/synctest
// bubble, where a connection of the operating system would stop the clock from
// advancing. Its connections are pairs of net.Pipe. It can forget connections, as
// a NAT or a firewall does.
package pipenet

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Network is a net.Listener in memory, with all connections to it. Serve and ServePlain
// make it; the zero value is not usable. It is safe for concurrent use.
type Network struct {
	arrived chan net.Conn
	closed  chan struct{}
	age     atomic.Int64 // calls of Forget; a connection made before the newest call is forgotten
	dials   atomic.Int64 // connections attempted

	mu   sync.Mutex
	ends []net.Conn // of all connections, for Close
}

// Serve starts an HTTPS server for handler, with HTTP/2, on a network of its
// own. It returns a transport that reaches the server under every host name and
// trusts its certificate, and the network. A nil handler means
// http.DefaultServeMux. Server, transport and network are closed when t ends.
func Serve(t testing.TB, handler http.Handler) (*http.Transport, *Network) {
	t.Helper()
	n := &Network{arrived: make(chan net.Conn), closed: make(chan struct{})}
	srv := httptest.NewUnstartedServer(handler)
	_ = srv.Listener.Close() // of the operating system
	srv.Listener, srv.EnableHTTP2 = n, true
	srv.StartTLS()
	own, ok := srv.Client().Transport.(*http.Transport)
	if !ok {
		t.Fatalf("httptest has a %T", srv.Client().Transport)
	}
	wire := own.Clone()
	wire.DialContext, wire.TLSClientConfig.ServerName = n.dial, "example.com"
	t.Cleanup(func() {
		wire.CloseIdleConnections()
		_ = n.Close()
		srv.Close()
	})
	return wire, n
}

// ServePlain starts an HTTP/1.1 server without TLS for handler, on a network of
// its own. It returns a transport that reaches the server under every host
// name, for http URLs only, and the network. A nil handler means
// http.DefaultServeMux. Server, transport and network are closed when t ends.
func ServePlain(t testing.TB, handler http.Handler) (*http.Transport, *Network) {
	t.Helper()
	n := &Network{arrived: make(chan net.Conn), closed: make(chan struct{})}
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	go func() { _ = srv.Serve(n) }()
	wire := &http.Transport{DialContext: n.dial}
	t.Cleanup(func() {
		wire.CloseIdleConnections()
		_ = n.Close()
		_ = srv.Close()
	})
	return wire, n
}

// Forget makes existing connections fail silently. From now on everything that
// is sent over them is dropped, in both directions. Neither side gets an error:
// writes succeed, and reads wait. If one side closes its connection, the other
// side does not learn of it. New connections work. Each further call does the
// same for the connections that exist by then.
func (n *Network) Forget() { n.age.Add(1) }

// Dials returns how many connections were attempted so far, also the ones that
// failed.
func (n *Network) Dials() int64 { return n.dials.Load() }

// Accept waits for a connection and returns the server's end. It returns nil and
// net.ErrClosed after Close.
func (n *Network) Accept() (net.Conn, error) {
	select {
	case conn := <-n.arrived:
		return conn, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

// Addr returns 127.0.0.1:443 for every Network. The Network does not listen at this
// address. The method exists only because the interface net.Listener has it.
func (n *Network) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 443} }

// Close closes the listener and all connections. It returns nil. Further calls do
// nothing.
func (n *Network) Close() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, end := range n.ends {
		_ = end.Close()
	}
	n.ends = nil
	select {
	case <-n.closed:
	default:
		close(n.closed)
	}
	return nil
}

func (n *Network) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	n.dials.Add(1)
	client, near := net.Pipe()
	far, server := net.Pipe()
	n.mu.Lock()
	n.ends = append(n.ends, client, near, far, server)
	n.mu.Unlock()
	born := n.age.Load()
	go n.carry(far, near, born)
	go n.carry(near, far, born)
	select {
	case n.arrived <- server:
		return client, nil
	case <-n.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (n *Network) carry(to, from net.Conn, born int64) {
	buffer := make([]byte, 32<<10)
	for {
		size, err := from.Read(buffer)
		switch {
		case n.age.Load() != born:
			_, _ = io.Copy(io.Discard, from)
			return
		case err != nil:
			_ = to.Close()
			return
		}
		_, _ = to.Write(buffer[:size])
	}
}
