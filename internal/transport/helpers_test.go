package transport_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime/pprof"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

const secret = "MARKER-s3cr3t"

// TestMain fails when a goroutine of a request outlives the tests.
func TestMain(m *testing.M) {
	code := m.Run()
	var stacks strings.Builder
	tick := time.NewTicker(10 * time.Millisecond)
	for range 500 { // they end on their own time
		stacks.Reset()
		_ = pprof.Lookup("goroutine").WriteTo(&stacks, 2)
		if !strings.Contains(stacks.String(), "net/http.(*persistConn)") && strings.Count(stacks.String(), "internal/transport.") == 0 {
			os.Exit(code)
		}
		<-tick.C
	}
	fmt.Fprintln(os.Stderr, "goroutines left:\n", stacks.String())
	os.Exit(1)
}

type wire func(*http.Request) (*http.Response, error)

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) { return w(r) }

// answer is what a connection returns; header is names and values in turn.
func answer(status int, body string, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Add(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1}
}

// config does not wait between attempts. A nil next is a transport of its own.
func config(t *testing.T, base string, next http.RoundTripper) transport.Config {
	t.Helper()
	u, err := url.Parse(base)
	require.NoError(t, err)
	if next == nil {
		next = pool(t)
	}
	return transport.Config{
		Name: "test", Base: u, HTTPClient: &http.Client{Transport: next},
		Retry: transport.RetryPolicy{MinWait: 1, MaxWait: 1},
	}
}

func pool(t *testing.T) *http.Transport {
	t.Helper()
	own := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(own.CloseIdleConnections)
	return own
}

func request(t *testing.T, kind transport.Kind, method, target, body string) transport.Request {
	t.Helper()
	u, err := url.Parse(target)
	require.NoError(t, err)
	req := transport.Request{Operation: "Op", Kind: kind, Method: method, URL: u, Header: http.Header{}}
	if body != "" {
		req.Body = []byte(body)
		req.Header.Set("Content-Type", "application/json")
	}
	return req
}

func kinds() map[string]transport.Kind {
	return map[string]transport.Kind{"ReadOnly": transport.ReadOnly, "Idempotent": transport.Idempotent, "Once": transport.Once}
}

// failureOf is the error of a call, as it must always be: an *Error that leads
// to no *url.Error and prints no secret.
func failureOf(t *testing.T, err error) *transport.Error {
	t.Helper()
	var e *transport.Error
	require.ErrorAs(t, err, &e)
	var u *url.Error
	assert.NotErrorAs(t, err, &u)
	for _, verb := range []string{"%v", "%+v", "%s", "%q", "%#v", "%x"} {
		text := fmt.Sprintf(verb, err)
		assert.NotContains(t, text, secret, verb)
		assert.NotContains(t, text, fmt.Sprintf("%x", secret), verb)
		assert.NotContains(t, text, "http://", verb)
		assert.NotContains(t, text, "https://", verb)
	}
	return e
}

// raw is a server without manners: handle has each connection to itself, with a
// number from 1.
func raw(t *testing.T, handle func(conn net.Conn, number int)) (base string, accepted *atomic.Int64) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	accepted = new(atomic.Int64)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			number := int(accepted.Add(1))
			go func() {
				defer func() { _ = conn.Close() }()
				handle(conn, number)
				if conn.(*net.TCPConn).CloseWrite() == nil { // a close with input unread would be a reset
					_, _ = io.Copy(io.Discard, conn)
				}
			}()
		}
	}()
	t.Cleanup(func() { _ = listener.Close(); <-done })
	return "http://" + listener.Addr().String(), accepted
}

// receive takes one whole request off a connection.
func receive(conn net.Conn) (*http.Request, string, error) {
	return receiveFrom(bufio.NewReader(conn))
}

func receiveFrom(r *bufio.Reader) (*http.Request, string, error) {
	req, err := http.ReadRequest(r)
	if err != nil {
		return nil, "", err
	}
	body, err := io.ReadAll(req.Body)
	return req, string(body), err
}

func reset(conn net.Conn) {
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

func serve(t *testing.T, handler http.HandlerFunc) (base string, hits *atomic.Int64) {
	t.Helper()
	hits = new(atomic.Int64)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		handler(w, r)
	}))
	t.Cleanup(srv.Close)
	return srv.URL, hits
}

// overPipes serves every dial by one goroutine of handle over net.Pipe, which
// is all that a synctest bubble needs for a network.
func overPipes(handle func(conn net.Conn)) *http.Transport {
	return &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer func() { _ = server.Close() }()
			handle(server)
		}()
		return client, nil
	}}
}

// authorizer is one made of functions; a nil one does nothing.
type authorizer struct {
	authorize func(r *http.Request, body []byte, with any) (any, error)
	connected func(r *http.Request, body []byte) error
	renew     func(refusal transport.Response, used any) (any, bool)
}

func (a authorizer) Authorize(r *http.Request, body []byte, with any) (any, error) {
	if a.authorize == nil {
		return "used", nil
	}
	return a.authorize(r, body, with)
}

func (a authorizer) Connected(r *http.Request, body []byte, used any) (any, error) {
	if a.connected == nil {
		return used, nil
	}
	return used, a.connected(r, body)
}

func (a authorizer) Renew(_ context.Context, refusal transport.Response, used any) (any, bool) {
	if a.renew == nil {
		return nil, false
	}
	return a.renew(refusal, used)
}
