package wallet

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/payclients/payclients-go/internal/transport"
)

// Option changes how a client works. The order of options does not matter, but
// for those of middleware among themselves.
type Option func(*options)

type options struct {
	transport.Config
	plainHTTP bool
}

// WithHTTPClient sends requests through a copy of client, which itself is never
// changed. Its Transport sees the credentials, and so does a trace that is added
// inside the Transport (net/http/httptrace, otelhttp): use [WithMiddleware] or the
// context of the call instead. Its Timeout bounds each attempt, where it is shorter
// than WithTimeout's; its CheckRedirect is not used, because redirects are never
// followed.
//
// A caller's Transport needs the pings that the package's own has: for example
// http.Transport.HTTP2 with a SendPingTimeout of 10 s and a PingTimeout of 5 s. An
// HTTP/2 connection that a NAT or a firewall has forgotten is then dropped within
// 15 s. Without pings every attempt on it times out, for about 15 minutes. A proxy
// that refuses CONNECT is recognised by the reason phrase of its answer, such as
// "Proxy Authentication Required"; after another phrase the attempt has the class
// "network" and is retried. Over plain http, a proxy's refusal is an answer.
//
// Without this option, and with a nil Transport, all clients of this module share
// one transport: a clone of http.DefaultTransport, made for the first client. See
// [Client.CloseIdleConnections].
func WithHTTPClient(client *http.Client) Option {
	return func(o *options) { o.HTTPClient = client }
}

// WithTimeout bounds each attempt, body included. The default is 30 seconds. The
// context bounds the whole call.
func WithTimeout(d time.Duration) Option {
	return func(o *options) { o.Timeout = d }
}

// WithRetry says how often and how patiently a call is repeated where it may be.
// The default is 3 attempts with random waits between 250 ms and 5 s. No policy
// makes this package repeat a call that might then take place twice.
func WithRetry(policy RetryPolicy) Option {
	return func(o *options) { o.Retry = transport.RetryPolicy(policy) }
}

// WithRateLimit holds the client, retries included, to perSecond attempts with
// bursts of at most burst. The default is no limit.
//
// An attempt that would have to wait beyond the context's deadline is not made. The
// call then returns at once what the attempt before brought, or, if this was the
// first one, an error that matches context.DeadlineExceeded.
func WithRateLimit(perSecond float64, burst int) Option {
	return func(o *options) { o.RatePerSecond, o.Burst = perSecond, burst }
}

// WithLogger logs each attempt: at debug level, or at warning level if it
// failed. What is logged is what [Attempt] holds. The default is no log.
func WithLogger(logger *slog.Logger) Option {
	return func(o *options) { o.Logger = logger }
}

// WithObserver calls observe after each attempt, once it is known whether another
// one follows, on the goroutine that made it.
func WithObserver(observe func(Attempt)) Option {
	return func(o *options) {
		o.Observer = nil
		if observe != nil {
			o.Observer = func(a transport.Attempt) { observe(Attempt(a)) }
		}
	}
}

// WithMiddleware wraps each attempt, for traces and metrics such as otelhttp's.
// It sees every attempt but no credentials, which are added below it. Of several
// the first one is outermost.
//
// A trace (net/http/httptrace) that it adds, or that is in the context of a call,
// sees the events of the connection, but no header and no path.
func WithMiddleware(middleware func(http.RoundTripper) http.RoundTripper) Option {
	return func(o *options) { o.Middleware = append(o.Middleware, middleware) }
}

// WithUserAgent replaces the User-Agent header, "payclients-go/wallet".
func WithUserAgent(agent string) Option {
	return func(o *options) { o.UserAgent = agent }
}

// WithPlainHTTP allows a base URL without TLS that is not loopback. The
// credentials then cross the network in clear.
func WithPlainHTTP() Option {
	return func(o *options) { o.plainHTTP = true }
}

// WithMaxResponseBytes bounds an answer, after decompression; a longer one is
// ErrResponseTooLarge. The default is 16 MiB.
func WithMaxResponseBytes(n int64) Option {
	return func(o *options) { o.MaxResponseBytes = n }
}

// CallOption changes one call.
type CallOption func(*callOptions)

type callOptions struct {
	captured *Response
	header   http.Header
	faults   []string
}

// CaptureResponse fills r with the answer behind the result. A single call fills
// it whenever an answer came, a refusal included; a walk fills it on the caller's
// goroutine with the page that it is about to yield.
func CaptureResponse(r *Response) CallOption {
	return func(o *callOptions) {
		if r == nil {
			o.faults = append(o.faults, "CaptureResponse: must not be nil")
		}
		o.captured = r
	}
}

// WithHeader adds a header to the requests of a call. Those that this package or
// net/http sets, or that ask for another answer, are refused: Host, Authorization,
// X-Authorization-Type, Proxy-Authorization, Cookie, Content-*, Transfer-Encoding,
// Accept-Encoding, Connection, Upgrade, TE, Trailer, Expect, Range, If-*,
// Idempotency-Key and X-Idempotency-Key.
func WithHeader(name, value string) CallOption {
	return func(o *callOptions) {
		if fault := transport.HeaderFault(name, value, authorizationType); fault != "" {
			o.faults = append(o.faults, fault)
			return
		}
		if o.header == nil {
			o.header = http.Header{}
		}
		o.header.Set(name, value)
	}
}

func newCall(opts []CallOption) *callOptions {
	o := new(callOptions)
	for _, opt := range opts {
		opt(o)
	}
	return o
}

func (o *callOptions) capture(r transport.Response) {
	if o.captured != nil {
		*o.captured = Response(r)
	}
}
