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

// departure records whether any part of one sending left this machine. An attempt
// is one sending, or two with new credentials after a 401. finisher.send makes a
// departure and puts it into the request's context. authorizing, which runs below
// all middleware, writes the records: middleware, signers and token sources may use
// connections of their own or send an attempt twice. The zero value is ready to
// use.
//
// A departure also carries the authorizer's note up to the Judge, because
// middleware passes on a request and an answer only.
type departure struct {
	once     bool         // net/http must not send the request a second time on its own
	renewal  any          // what the authorizer's Renew returned, or nil
	tried    atomic.Bool  // roundTrip or unavailable was called
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

// departureOf returns the departure in ctx, the context of an attempt. If ctx has
// none, because middleware has replaced the context, departureOf returns a new
// departure that nothing reads. The result is never nil.
func departureOf(ctx context.Context) *departure {
	if d, ok := ctx.Value(departureKey{}).(*departure); ok {
		return d
	}
	return new(departure)
}

// roundTrip sends r once through wire, and records in d whether anything may have
// left this machine. If d.once is true and r is a GET without a body, roundTrip
// sets an empty body in r first, because net/http may send a GET without a body
// twice.
//
// roundTrip calls hook each time that r gets a connection, before r is written to
// the connection. hook may change r's header. If hook returns an error, r is not
// written to the connection, and roundTrip ends. A nil hook does nothing.
//
// If wire returns an answer, roundTrip returns the answer and the error of wire.
// Otherwise it returns no answer and one of these errors:
//   - if hook failed, the error of hook as the function unavailable returns it
//   - if a proxy refused the connection, an error that is or wraps a *proxyError
//   - otherwise the error of wire, without the cause of the caller's context, see
//     hidden; nil if wire returned neither an answer nor an error
func (d *departure) roundTrip(wire http.RoundTripper, r *http.Request, hook func(*http.Request) error) (*http.Response, error) {
	if d.once && r.Method == http.MethodGet && (r.Body == nil || r.Body == http.NoBody) {
		// net/http resends a GET without a body if a reused connection fails.
		r.Body = io.NopCloser(bytes.NewReader(nil))
	}
	conn := connection{hook: hook}
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

// nothingLeft reports whether certainly nothing of the sending left this machine:
// there was no connection, or there were no credentials. It returns false if
// neither roundTrip nor unavailable was called for d, for example because
// middleware answered by itself.
func (d *departure) nothingLeft() bool { return d.tried.Load() && d.sendings.Load() == 0 }

// connection records whether one call of roundTrip ever had a connection. The zero
// value is ready for one call. It is safe for concurrent use.
type connection struct {
	hook    func(*http.Request) error // called when there is a connection; may be nil
	asked   atomic.Bool               // the transport has asked for a connection
	got     atomic.Bool               // the transport got one, and hook returned no error
	stopped atomic.Pointer[error]     // the error of hook; nil if there was none
}

func (c *connection) traced(r *http.Request) *http.Request {
	ctx, cancel := context.WithCancel(discreet{r.Context()}) // which ends with the attempt
	var traced *http.Request
	traced = r.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{ //nolint:contextcheck // discreet inherits
		GetConn: func(string) { c.asked.Store(true) },
		GotConn: func(info httptrace.GotConnInfo) { //nolint:contextcheck // the request has it
			if c.hook != nil {
				if err := c.hook(traced); err != nil {
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

// neverUsed reports whether certainly nothing was sent over c. err is the error of
// the transport, or nil.
//
// neverUsed returns false if the transport got a connection and c.hook, called for
// that connection, returned no error. A nil hook counts as no error. Otherwise
// neverUsed returns true if the transport had asked for a connection, or if err is
// from a step before there is a connection (isDial). In all other cases it returns
// false.
func (c *connection) neverUsed(err error) bool {
	return !c.got.Load() && (c.asked.Load() || isDial(err))
}

// unusable closes conn if it is an HTTP/1 connection: net/http would write the
// request to it even after the request's context has ended. unusable leaves an
// HTTP/2 connection open: net/http then does not write the request, and the
// connection may carry other requests. It ignores a nil conn, and errors of
// closing.
func unusable(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok && secure.ConnectionState().NegotiatedProtocol == "h2" {
		return
	}
	if conn != nil {
		_ = conn.Close()
	}
}
