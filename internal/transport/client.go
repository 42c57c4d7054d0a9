package transport

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Defaults of a zero Config, and limits that no option changes. The bytes of a body
// are counted after decompression.
const (
	DefaultTimeout          = 30 * time.Second // of one attempt
	DefaultMaxResponseBytes = 16 << 20         // of the body of a 2xx answer
	maxErrorBytes           = 64 << 10         // of the body of an answer other than 2xx, which is cut
	maxHeaderBytes          = 1 << 20          // of the header of an answer, in the shared transport
)

// Kind decides whether a call is repeated after a failure, and whether its outcome
// can be unknown: a write may have been carried out although the call returns no
// success. The zero value is Once. An unknown Kind is repeated like Once, but its
// outcome never counts as unknown.
type Kind int

// The kinds of operation.
const (
	// Once is a write that a repeat would carry out again. It is repeated only if
	// nothing of it left this machine. Its outcome can be unknown. Once is the zero
	// value, so that a forgotten kind is safe.
	Once Kind = iota
	// Idempotent is a write that the provider carries out once, even if it is sent
	// twice. It is repeated. Its outcome can be unknown.
	Idempotent
	// ReadOnly changes nothing. It is repeated, and its outcome is never unknown.
	ReadOnly
	// ReadOnce is a read that marks what it returns, so that a repeat may return
	// less. It is repeated only if nothing of it left this machine. Its outcome is
	// never unknown.
	ReadOnce
)

// Writes reports whether the outcome of a call of the kind k can be unknown. It
// returns true for Once and Idempotent, and false for all other values.
func (k Kind) Writes() bool { return k == Once || k == Idempotent }

// Repeatable reports whether a call of the kind k may be sent again although it may
// have been sent already. It returns true for Idempotent and ReadOnly, and false
// for all other values: such a call is repeated only if nothing of it was sent.
func (k Kind) Repeatable() bool { return k == Idempotent || k == ReadOnly }

// RetryPolicy sets how often and after which waits a call is repeated. If the
// answer has a Retry-After, the wait is what it asks for; if this is more than
// MaxWait, the call is not repeated. Otherwise the wait is random, from MinWait to
// a ceiling. The ceiling is twice MinWait after the first attempt, and doubles
// after each further one, but is at most MaxWait. Config.Problems refuses a
// negative field, and a MinWait above a MaxWait that is not 0.
type RetryPolicy struct {
	MaxAttempts int           // the first attempt included; 0 means 3
	MinWait     time.Duration // 0 means 250 ms, or MaxWait if that is set and shorter
	MaxWait     time.Duration // 0 means 5 s, or MinWait if that is longer
}

// Attempt is all that Config.Logger and Config.Observer get of an attempt. It holds
// no secret and no personal data.
type Attempt struct {
	Operation  string        // Request.Operation
	Method     string        // HTTP method
	Number     int           // from 1
	StatusCode int           // 0 if the attempt has an error
	Duration   time.Duration // until the whole body was read
	Wait       time.Duration // before the attempt, for the retry policy and the rate limit
	// Class is "" for a success. For an answer that is not a success, Class is a Class
	// constant such as ClassRefused, or another string of the package. Without an answer
	// it is one of these: canceled, credentials, dial, dns, encoding, network, proxy,
	// reset, timeout, tls, too_large, truncated. The list may grow.
	Class string
	Final bool // the last attempt of the call
}

// Response is an answer with any status. The body of a 2xx is complete.
type Response struct {
	StatusCode int // of the status line
	Header     http.Header
	// Body is the body after decompression: complete for a 2xx, and nil below 200.
	// For any other status Body is cut at 64 KiB, or at Config.MaxResponseBytes if
	// this is less, and ends where reading failed. If the encoding is unknown, the
	// bytes in Body are as they were sent.
	Body     []byte
	Attempts int // attempts that the call made; 0 in the argument of a judge
}

// Answer is the last answer of a call. If the call returns an error, its Answer is
// zero.
type Answer struct {
	Response
	Verdict Verdict // on this answer
	// Earlier holds the verdicts on earlier answers of the call, in order. An
	// attempt without an answer has none. An attempt with new credentials after a
	// 401 has two answers. Nil means no earlier answer.
	Earlier []Verdict
	// Ambiguous is true if the call is a write (Kind.Writes) that at least one
	// attempt may have carried out although the attempt had an error or its Verdict
	// was Open. That attempt may be the last one. Ambiguous does not change what
	// this answer says: a success stays a success.
	Ambiguous bool
}

// Config is what a package's options record. New reads it as a whole, so the order
// of options does not matter. Config.Problems refuses negative numbers, and a
// RatePerSecond without Burst or the reverse.
//
// Do calls Logger and Observer on the goroutine that called Do, and waits for them.
// They must be safe for concurrent use if calls of Do overlap.
type Config struct {
	Name             string        // of the package, for log messages and the user agent
	Base             *url.URL      // credentials are sent to its scheme and host only; required with an Authorizer
	HTTPClient       *http.Client  // New copies it; nil means a zero http.Client
	Timeout          time.Duration // per attempt; 0 means DefaultTimeout
	Retry            RetryPolicy
	RetryOn500       bool                                        // true: a status 500 is repeated like a 503
	RatePerSecond    float64                                     // attempts per second; 0 means no limit
	Burst            int                                         // attempts that may start at once; 0 if RatePerSecond is 0, and otherwise at least 1
	Logger           *slog.Logger                                // gets each attempt as an [Attempt]; nil logs nothing
	Observer         func(context.Context, Attempt)              // called once for each attempt; nil means none
	Middleware       []func(http.RoundTripper) http.RoundTripper // the first is outermost; none may be nil
	UserAgent        string                                      // "" means "payclients-go/" and Name
	MaxResponseBytes int64                                       // of a body; 0 means DefaultMaxResponseBytes
	Authorizer       Authorizer                                  // nil sends attempts without credentials
}

