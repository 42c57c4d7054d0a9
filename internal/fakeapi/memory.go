package fakeapi

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
)

// memory is a listener without a network: both ends of its connections are in
// this process. Nothing waits for the operating system, so the clock of
// testing/synctest advances.
type memory struct {
	accept chan net.Conn
	closed chan struct{}

	mu    sync.Mutex
	conns map[*memoryConn]struct{} // server ends; nil once the listener is closed
}

func newMemory() *memory {
	return &memory{accept: make(chan net.Conn), closed: make(chan struct{}), conns: map[*memoryConn]struct{}{}}
}

// Accept waits for a connection and returns its server end. It returns nil and
// net.ErrClosed after Close.
func (m *memory) Accept() (net.Conn, error) {
	select {
	case conn := <-m.accept:
		return conn, nil
	case <-m.closed:
		return nil, net.ErrClosed
	}
}

// Close closes the listener and all its connections. It returns nil. Further calls
// do nothing.
func (m *memory) Close() error {
	m.mu.Lock()
	conns := m.conns
	m.conns = nil
	m.mu.Unlock()
	if conns != nil {
		close(m.closed)
	}
	for conn := range conns {
		_ = conn.Conn.Close()
	}
	return nil
}

// Addr returns the address "localhost" of the network "memory". It is the same for
// all listeners, and nothing outside this process can connect to it.
func (m *memory) Addr() net.Addr { return memoryAddr{} }

type memoryAddr struct{}

func (memoryAddr) Network() string { return "memory" }
func (memoryAddr) String() string  { return "localhost" }

// dial connects to the server and returns the client's end. It ignores the network
// and the address. dial waits until one of these happens:
//
//   - The server accepts the connection: dial returns the client's end and nil.
//   - The server is closed: dial returns nil and a *net.OpError with ECONNREFUSED.
//   - ctx ends: dial returns nil and ctx.Err().
func (m *memory) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	a, b := net.Pipe()
	broken := new(atomic.Bool)
	client, server := &memoryConn{Conn: a, broken: broken}, &memoryConn{Conn: b, broken: broken, listener: m}
	m.mu.Lock()
	if m.conns != nil {
		m.conns[server] = struct{}{}
	}
	m.mu.Unlock()
	select {
	case m.accept <- server:
		return client, nil
	case <-m.closed:
		_ = server.Close()
		return nil, &net.OpError{Op: "dial", Net: "memory", Addr: memoryAddr{}, Err: syscall.ECONNREFUSED}
	case <-ctx.Done():
		_ = server.Close()
		return nil, ctx.Err()
	}
}

// memoryConn is one end of a connection in memory. Its Read and Write return the
// errors that a TCP socket returns. dial makes both ends.
type memoryConn struct {
	net.Conn

	broken   *atomic.Bool // shared by both ends: one was reset
	listener *memory      // of the server's end; nil for the client's
}

// reset makes the other end get ECONNRESET instead of io.EOF when it reads after
// this end was closed. It does not close the connection.
func (c *memoryConn) reset() { c.broken.Store(true) }

func (c *memoryConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	return n, c.asSocket("read", io.EOF, syscall.ECONNRESET, err)
}

func (c *memoryConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	return n, c.asSocket("write", io.ErrClosedPipe, syscall.EPIPE, err)
}

// asSocket converts err, an error of net.Pipe, to the error that a TCP socket
// returns. op is "read" or "write". pipeErr is the error to convert: io.EOF of a
// read or io.ErrClosedPipe of a write. errno is the error of the socket.
//
//   - err is not pipeErr and does not wrap it: asSocket returns err unchanged, nil
//     too.
//   - op is "read" and neither end was reset: asSocket returns err unchanged.
//   - In all other cases asSocket returns a *net.OpError that wraps errno.
func (c *memoryConn) asSocket(op string, pipeErr error, errno syscall.Errno, err error) error {
	if !errors.Is(err, pipeErr) || op == "read" && !c.broken.Load() {
		return err
	}
	return &net.OpError{Op: op, Net: "memory", Addr: memoryAddr{}, Err: errno}
}

// Close closes this end. The other end then reads io.EOF, or ECONNRESET after
// reset, and fails to write with EPIPE. Close returns nil. Further calls do
// nothing.
func (c *memoryConn) Close() error {
	if m := c.listener; m != nil {
		m.mu.Lock()
		delete(m.conns, c)
		m.mu.Unlock()
	}
	return c.Conn.Close()
}
