package transport

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// The health check of HTTP/2 connections of the package's own transport: a ping
// after silence, and the end of the connection that does not answer it. Both
// together fit into an attempt of the default timeout, which is then repeated on
// a new connection instead of timing out.
const (
	pingAfter   = 10 * time.Second
	pingTimeout = 5 * time.Second
)

// pools holds one own transport for each *http.Transport that was
// http.DefaultTransport when a client was made.
var pools sync.Map //nolint:gochecknoglobals // it is what clients share

// wire is the transport under everything: the caller's, or the one that all
// clients without a transport of their own share.
func wire(caller http.RoundTripper) http.RoundTripper {
	if caller != nil {
		return caller
	}
	usual, ok := http.DefaultTransport.(*http.Transport)
	if !ok { // somebody replaced it, and means it
		return http.DefaultTransport
	}
	if shared, ok := pools.Load(usual); ok {
		return shared.(*http.Transport) //nolint:forcetypeassert // nothing else is stored
	}
	shared, _ := pools.LoadOrStore(usual, newPool(usual))
	return shared.(*http.Transport) //nolint:forcetypeassert // nothing else is stored
}

// newPool is a clone of usual with a bound on headers, as many idle connections
// as a walk by several workers needs, pings, and the refusals of proxies by name.
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