// Request is one call.
type Request struct {
	Operation string      // for logs and observers, for example "ListOperations"
	Kind      Kind        // decides when the call is repeated; the zero Kind is Once
	Method    string      // HTTP method
	URL       *url.URL    // required, absolute
	Header    http.Header // canonical names; a value replaces the client's own; may be nil
	Body      []byte      // nil means no body
	// Judge returns the verdict on an answer. It is called once for each answer, on
	// the goroutine that sent the attempt. ctx ends with the time of the attempt
	// (Config.Timeout). note is what the Authorizer returned for the sending, nil
	// if it returned none. Without a Judge, the status line alone decides: every
	// 2xx is a success.
	Judge func(ctx context.Context, r Response, note any) Verdict
}

// Client sends requests. New makes it; the zero value is not usable. It is safe
// for concurrent use.
type Client struct {
	config Config
	http   http.Client
	wire   http.RoundTripper
}

// New returns a client for config; zero fields mean the defaults that Config names.
// New does not check config: call Config.Problems first, and use no config with
// problems. New copies config.HTTPClient and never changes the original. The client
// uses the fields of the copy, with two exceptions:
//   - Timeout: the shorter of HTTPClient.Timeout and Config.Timeout limits each
//     attempt. An HTTPClient.Timeout of 0 limits nothing.
//   - CheckRedirect is not used: the client never follows redirects.
//
// New calls each function in config.Middleware once. New sends nothing.
func New(config Config) *Client {
	c := &Client{config: config.withDefaults()}
	if config.HTTPClient != nil {
		c.http = *config.HTTPClient
	}
	if own := c.http.Timeout; own > 0 { // it limits an attempt, without its wait for the rate limit
		c.config.Timeout = min(c.config.Timeout, own)
	}
	c.http.Timeout = 0
	c.wire = wire(c.http.Transport)
	// The finisher has no CloseIdleConnections: go-retryablehttp would call it
	// after the last attempt, for all clients that share the transport.
	c.http.Transport = newFinisher(&c.config, c.wire)
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c
}

// Do sends a request and returns its last answer. An answer with any status, such
// as 401, 302 or 500, is a result and not an error. One exception: a 2xx whose body
// is too large, cut short or in an unknown encoding is an error. For any other
// status such a body is not an error: Body of [Response] says what the Answer then
// holds.
//
// Do repeats the request in two cases, and blocks while it waits:
//   - after an error, if the Kind is Repeatable or if nothing of the request was
//     sent
//   - after an answer with the effective status (Status of [Verdict]) 429, 502, 503
//     or 504, if the Kind is Repeatable; with Config.RetryOn500 also after 500
//
// Do does not repeat the request, and returns the newest answer or error, if
//   - a retry cannot help, for example with an invalid certificate
//   - Config.Retry.MaxAttempts attempts were made
//   - the wait before the next attempt is longer than Config.Retry.MaxWait, or
//     would outlast the deadline of ctx
//
// If an attempt gets the effective status 401, Do asks [Authorizer.Renew] for new
// credentials, at most once in each attempt. If there are some, Do sends the
// request a second time, and both sendings count as one attempt. Do asks Renew for
// every Kind, with one exception: Do does not ask if the Kind is Once and Open of
// the [Verdict] is true, because the write may have been carried out. Do returns
// the 401 without a retry if no second sending follows, or if the second sending
// gets 401 too.
//
// Every error is an *Error, also the end of ctx and a request that cannot be made.
// With an error the Answer is zero. Do panics if req.URL is nil.
func (c *Client) Do(ctx context.Context, req Request) (Answer, error) {
	call := &call{ctx: ctx, config: &c.config, request: req}
	// A nil []byte inside an interface would be a body of no bytes.
	var body any
	if req.Body != nil {
		body = req.Body
	}
	r, err := retryablehttp.NewRequestWithContext(context.WithValue(ctx, callKey{}, call), req.Method, req.URL.String(), body)
	if err != nil {
		return Answer{}, call.failure(err)
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", c.config.UserAgent)
	for name, values := range req.Header {
		r.Header[name] = values
	}
	loop := retryablehttp.Client{
		HTTPClient:   &c.http,
		RetryMax:     c.config.Retry.MaxAttempts - 1,
		CheckRetry:   func(_ context.Context, _ *http.Response, err error) (bool, error) { return call.shouldRetry(err), nil },
		Backoff:      func(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return call.wait },
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
		// http.Client adds the cookies of the caller's jar to this very header.
		PrepareRetry: func(r *http.Request) error { r.Header.Del("Cookie"); return nil },
	}
	resp, err := loop.Do(r)
	call.observe(true)
	if resp != nil {
		_ = resp.Body.Close() // it is in memory, as call.last
	}
	if err != nil {
		return Answer{}, call.failure(err)
	}
	return call.answer(), nil
}

// CloseIdleConnections closes the connections that no request uses. Clients that
// share the transport lose their idle connections too. It does nothing if the
// transport has no method CloseIdleConnections. The client stays usable.
func (c *Client) CloseIdleConnections() {
	if pool, ok := c.wire.(interface{ CloseIdleConnections() }); ok {
		pool.CloseIdleConnections()
	}
}

func (c Config) withDefaults() Config {
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	if c.MaxResponseBytes == 0 {
		c.MaxResponseBytes = DefaultMaxResponseBytes
	}
	if c.UserAgent == "" {
		c.UserAgent = "payclients-go/" + c.Name
	}
	c.Retry = c.Retry.withDefaults()
	return c
}
