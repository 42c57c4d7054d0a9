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

// The health check of HTTP/2 connections in the shared transport: a ping after a
// silence, and a limit for its answer, after which the connection is closed.
// Together they fit into an attempt of the default timeout, which is then
// repeated on a new connection.
const (
	pingAfter   = 10 * time.Second
	pingTimeout = 5 * time.Second
)

// pools holds the *http.Transport of each poolKey. All clients without a
// transport of their own share it.
var pools sync.Map //nolint:gochecknoglobals // it is what clients share

// poolKey is the *http.Transport that was http.DefaultTransport when a client was
// made, and the bubble in which a request is made.
type poolKey struct {
	usual  *http.Transport
	bubble string
}

func (k poolKey) pool() *http.Transport {
	pool, found := pools.Load(k)
	if !found {
		pool, _ = pools.LoadOrStore(k, newPool(k.usual))
	}
	return pool.(*http.Transport) //nolint:forcetypeassert // nothing else is stored
}

// wire returns the transport at the bottom. It returns caller, the caller's
// transport, unless caller is nil. Then it returns the shared transport, or
// http.DefaultTransport if the program replaced that by another type.
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

// sharedWire sends through the shared transport of the testing/synctest bubble
// that it is called in, or of none. A connection made in one bubble ends the
// process when another bubble uses or closes it.
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
// goroutine runs in, or "" outside of a bubble. Outside it costs one look at the
// clock, because the clock of a bubble begins with the year 2000.
func bubble() string {
	if time.Now().Year() >= 2026 {
		return ""
	}
	head := make([]byte, 128)
	_, name, _ := strings.Cut(string(head[:runtime.Stack(head, false)]), "synctest bubble ")
	name, _, _ = strings.Cut(name, "]")
	return name
}

// newPool returns a clone of usual for all clients to share. The clone limits the
// size of headers, keeps as many idle connections as a walk with several workers
// needs, sends pings, and returns a *proxyError if a proxy refuses.
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
