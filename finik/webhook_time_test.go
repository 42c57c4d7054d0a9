package finik_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

// The window to the millisecond, and a repeat within and after it.
func TestWebhookWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newHookKeys(t)
		for _, c := range []struct {
			tolerance, age time.Duration
			ok             bool
		}{
			{0, 0, true},
			{0, 5 * time.Minute, true},
			{0, 5*time.Minute + time.Millisecond, false},
			{0, -5 * time.Minute, true},
			{0, -5*time.Minute - time.Millisecond, false},
			{time.Second, time.Second, true},
			{time.Second, time.Second + time.Millisecond, false},
			{time.Nanosecond, 0, true},
			{time.Nanosecond, time.Millisecond, false},
			{-1, 50 * 365 * 24 * time.Hour, true},
			{-1, -50 * 365 * 24 * time.Hour, true},
		} {
			hook := k.webhook()
			hook.Tolerance = c.tolerance
			d := newDelivery(k).stamped(millis(time.Now().Add(-c.age))).signed(t)
			_, err := hook.Parse(d.request())
			if c.ok {
				require.NoError(t, err, c)
			} else {
				require.ErrorIs(t, err, finik.ErrUnauthorized, c)
			}
		}

		d := newDelivery(k).signed(t)
		first, err := k.webhook().Parse(d.request())
		require.NoError(t, err)
		time.Sleep(4 * time.Minute)
		second, err := k.webhook().Parse(d.request())
		require.NoError(t, err)
		assert.Equal(t, first.Key(), second.Key())
		time.Sleep(time.Minute + time.Millisecond)
		_, err = k.webhook().Parse(d.request())
		require.ErrorIs(t, err, finik.ErrUnauthorized)
	})
}

// A body that drips in is cut off, and the time for fn is not.
func TestWebhookReadsForTenSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newHookKeys(t)
		listener := newMemoryListener()
		server := &http.Server{Handler: k.webhook().Handler(func(ctx context.Context, _ *finik.Event) error {
			select {
			case <-time.After(time.Minute): // longer than the body may take
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})}
		go func() { _ = server.Serve(listener) }()
		defer server.Close()
		d := newDelivery(k).signed(t)
		head := func(length int) string {
			return "POST /any HTTP/1.1\r\nHost: a\r\nX-Api-Timestamp: " + d.header["X-Api-Timestamp"][0] +
				"\r\nSignature: " + d.header["Signature"][0] + "\r\nContent-Length: " + strconv.Itoa(length) + "\r\n\r\n"
		}

		conn := listener.dial()
		begun := time.Now()
		_, err := conn.Write([]byte(head(1000) + "{"))
		require.NoError(t, err)
		answer := make([]byte, 20)
		_, err = io.ReadFull(conn, answer)
		require.NoError(t, err)
		assert.Equal(t, "HTTP/1.1 408 Request", string(answer))
		assert.Equal(t, 10*time.Second, time.Since(begun))
		_ = conn.Close()

		conn = listener.dial()
		_, err = conn.Write([]byte(head(len(d.body)) + d.body))
		require.NoError(t, err)
		_, err = io.ReadFull(conn, answer)
		require.NoError(t, err)
		assert.Equal(t, "HTTP/1.1 200 OK\r\nDat", string(answer))
		_ = conn.Close()
	})
}

// memoryListener accepts connections in memory, whose deadlines a bubble rules.
type memoryListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newMemoryListener() *memoryListener {
	return &memoryListener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (l *memoryListener) dial() net.Conn {
	client, server := net.Pipe()
	l.conns <- server
	return client
}

func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *memoryListener) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *memoryListener) Addr() net.Addr { return &net.TCPAddr{} }
