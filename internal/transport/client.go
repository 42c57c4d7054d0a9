package transport

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Defaults of a zero Config.
const (
	DefaultTimeout          = 30 * time.Second
	DefaultMaxResponseBytes = 16 << 20
	maxErrorBytes           = 64 << 10
	maxHeaderBytes          = 1 << 20
)

// Kind says whether a call may be repeated after a failure, and whether its
// outcome can be unknown.
type Kind int

// The kinds of operation.
const (
	// Once is a write that a repeat would carry out again. It is repeated only if
	// nothing left this machine. It is the zero value, so that a forgotten kind
	// is safe.
	Once Kind = iota
	// Idempotent is a write that the provider deduplicates. It is repeated; until
	// one attempt is answered, its outcome is unknown.
	Idempotent
	// ReadOnly changes nothing. It is repeated, and its outcome is never unknown.
	ReadOnly
	// ReadOnce is a read that marks what it returns, so that a repeat may return
	// less. It is repeated under the same rule as Once, and its outcome is never
	// unknown.
	ReadOnce
)

// Writes reports whether the outcome of a call can be unknown: true for Once and
// Idempotent.
func (k Kind) Writes() bool { return k == Once || k == Idempotent }

// Repeatable reports whether a call that may have been sent may be sent again:
// true for Idempotent and ReadOnly.
func (k Kind) Repeatable() bool { return k == Idempotent || k == ReadOnly }

// RetryPolicy sets how often and after which waits a call is repeated. A zero
// field means its default: 3 attempts, waits of 250 ms to 5 s.
type RetryPolicy struct {
	MaxAttempts      int
	MinWait, MaxWait time.Duration
}

// Attempt is all that logs and observers get of an attempt. It holds no secret
// and no personal data.
type Attempt struct {
	Operation  string
	Method     string
	Number     int
	StatusCode int
	Duration   time.Duration
	Wait       time.Duration
	Class      string
	Final      bool
}

// Response is a complete answer.
type Response struct {
	StatusCode int
	Header     http.Header
	Body       []byte
	Attempts   int
}

// Answer is the last answer of a call.
type Answer struct {
	Response
	Verdict Verdict
	// Earlier holds the verdicts on the answers to earlier attempts, in order.
	Earlier []Verdict
	// Ambiguous means that an attempt of a write, perhaps this one, may have been
	// carried out without a readable answer. It does not change what this answer
	// says: a success stays a success.
	Ambiguous bool
}

// Config is what a package's options record. New reads it as a whole, so the
// order of options does not matter.
type Config struct {
	Name             string   // of the package, for log messages and the user agent
	Base             *url.URL // credentials are sent to its host only
	HTTPClient       *http.Client
	Timeout          time.Duration // per attempt
	Retry            RetryPolicy
	RetryOn500       bool // the provider's table allows repeating after a 500
	RatePerSecond    float64
	Burst            int
	Logger           *slog.Logger
	Observer         func(context.Context, Attempt)
	Middleware       []func(http.RoundTripper) http.RoundTripper
	UserAgent        string
	MaxResponseBytes int64
	Authorizer       Authorizer // nil sends attempts without credentials
}

// Request is one call.
type Request struct {
	Operation string
	Kind      Kind
	Method    string
	URL       *url.URL
	Header    http.Header
	Body      []byte // nil means no body
	// Judge returns the verdict on an answer. It is called once for each answer,
	// on the goroutine that sent the attempt and within the attempt's time. used
	// is the authorizer's note, nil if there is none. A nil Judge judges by the
	// status line alone.
	Judge func(ctx context.Context, r Response, used any) Verdict
}

// Client sends requests. It is safe for concurrent use.
type Client struct {
	config Config
	http   http.Client
	wire   http.RoundTripper
}

// New returns a client for config. Config.Faults must find nothing in config. New
// copies the caller's http.Client and never changes it. A nil HTTPClient, and a
// zero Timeout, Retry, UserAgent or MaxResponseBytes, means the default.
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

// Do sends a request. It repeats the request, as Kind and Config.Retry allow,
// until an answer comes that is not worth a retry, or the attempts are used up. An
// answer with any status is a result, not an error. Every error is an *Error; the
// Answer is then empty.
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
		CheckRetry:   func(_ context.Context, _ *http.Response, err error) (bool, error) { return call.again(err), nil },
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

// CloseIdleConnections closes the connections that no request uses, including
// connections of other clients with the same transport.
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
