package finik_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

// dying is a server whose connections take two requests, answer the first and
// die at the second: what net/http replays on its own on a reused connection.
func dying(t *testing.T) (url string, hits *atomic.Int64) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	hits = new(atomic.Int64)
	serve := func(conn net.Conn) {
		defer func() { _ = conn.Close() }()
		in := bufio.NewReader(conn)
		for n := range 2 {
			r, err := http.ReadRequest(in)
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, r.Body)
			hits.Add(1)
			if n == 0 {
				_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(paid(testID)), paid(testID))
			}
		}
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serve(conn)
		}
	}()
	return "http://" + listener.Addr().String(), hits
}

// net/http sends nothing a second time that was not signed a second time.
func TestNoReplayOfAPayment(t *testing.T) {
	t.Parallel()
	url, hits := dying(t)
	c := unsigned(t, url, finik.WithRetry(finik.RetryPolicy{MaxAttempts: 1}))
	_, err := c.CreatePayment(t.Context(), transfer(testID))
	require.NoError(t, err)
	_, err = c.CreatePayment(t.Context(), transfer(testID)) // on the same connection
	require.ErrorIs(t, err, finik.ErrOutcomeUnknown)
	assert.EqualValues(t, 2, hits.Load(), "one hit a call")

	// The control: a client that leaves GetBody and a key in is replayed.
	url, hits = dying(t)
	plain := &http.Client{Transport: &http.Transport{}}
	for range 2 {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader("{}"))
		require.NoError(t, err)
		r.Header.Set("Idempotency-Key", testID)
		answer, err := plain.Do(r)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, answer.Body)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
	}
	assert.EqualValues(t, 3, hits.Load(), "two calls, three hits")
}
