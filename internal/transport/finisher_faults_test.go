package transport_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/pipenet"
	"github.com/payclients/payclients-go/internal/transport"
)

const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}

func badCertificate(t *testing.T) (base string, handshakes *atomic.Int64) {
	t.Helper()
	srv := httptest.NewUnstartedServer(http.NotFoundHandler())
	handshakes = new(atomic.Int64)
	srv.Listener = counting{srv.Listener, handshakes}
	srv.Config.ErrorLog = quiet
	srv.StartTLS()
	t.Cleanup(srv.Close)
	return srv.URL, handshakes
}

type counting struct {
	net.Listener
	accepted *atomic.Int64
}

func (c counting) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.accepted.Add(1)
	}
	return conn, err
}

// What arrives, or may have arrived, is repeated for a read and for a write that
// the provider deduplicates, and never for a Once.
func TestFaultsOnTheWire(t *testing.T) {
	t.Parallel()
	reading := func(text string) func(net.Conn) {
		return func(conn net.Conn) {
			if _, _, err := receive(conn); err == nil {
				_, _ = io.WriteString(conn, text)
			}
		}
	}
	chunked := head + "Transfer-Encoding: chunked\r\n\r\n"
	packed := head + "Content-Encoding: gzip\r\n"
	for _, test := range []struct {
		name    string
		handle  func(net.Conn)
		class   string
		settled bool // not to be repeated
	}{
		{"reset before reading", reset, "reset", false},
		{"closed before reading", func(conn net.Conn) { _ = conn.Close() }, "reset", false},
		{"reset after reading", func(conn net.Conn) { _, _, _ = receive(conn); reset(conn) }, "reset", false},
		{"closed after reading", reading(""), "reset", false},
		{"half a status line", reading("HTTP/1.1 20"), "", false},
		{"no status line", reading("SSH-2.0-OpenSSH_9.6\r\n\r\n"), "network", false},
		{"half a header", reading(head + "Content-Le"), "reset", false},
		{"malformed header", reading(head + "no colon\r\n\r\n"), "network", false},
		{"two lengths", reading(head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), "network", false},
		{"no number as length", reading(head + "Content-Length: -1\r\n\r\n{}"), "network", false},
		{"100 and no more", reading("HTTP/1.1 100 Continue\r\n\r\n"), "reset", false},
		{"endless 100s", reading(strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", 1<<16)), "", false},
		{"half a body", reading(head + "Content-Length: 100\r\n\r\n{\"a\":"), "truncated", false},
		{"no body", reading(head + "Content-Length: 100\r\n\r\n"), "truncated", false},
		{"reset within the body", func(conn net.Conn) {
			reading(head + "Content-Length: 100\r\n\r\n{\"a\":")(conn)
			reset(conn)
		}, "truncated", false},
		{"half a chunk", reading(chunked + "10\r\n{\"a\":"), "truncated", false},
		{"no last chunk", reading(chunked + "2\r\n{}\r\n"), "truncated", false},
		{"broken chunk size", reading(chunked + "zz\r\n{}\r\n0\r\n\r\n"), "truncated", false},
		{"huge chunk size", reading(chunked + "ffffffffffffffffff\r\n{}\r\n0\r\n\r\n"), "truncated", false},
		{"no gzip", reading(packed + "Content-Length: 12\r\n\r\n{\"a\":\"bcde\"}"), "truncated", false},
		{"gzip cut", reading(packed + "\r\n" + zipped(strings.Repeat("payment ", 1000))[:20]), "truncated", false},
		{"gzip with a wrong sum", reading(packed + "\r\n" + strings.TrimRight(zipped("{}"), "\x00")), "truncated", false},
		{"gzip bomb", reading(packed + "\r\n" + zipped(strings.Repeat("0", 4<<20))), "too_large", true},
		{"body over the limit", reading(head + "\r\n" + strings.Repeat("0", 1<<20+1)), "too_large", true},
		{"length over the limit", reading(head + "Content-Length: 9223372036854775807\r\n\r\n" + strings.Repeat("0", 1<<20+1)), "too_large", true},
		{"endless body", func(conn net.Conn) {
			reading(chunked)(conn)
			for _, err := io.WriteString(conn, "1\r\n0\r\n"); err == nil; {
				_, err = io.WriteString(conn, "1000\r\n"+strings.Repeat("0", 0x1000)+"\r\n")
			}
		}, "too_large", true},
	} {
		for name, kind := range kinds() {
			t.Run(test.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				base, _ := raw(t, func(conn net.Conn, _ int) { test.handle(conn) })
				var attempts, dials int
				c := config(t, base, nil)
				c.MaxResponseBytes = 1 << 20
				c.Observer = func(_ context.Context, a transport.Attempt) {
					attempts++
					if a.Class == "dial" { // a reset may come as early as that
						dials++
					}
				}
				_, err := transport.New(c).Do(t.Context(), request(t, kind, "POST", base, `{"amount":"1"}`))
				e := failureOf(t, err)
				early := test.class == "reset" && (e.Class == "network" || e.Class == "dial") // a broken pipe, or a reset within the dial
				if test.class != "" && !early {
					assert.Equal(t, test.class, e.Class, "%v", e.Err)
				}
				switch {
				case kind == transport.Once, test.settled:
					assert.LessOrEqual(t, attempts-dials, 1)
				default:
					assert.Equal(t, 3, attempts)
				}
				assert.Equal(t, kind != transport.ReadOnly && attempts > dials, e.Ambiguous)
				assert.Equal(t, test.settled, errors.Is(err, transport.ErrTooLarge))
			})
		}
	}
}

func TestExactBodiesPass(t *testing.T) {
	t.Parallel()
	const limit = 1000
	for name, text := range map[string]string{
		"length":           head + "Content-Length: 1000\r\n\r\n" + strings.Repeat("0", limit),
		"more than length": head + "Content-Length: 1000\r\n\r\n" + strings.Repeat("0", limit+50),
		"to the end":       head + "\r\n" + strings.Repeat("0", limit),
		"chunks":           head + "Transfer-Encoding: chunked\r\n\r\n3e8\r\n" + strings.Repeat("0", limit) + "\r\n0\r\n\r\n",
		"gzip":             head + "Content-Encoding: gzip\r\n\r\n" + zipped(strings.Repeat("0", limit)),
		"early hints":      "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + head + "\r\n" + strings.Repeat("0", limit),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base, _ := raw(t, func(conn net.Conn, _ int) {
				_, _, _ = receive(conn)
				_, _ = io.WriteString(conn, text)
			})
			c := config(t, base, nil)
			c.MaxResponseBytes = limit
			got, err := transport.New(c).Do(t.Context(), request(t, transport.Once, "POST", base, "{}"))
			require.NoError(t, err)
			assert.Len(t, got.Body, limit)
			assert.False(t, got.Ambiguous)
		})
	}
}

