package transport

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"time"
)

// The health check of HTTP/2 connections in the shared transport. After a
// silence of pingAfter the transport sends a ping. If no answer comes within
// pingTimeout, it closes the connection. Both together are shorter than
// DefaultTimeout, so that an attempt fails in time to be repeated on a new
// connection.
const (
	pingAfter   = 10 * time.Second
	pingTimeout = 5 * time.Second
)

// pools holds the *http.Transport of each poolKey, for the life of the process.
// All clients without a transport of their own share them.
var pools sync.Map //nolint:gochecknoglobals // it is what clients share

// poolKey selects the shared transport that a request goes through.
type poolKey struct {
	usual  *http.Transport // http.DefaultTransport at the time when the client was made
	bubble string          // of the request, as the function bubble returns it
}

func (k poolKey) pool() *http.Transport {
	pool, found := pools.Load(k)
	if !found {
		pool, _ = pools.LoadOrStore(k, newPool(k.usual))
	}
	return pool.(*http.Transport) //nolint:forcetypeassert // nothing else is stored
}

// wire returns the transport at the bottom of a client:
//   - If caller, the transport of the caller's http.Client, is not nil: caller.
//   - If caller is nil, and the program has set http.DefaultTransport to a type
//     other than *http.Transport: http.DefaultTransport itself.
//   - Otherwise a sharedWire, which sends through a transport that all clients share.
func wire(caller http.RoundTripper) http.RoundTripper {
	if caller != nil {
		return caller
	}
	usual, ok := http.DefaultTransport.(*http.Transport)
	if !ok { // a program replaced it on purpose
		return http.DefaultTransport
	}
	return sharedWire{usual: usual, outside: poolKey{usual: usual}.pool()}
}

// sharedWire sends a request through the shared transport of the
// testing/synctest bubble that it is called in, or through outside if it is
// called in none. A connection made in one bubble ends the process when another
// bubble uses or closes it. usual is the transport that the shared ones are
// cloned from.
type sharedWire struct{ usual, outside *http.Transport }

func (w sharedWire) RoundTrip(r *http.Request) (*http.Response, error) { return w.pool().RoundTrip(r) }

func (w sharedWire) CloseIdleConnections() { w.pool().CloseIdleConnections() }

func (w sharedWire) pool() *http.Transport {
	if name := bubble(); name != "" {
		return poolKey{w.usual, name}.pool()
	}
	return w.outside
}

// bubble returns the name of the testing/synctest bubble that the caller's
// goroutine runs in, or "" outside of a bubble. The clock of a bubble begins with
// the year 2000. bubble therefore returns "" at once if the year is 2026 or later.
func bubble() string {
	if time.Now().Year() >= 2026 {
		return ""
	}
	head := make([]byte, 128)
	_, name, _ := strings.Cut(string(head[:runtime.Stack(head, false)]), "synctest bubble ")
	name, _, _ = strings.Cut(name, "]")
	return name
}

// newPool returns a clone of usual for all clients to share. usual must not be nil,
// and does not change. The clone differs from usual:
//   - It limits the header of an answer to 1 MiB.
//   - It keeps up to 16 idle connections to a host.
//   - It sends HTTP/2 pings. It takes the times from usual, and pingAfter and
//     pingTimeout in place of a time of 0.
//   - It returns a *proxyError if a proxy refuses a connection, or if the function
//     Proxy of usual returns an error.
func newPool(usual *http.Transport) *http.Transport {
	own := usual.Clone()
	own.MaxResponseHeaderBytes = maxHeaderBytes
	own.MaxIdleConnsPerHost = 16
	if own.HTTP2 == nil {
		own.HTTP2 = new(http.HTTP2Config)
	}
	own.HTTP2.SendPingTimeout = cmp.Or(own.HTTP2.SendPingTimeout, pingAfter)
	own.HTTP2.PingTimeout = cmp.Or(own.HTTP2.PingTimeout, pingTimeout)
	if proxy := own.Proxy; proxy != nil {
		own.Proxy = func(r *http.Request) (*url.URL, error) {
			address, err := proxy(r)
			if err != nil {
				err = &proxyError{reason: "no valid address", err: err}
			}
			return address, err
		}
	}
	asked := own.OnProxyConnectResponse
	own.OnProxyConnectResponse = func(ctx context.Context, proxy *url.URL, connect *http.Request, answer *http.Response) error {
		if asked != nil {
			if err := asked(ctx, proxy, connect, answer); err != nil {
				return err
			}
		}
		if answer.StatusCode != http.StatusOK {
			return &proxyError{status: answer.StatusCode}
		}
		return nil
	}
	return own
}
