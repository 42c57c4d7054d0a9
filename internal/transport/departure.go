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

// departure records whether any part of an attempt left this machine. It is kept
// where the attempt leaves, below middleware, signers and token sources, which
// may use connections of their own or send an attempt twice.
//
// It also carries the authorizer's notes up to the judge, because middleware
// passes on a request and an answer only.
type departure struct {
	once     bool
	with     any // what the authorizer's Renew returned, or nil
	tried    atomic.Bool
	sendings atomic.Int64 // sendings that may have reached the provider

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

// departureOf returns the departure in ctx, the context of an attempt. If
// middleware has replaced the context, it returns a new departure that nothing
// reads.
func departureOf(ctx context.Context) *departure {
	if d, ok := ctx.Value(departureKey{}).(*departure); ok {
		return d
	}
	return new(departure)
}

// roundTrip sends r through wire and records in d whether anything may have left
// this machine. connected may be nil. Otherwise roundTrip calls it once there is a
// connection: connected may change r's header, or return an error, and then
// nothing is sent. roundTrip returns the answer and error of wire, the error of
// connected, or a *proxyError.
func (d *departure) roundTrip(wire http.RoundTripper, r *http.Request, connected func(*http.Request) error) (*http.Response, error) {
	if d.once && r.Method == http.MethodGet && (r.Body == nil || r.Body == http.NoBody) {
		// net/http resends a GET without a body if a reused connection fails.
		r.Body = io.NopCloser(bytes.NewReader(nil))
	}
	conn := connection{connected: connected}
	d.tried.Store(true)
	d.sendings.Add(1)
	resp, err := wire.RoundTrip(conn.traced(r))
	if resp != nil {
		return resp, err
	}
	err = hidden(r.Context(), err) // or an error in the cause would pass for proof
	if stop := conn.stopped.Load(); stop != nil {
		err = *stop
	}
	if conn.neverUsed(err) {
		d.sendings.Add(-1)
		err = proxyRefusal(err)
	}
	return nil, err
}

// nothingLeft reports whether certainly nothing of the attempt was sent: no
// sending had a connection, or there were no credentials. It returns false if the
// attempt never came as far as d.
func (d *departure) nothingLeft() bool { return d.tried.Load() && d.sendings.Load() == 0 }

// connection records whether one sending ever had a connection.
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

// neverUsed reports whether certainly nothing was sent. err is the transport's
// error. It returns true if the transport asked for a connection and got none that
// it could use, or failed to dial.
func (c *connection) neverUsed(err error) bool {
	return !c.got.Load() && (c.asked.Load() || isDial(err))
}

// unusable closes conn if it is an HTTP/1 connection, because net/http writes a
// request to it even if its context has ended. It leaves an HTTP/2 connection
// open: net/http does not write to it, and it may carry other requests. conn may
// be nil.
func unusable(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok && secure.ConnectionState().NegotiatedProtocol == "h2" {
		return
	}
	if conn != nil {
		_ = conn.Close()
	}
}