// The status of a refusal outlives a broken or endless body; 64 KiB of it are kept.
func TestStatusOfARefusalIsNotLost(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string
		size int
	}{
		"half a body":  {"Content-Length: 100\r\n\r\n{\"code\":", 8},
		"no gzip":      {"Content-Encoding: gzip\r\n\r\n<html>", 0},
		"broken chunk": {"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\nzz\r\n", 2},
		"64 KiB":       {"\r\n" + strings.Repeat("x", 64<<10), 64 << 10},
		"long":         {"\r\n" + strings.Repeat("x", 200<<10), 64 << 10},
		"empty":        {"Content-Length: 0\r\n\r\n", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base, _ := raw(t, func(conn net.Conn, _ int) {
				_, _, _ = receive(conn)
				_, _ = io.WriteString(conn, "HTTP/1.1 422 Unprocessable Entity\r\n"+test.text)
			})
			got, err := transport.New(config(t, base, nil)).Do(t.Context(), request(t, transport.Once, "POST", base, "{}"))
			require.NoError(t, err)
			assert.Equal(t, 422, got.StatusCode)
			assert.Len(t, got.Body, test.size)
			assert.False(t, got.Ambiguous)
		})
	}
}

// net/http repeats some requests on its own when a reused connection dies.
func TestNetHTTPRepeatsNothing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, method, body string
		kind               transport.Kind
		header             http.Header
		hits               int
	}{
		{"once GET", "GET", "", transport.Once, nil, 1},
		{"once POST with a key", "POST", "{}", transport.Once, http.Header{"Idempotency-Key": {"k"}}, 1},
		{"once POST with another key", "POST", "{}", transport.Once, http.Header{"X-Idempotency-Key": {"k"}}, 1},
		{"once POST", "POST", "{}", transport.Once, nil, 1},
		{"idempotent POST with a key", "POST", "{}", transport.Idempotent, http.Header{"Idempotency-Key": {"k"}}, 1},
		{"control: a read", "GET", "", transport.ReadOnly, nil, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var hits atomic.Int64
				var bodies [2]atomic.Pointer[http.Request]
				pipes, network := pipenet.ServePlain(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body)
					if r.URL.Path == "/first" {
						_, _ = io.WriteString(w, "{}")
						return
					}
					bodies[min(hits.Add(1), 2)-1].Store(r)
					conn, _, err := http.NewResponseController(w).Hijack()
					if assert.NoError(t, err) {
						_ = conn.Close()
					}
				}))
				c := config(t, plainBase, pipes)
				c.Retry.MaxAttempts = 1
				client := transport.New(c)
				_, err := client.Do(t.Context(), request(t, transport.ReadOnly, "GET", plainBase+"/first", ""))
				require.NoError(t, err)
				require.EqualValues(t, 1, network.Dials())
				req := request(t, test.kind, test.method, plainBase+"/second", test.body)
				for name, values := range test.header {
					req.Header[name] = values
				}
				_, err = client.Do(t.Context(), req)
				assert.Equal(t, test.kind != transport.ReadOnly, failureOf(t, err).Ambiguous)
				assert.EqualValues(t, test.hits, hits.Load())
				r := bodies[0].Load()
				assert.Empty(t, r.TransferEncoding)
				assert.EqualValues(t, len(test.body), r.ContentLength)
			})
		})
	}
}

