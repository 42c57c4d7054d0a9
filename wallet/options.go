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

// WithHTTPClient sends through a copy of client, which itself is never changed.
// Its Transport is the wire: it sees the credentials. Its Timeout bounds each
// attempt, where it is shorter than WithTimeout's; its CheckRedirect is not used,
// because redirects are never followed.
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
	repeat   bool
}

// AllowRepeat allows ListPayments, its walks and ListBestTransfers to repeat a
// request, as GetPayment does: after network errors, a body cut short, and the
// statuses 429, 500, 502, 503 and 504. Every other call refuses the option with
// ErrInvalidRequest.
//
// Without the option a list is sent once, because it marks what it returns as
// seen. If an answer is lost and the request repeated, the service has marked
// payments as seen that this process never received: they come with Unseen false
// in the second answer, and Meta.UrgentData no longer counts them. Payments,
// amounts and statuses are the same. Use the option where nothing depends on
// Unseen and on these counts, for example to reconcile.
func AllowRepeat() CallOption {
	return func(o *callOptions) { o.repeat = true }
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
	o := newListCall(opts)
	if o.repeat {
		o.faults = append(o.faults, "AllowRepeat: only for lists")
	}
	return o
}

func newListCall(opts []CallOption) *callOptions {
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
