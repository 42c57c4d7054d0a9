package transactions

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
// changed. Its Transport sees the token, and so does a trace that is added
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

// WithRetry says how often and how patiently a call is repeated. The default is
// 3 attempts with random waits between 250 ms and 5 s.
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
// one follows, on the goroutine that made it: with [Prefetch] or several workers
// on several at a time.
func WithObserver(observe func(Attempt)) Option {
	return func(o *options) {
		o.Observer = nil
		if observe != nil {
			o.Observer = func(a transport.Attempt) { observe(Attempt(a)) }
		}
	}
}

// WithMiddleware wraps each attempt, for traces and metrics such as otelhttp's.
// It sees every attempt but no token, which is added below it. Of several the
// first one is outermost.
//
// A trace (net/http/httptrace) that it adds, or that is in the context of a call,
// sees the events of the connection, but no header and no path.
func WithMiddleware(middleware func(http.RoundTripper) http.RoundTripper) Option {
	return func(o *options) { o.Middleware = append(o.Middleware, middleware) }
}

// WithUserAgent replaces the User-Agent header, "payclients-go/transactions".
func WithUserAgent(agent string) Option {
	return func(o *options) { o.UserAgent = agent }
}

// WithPlainHTTP allows a base URL without TLS that is not loopback. The
// token then crosses the network in clear.
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
	prefetch int
	pageSize int            // 0 is the default
	overlap  *time.Duration // nil is the default
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
// Proxy-Authorization, Cookie, Content-*, Transfer-Encoding, Accept-Encoding,
// Connection, Upgrade, TE, Trailer, Expect, Range, If-*, Idempotency-Key and
// X-Idempotency-Key.
func WithHeader(name, value string) CallOption {
	return func(o *callOptions) {
		if fault := transport.HeaderFault(name, value); fault != "" {
			o.faults = append(o.faults, fault)
			return
		}
		if o.header == nil {
			o.header = http.Header{}
		}
		o.header.Set(name, value)
	}
}

// Prefetch lets a walk fetch up to n pages while the caller works on one. Order,
// errors and the rest of the iterator's contract stay the same. n is 0, which is
// the default, to 100; it is refused outside walks.
func Prefetch(n int) CallOption {
	return func(o *callOptions) {
		if n < 0 || n > 100 {
			o.faults = append(o.faults, "Prefetch: must be 0 to 100")
		}
		o.prefetch = n
	}
}

// PageSize says how many transactions a walk by key asks for at a time, 1 to
// 2000. The default is 2000. It is refused where the parameters have a Size.
func PageSize(n int) CallOption {
	return func(o *callOptions) {
		if n < 1 || n > maxSize {
			o.faults = append(o.faults, "PageSize: must be 1 to 2000")
		}
		o.pageSize = n
	}
}

// Overlap says how long before since [Client.WalkUpdated] begins, 0 or more. The
// default is 5 minutes. It is refused in other calls.
func Overlap(d time.Duration) CallOption {
	return func(o *callOptions) {
		if d < 0 {
			o.faults = append(o.faults, "Overlap: must not be negative")
		}
		o.overlap = &d
	}
}

const defaultOverlap = 5 * time.Minute

func newCall(opts []CallOption) *callOptions {
	o := new(callOptions)
	for _, opt := range opts {
		opt(o)
	}
	return o
}

// refuse says which of the options do not go with a call that has no such thing.
func (o *callOptions) refuse(names ...string) []string {
	faults := o.faults
	for _, name := range names {
		switch {
		case name == "Prefetch" && o.prefetch != 0:
			faults = append(faults, "Prefetch: only a walk reads ahead")
		case name == "PageSize" && o.pageSize != 0:
			faults = append(faults, "PageSize: only a walk by key has it; set Size")
		case name == "Overlap" && o.overlap != nil:
			faults = append(faults, "Overlap: only WalkUpdated has it")
		}
	}
	return faults
}

func (o *callOptions) capture(r transport.Response) {
	if o.captured != nil {
		*o.captured = Response(r)
	}
}
