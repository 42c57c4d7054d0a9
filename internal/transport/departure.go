package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

type departureKey struct{}

// departure proves of an attempt that nothing of it left this machine. It is
// kept where the attempt leaves, below middleware, signers and token sources,
// which may use connections of their own or send an attempt twice.
type departure struct {
	once  bool
	tried atomic.Bool
	left  atomic.Int64 // sendings that may have reached the provider
}

// departureOf is one that nobody asks where a middleware has lost the context.
func departureOf(ctx context.Context) *departure {
	if d, ok := ctx.Value(departureKey{}).(*departure); ok {
		return d
	}
	return new(departure)
}

func (d *departure) roundTrip(wire http.RoundTripper, r *http.Request) (*http.Response, error) {
	if d.once && r.Method == http.MethodGet && (r.Body == nil || r.Body == http.NoBody) {
		// net/http replays a GET without a body on a reused connection.
		r.Body = io.NopCloser(bytes.NewReader(nil))
	}
	var conn connection
	d.tried.Store(true)
	d.left.Add(1)
	resp, err := wire.RoundTrip(conn.traced(r))
	if resp == nil && conn.neverOpened(err) {
		d.left.Add(-1)
	}
	return resp, err
}

// nothingLeft is true of an attempt none of whose sendings had a connection, or
// that had no credentials to be sent with.
func (d *departure) nothingLeft(err error) bool {
	var credentials *credentialsError
	return d.left.Load() == 0 && (d.tried.Load() || errors.As(err, &credentials))
}

// connection learns from net/http whether a sending ever had one.
type connection struct{ asked, got atomic.Bool }

func (c *connection) traced(r *http.Request) *http.Request {
	return r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		GetConn: func(string) { c.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { c.got.Store(true) },
	}))
}

// neverOpened is proof: the transport asked for a connection and got none, or
// says that it could not dial.
func (c *connection) neverOpened(err error) bool {
	return !c.got.Load() && (c.asked.Load() || isDial(err))
}
