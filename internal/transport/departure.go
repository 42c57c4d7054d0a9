package transport

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
)

type departureKey struct{}

// departure proves of an attempt that nothing of it left this machine. It is
// kept where the attempt leaves, below middleware, signers and token sources,
// which may use connections of their own or send an attempt twice.
//
// It also takes the notes of the authorizer up to the judge: the way of an attempt
// leads through middleware, which has room for a request and an answer only.
type departure struct {
	once  bool
	with  any // what the authorizer's Renew returned, or nil
	tried atomic.Bool
	left  atomic.Int64 // sendings that may have reached the provider

	mu   sync.Mutex
	used any // the authorizer's note of the newest sending, or nil
}

func (d *departure) note(used any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.used = used
}

func (d *departure) noted() any {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.used
}

// departureOf is one that nobody asks where a middleware has lost the context.
func departureOf(ctx context.Context) *departure {
	if d, ok := ctx.Value(departureKey{}).(*departure); ok {
		return d
	}
	return new(departure)
}

// roundTrip sends r. connected, if any, may still change its header when there
// is a connection, or stop it.
func (d *departure) roundTrip(wire http.RoundTripper, r *http.Request, connected func(*http.Request) error) (*http.Response, error) {
	if d.once && r.Method == http.MethodGet && (r.Body == nil || r.Body == http.NoBody) {
		// net/http replays a GET without a body on a reused connection.
		r.Body = io.NopCloser(bytes.NewReader(nil))
	}
	conn := connection{connected: connected}
	d.tried.Store(true)
	d.left.Add(1)
	resp, err := wire.RoundTrip(conn.traced(r))
	if resp != nil {
		return resp, err
	}
	err = hidden(r.Context(), err) // which would be taken for proof
	if stop := conn.stopped.Load(); stop != nil {
		err = *stop
	}
	if conn.neverUsed(err) {
		d.left.Add(-1)
		err = proxyRefusal(err)
	}
	return nil, err
}

// nothingLeft is true of an attempt none of whose sendings had a connection, or
// that had no credentials to be sent with.
func (d *departure) nothingLeft() bool { return d.tried.Load() && d.left.Load() == 0 }

// connection learns from net/http whether a sending ever had one.
type connection struct {
	connected func(*http.Request) error
	asked     atomic.Bool
	got       atomic.Bool
	stopped   atomic.Pointer[error]
}

func (c *connection) traced(r *http.Request) *http.Request {
	ctx, cancel := context.WithCancel(discreet{r.Context()}) // which ends with the attempt
	var traced *http.Request
	traced = r.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{ //nolint:contextcheck // discreet inherits
		GetConn: func(string) { c.asked.Store(true) },
		GotConn: func(info httptrace.GotConnInfo) { //nolint:contextcheck // the request has it
			if c.connected != nil {
				if err := c.connected(traced); err != nil {
					err = unavailable(r.Context(), err)
					c.stopped.Store(&err)
					cancel()
					unusable(info.Conn)
					return
				}
			}
			c.got.Store(true)
		},
	}))
	return traced
}

// neverUsed is proof: the transport asked for a connection and got none that it
// was allowed to use, or says that it could not dial.
func (c *connection) neverUsed(err error) bool {
	return !c.got.Load() && (c.asked.Load() || isDial(err))
}

// unusable closes a connection of HTTP/1, which writes a request even when its
// context is done. HTTP/2 does not, and may carry other requests.
func unusable(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok && secure.ConnectionState().NegotiatedProtocol == "h2" {
		return
	}
	if conn != nil {
		_ = conn.Close()
	}
}