func TestOnceWithoutBodyOnTheWire(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"GET", "POST", "DELETE"} {
		t.Run(method, func(t *testing.T) {
			base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				assert.Empty(t, r.TransferEncoding, method)
				assert.Zero(t, r.ContentLength, method)
				w.WriteHeader(http.StatusNoContent)
			})
			_, err := transport.New(config(t, base, nil)).Do(t.Context(), request(t, transport.Once, method, base, ""))
			require.NoError(t, err)
		})
	}
}

// The same over HTTP/2, where net/http keeps other books.
func TestOnceOverHTTP2(t *testing.T) {
	t.Parallel()
	var hits atomic.Int64
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, 2, r.ProtoMajor)
		if r.URL.Path == "/ok" {
			return
		}
		hits.Add(1)
		panic(http.ErrAbortHandler)
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	t.Cleanup(srv.Close)
	client := transport.New(config(t, srv.URL, srv.Client().Transport))
	for _, method := range []string{"GET", "POST"} {
		t.Run(method, func(t *testing.T) {
			hits.Store(0)
			_, err := client.Do(t.Context(), request(t, transport.ReadOnly, "GET", srv.URL+"/ok", ""))
			require.NoError(t, err)
			_, err = client.Do(t.Context(), request(t, transport.Once, method, srv.URL, ""))
			assert.True(t, failureOf(t, err).Ambiguous)
			assert.EqualValues(t, 1, hits.Load())
		})
	}
}

func TestMillionHeaderLines(t *testing.T) {
	t.Parallel()
	base, accepted := raw(t, func(conn net.Conn, _ int) {
		_, _, _ = receive(conn)
		out := bufio.NewWriterSize(conn, 64<<10)
		_, err := io.WriteString(out, head)
		for i := 0; i < 1_000_000 && err == nil; i++ {
			_, err = fmt.Fprintf(out, "X-%d: %d\r\n", i, i)
		}
		_, _ = io.WriteString(out, "\r\n{}")
		_ = out.Flush()
	})
	c := config(t, base, nil)
	c.HTTPClient = nil // the default transport has a bound of its own
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := transport.New(c).Do(t.Context(), request(t, transport.Once, "POST", base, "{}"))
	runtime.ReadMemStats(&after)
	assert.True(t, failureOf(t, err).Ambiguous)
	assert.EqualValues(t, 1, accepted.Load())
	assert.Less(t, int64(after.HeapInuse)-int64(before.HeapInuse), int64(256<<20)) // other tests run beside it
}
