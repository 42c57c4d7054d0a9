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
	DefaultMaxResponseBytes = 16 << 20         // of a body
	maxErrorBytes           = 64 << 10         // of the body of an answer other than 2xx, which is cut
	maxHeaderBytes          = 1 << 20          // of the header of an answer, in the shared transport
)

// Kind says whether a call may be repeated after a failure, and whether its
// outcome can be unknown. The zero value is Once. An unknown value is repeated
// like Once, but its outcome never counts as unknown.
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

// Writes reports whether the outcome of a call of the kind k can be unknown. It
// returns true for Once and Idempotent, and false for all other values.
func (k Kind) Writes() bool { return k == Once || k == Idempotent }

// Repeatable reports whether a call of the kind k may be sent again although it
// may have been sent already. It returns true for Idempotent and ReadOnly, and
// false for all other values.
func (k Kind) Repeatable() bool { return k == Idempotent || k == ReadOnly }

// RetryPolicy sets how often and after which waits a call is repeated. The wait
// before a retry is random, between MinWait and a limit that doubles with each
// attempt up to MaxWait. A zero field means its default. Config.Problems refuses a
// negative field, and a MinWait above MaxWait.
type RetryPolicy struct {
	MaxAttempts int           // the first attempt included; the default is 3
	MinWait     time.Duration // the default is 250 ms, or MaxWait if that is set and shorter
	MaxWait     time.Duration // the default is 5 s, or MinWait if that is longer
}

// Attempt is all that logs and observers get of an attempt. It holds no secret
// and no personal data.
type Attempt struct {
	Operation  string        // Request.Operation
	Method     string        // HTTP method
	Number     int           // from 1
	StatusCode int           // 0 without an answer
	Duration   time.Duration // until the whole body was read
	Wait       time.Duration // before the attempt, for the retry policy and the rate limit
	Class      string        // "" for a success; else a Class constant, or for example "timeout"
	Final      bool          // no attempt of this call follows
}

// Response is a complete answer, with any status.
type Response struct {
	StatusCode int // of the status line
	Header     http.Header
	Body       []byte // after decompression; cut at 64 KiB if StatusCode is not 2xx
	Attempts   int    // attempts that the call made; 0 in the argument of a judge
}

// Answer is the last answer of a call. The zero Answer comes with an error.
type Answer struct {
	Response
	Verdict Verdict // on this answer
	// Earlier holds the verdicts on the answers to earlier sendings, in order. A
	// sending without an answer has none. Nil means no earlier answer.
	Earlier []Verdict
	// Ambiguous means that an attempt of a write, perhaps this one, may have been
	// carried out without a readable answer. It does not change what this answer
	// says: a success stays a success.
	Ambiguous bool
}

// Config is what a package's options record. New reads it as a whole, so the
// order of options does not matter. Config.Problems refuses negative numbers.
type Config struct {
	Name             string        // of the package, for log messages and the user agent
	Base             *url.URL      // credentials are sent to its scheme and host only; required with an Authorizer
	HTTPClient       *http.Client  // New copies it; nil means a zero http.Client
	Timeout          time.Duration // per attempt; 0 means DefaultTimeout
	Retry            RetryPolicy
	RetryOn500       bool                                        // the provider's table allows repeating after a 500
	RatePerSecond    float64                                     // attempts per second; 0, with Burst 0, means no limit
	Burst            int                                         // attempts that may start at once; at least 1 with RatePerSecond
	Logger           *slog.Logger                                // gets each attempt; nil logs nothing
	Observer         func(context.Context, Attempt)              // called after each attempt; may be nil
	Middleware       []func(http.RoundTripper) http.RoundTripper // the first is outermost; none may be nil
	UserAgent        string                                      // "" means "payclients-go/" and Name
	MaxResponseBytes int64                                       // of a body; 0 means DefaultMaxResponseBytes
	Authorizer       Authorizer                                  // nil sends attempts without credentials
}

// Request is one call.
type Request struct {
	Operation string      // for logs and observers, for example "ListOperations"
	Kind      Kind        // says when the call is repeated
	Method    string      // HTTP method
	URL       *url.URL    // required, absolute
	Header    http.Header // replaces the client's own of the same name; may be nil
	Body      []byte      // nil means no body
	// Judge returns the verdict on an answer. It is called once for each answer,
	// on the goroutine that sent the attempt and within the attempt's time. used
	// is the authorizer's note, nil if there is none. A nil Judge judges by the
	// status line alone.
	Judge func(ctx context.Context, r Response, used any) Verdict
}

// Client sends requests. New makes it; the zero value is not usable. It is safe
// for concurrent use.
type Client struct {
	config Config
	http   http.Client
	wire   http.RoundTripper
}

// New returns a client for config; zero fields mean the defaults that Config
// names. New does not check config: call Config.Problems first, and use no config
// with problems. New copies the caller's http.Client and never changes it. The
// Timeout of that client limits each attempt if it is shorter than
// Config.Timeout. Its CheckRedirect is not used, because redirects are never
// followed. New calls each Middleware once.
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

// Do sends a request and returns its last answer. An answer with any status,
// such as 401, 302 or 500, is a result and not an error.
//
// Do repeats the request after an error without an answer, and after the
// statuses 429, 502, 503, 504 and, with Config.RetryOn500, 500. A request whose
// Kind is not Repeatable is repeated only if nothing of it was sent. Do stops
// when an answer needs no retry, when a retry cannot help (for example with an
// invalid certificate), and after Config.Retry.MaxAttempts attempts. It also
// stops if the wait before the next attempt is longer than
// Config.Retry.MaxWait, or would outlast the deadline of ctx. Do blocks while
// it waits.
//
// After a 401 Do sends the request once more if the Authorizer has better
// credentials. Both sendings count as one attempt. Do does so for every Kind,
// except for Once if the Verdict is Open.
//
// Every error is an *Error, also the end of ctx and a request that cannot be
// made; the Answer is then the zero value. Do panics if req.URL is nil.
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

// CloseIdleConnections closes the connections that no request uses, including
// connections of other clients with the same transport. It does nothing if the
// transport has no such method. The client stays usable.
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
