package transport_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

var errMine = errors.New("mine")

// foreign is the failure of another call, as a cause of a context. It claims all
// that an attempt is judged by.
type foreign []error

func (foreign) Error() string     { return secret }
func (f foreign) Unwrap() []error { return f }

func newForeign() error {
	return foreign{
		&transport.Error{Class: "credentials", Ambiguous: true, Err: transport.ErrTooLarge},
		&net.OpError{Op: "dial", Err: errRefused}, &net.DNSError{Err: secret, Name: secret}, io.EOF,
		&url.Error{Op: "Get", URL: "https://" + secret, Err: io.ErrUnexpectedEOF}, transport.ErrOutcomeUnknown,
	}
}

var errRefused = errors.New("refused")

const plain = "http://api.example.com" // which a pipe can serve

// watched is a config with an observer and a log.
func watched(t *testing.T, next http.RoundTripper) (c *transport.Config, attempts *[]transport.Attempt, log *bytes.Buffer) {
	t.Helper()
	made := config(t, plain, next)
	attempts, log = new([]transport.Attempt), new(bytes.Buffer)
	made.Observer = func(_ context.Context, a transport.Attempt) { *attempts = append(*attempts, a) }
	made.Logger = slog.New(slog.NewJSONHandler(log, nil))
	return &made, attempts, log
}

// ends are the two ways in which a caller's context ends with a cause.
func ends() map[string]func(context.Context, error) (context.Context, func()) {
	return map[string]func(context.Context, error) (context.Context, func()){
		"canceled": func(ctx context.Context, by error) (context.Context, func()) {
			ctx, cancel := context.WithCancelCause(ctx)
			return ctx, func() { cancel(by) }
		},
		"timeout": func(ctx context.Context, by error) (context.Context, func()) {
			ctx, cancel := context.WithTimeoutCause(ctx, 5*time.Second, by)
			context.AfterFunc(ctx, cancel)
			return ctx, func() { <-ctx.Done() }
		},
	}
}

func endOf(t *testing.T, class string, err error) *transport.Error {
	t.Helper()
	e := failureOf(t, err)
	is, not := context.Canceled, context.DeadlineExceeded
	if class == "timeout" {
		is, not = not, is
	}
	assert.Equal(t, class, e.Class)
	assert.Equal(t, is.Error(), e.Error())
	assert.ErrorIs(t, err, is)
	assert.NotErrorIs(t, err, not)
	assert.NotErrorAs(t, err, new(foreign))
	assert.NotErrorIs(t, err, transport.ErrTooLarge)
	return e
}

// Where a cause is met, and whether what it ends may have left.
func TestCauseGivesWay(t *testing.T) {
	t.Parallel()
	for class, end := range ends() {
		for name, test := range map[string]struct {
			class string // of the last attempt; "" is that of the end
			left  bool
			make  func(t *testing.T, end func(), by error) (*transport.Config, *[]transport.Attempt, *bytes.Buffer)
		}{
			"wire without a trace": {left: true, make: func(t *testing.T, end func(), by error) (*transport.Config, *[]transport.Attempt, *bytes.Buffer) {
				t.Helper()
				return watched(t, wire(func(*http.Request) (*http.Response, error) { end(); return nil, by }))
			}},
			"wire, wrapped": {left: true, make: func(t *testing.T, end func(), by error) (*transport.Config, *[]transport.Attempt, *bytes.Buffer) {
				t.Helper()
				return watched(t, wire(func(*http.Request) (*http.Response, error) {
					end()
					return nil, fmt.Errorf("lost: %w", &net.OpError{Op: "read", Err: by})
				}))
			}},
			"body": {left: true, make: func(t *testing.T, end func(), by error) (*transport.Config, *[]transport.Attempt, *bytes.Buffer) {
				t.Helper()
				return watched(t, wire(func(*http.Request) (*http.Response, error) {
					a := answer(200, "")
					a.Body = io.NopCloser(reader(func([]byte) (int, error) { end(); return 0, by }))
					return a, nil
				}))
			}},
			"net/http, waiting for its answer": {left: true, make: func(t *testing.T, end func(), _ error) (*transport.Config, *[]transport.Attempt, *bytes.Buffer) {
				t.Helper()
				return watched(t, overPipes(func(conn net.Conn) {
					if _, _, err := receive(conn); err == nil {
						end()
					}
					_, _ = io.Copy(io.Discard, conn)
				}))
			}},
			"net/http, dialing": {make: func(t *testing.T, end func(), _ error) (*transport.Config, *[]transport.Attempt, *bytes.Buffer) {
				t.Helper()
				return watched(t, &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
					end()
					<-ctx.Done()
					return nil, ctx.Err()
				}})
			}},
			"a dialer that returns it": {make: func(t *testing.T, end func(), by error) (*transport.Config, *[]transport.Attempt, *bytes.Buffer) {
				t.Helper()
				return watched(t, &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
					end()
					return nil, &net.OpError{Op: "dial", Err: by}
				}})
			}},
			"token source": {make: func(t *testing.T, end func(), by error) (*transport.Config, *[]transport.Attempt, *bytes.Buffer) {
				t.Helper()
				c, attempts, log := watched(t, nil)
				c.Authorizer = transport.Bearer(source(func(context.Context, string) (string, error) { end(); return "", fmt.Errorf("no token: %w", by) }), nil)
				return c, attempts, log
			}},
			"signer": {make: func(t *testing.T, end func(), _ error) (*transport.Config, *[]transport.Attempt, *bytes.Buffer) {
				t.Helper()
				c, attempts, log := watched(t, nil)
				c.Authorizer = transport.AuthorizerFunc(func(r *http.Request, _ []byte) error { end(); return context.Cause(r.Context()) })
				return c, attempts, log
			}},
			"signer, once there is a connection": {make: func(t *testing.T, end func(), _ error) (*transport.Config, *[]transport.Attempt, *bytes.Buffer) {
				t.Helper()
				c, attempts, log := watched(t, overPipes(func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }))
				c.Authorizer = authorizer{connected: func(r *http.Request, _ []byte) error { end(); <-r.Context().Done(); return context.Cause(r.Context()) }}
				return c, attempts, log
			}},
			"middleware that sends nothing": {left: true, make: func(t *testing.T, end func(), by error) (*transport.Config, *[]transport.Attempt, *bytes.Buffer) {
				t.Helper()
				c, attempts, log := watched(t, nil)
				c.Middleware = []func(http.RoundTripper) http.RoundTripper{func(http.RoundTripper) http.RoundTripper {
					return wire(func(*http.Request) (*http.Response, error) { end(); return nil, by })
				}}
				return c, attempts, log
			}},
		} {
			for kind, k := range kinds() {
				t.Run(class+"/"+name+"/"+kind, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						by := newForeign()
						ctx, end := end(t.Context(), by)
						c, attempts, log := test.make(t, func() { end(); synctest.Wait() }, by)
						_, err := transport.New(*c).Do(ctx, request(t, k, "POST", plain, "{}"))
						e := endOf(t, class, err)
						assert.Equal(t, test.left && k != transport.ReadOnly, e.Ambiguous)
						require.NotEmpty(t, *attempts)
						last := (*attempts)[len(*attempts)-1]
						assert.Equal(t, class, last.Class)
						assert.True(t, last.Final)
						assert.Contains(t, log.String(), `"class":"`+class+`"`)
						assert.NotContains(t, log.String(), secret)
						if own, ok := c.HTTPClient.Transport.(*http.Transport); ok {
							own.CloseIdleConnections()
						}
					})
				})
			}
		}
	}
}

type reader func([]byte) (int, error)

func (r reader) Read(p []byte) (int, error) { return r(p) }

type source func(context.Context, string) (string, error)

func (s source) Token(ctx context.Context, rejected string) (string, error) { return s(ctx, rejected) }

// A wait of this package's own that a cause ends: the one before a repeat, and
// the one for the rate limit.
func TestCauseEndsAWait(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(*transport.Config){
		"back-off":   func(c *transport.Config) { c.Retry.MinWait, c.Retry.MaxWait = time.Hour, time.Hour },
		"rate limit": func(c *transport.Config) { c.RatePerSecond, c.Burst = 1.0/3600, 1 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				c, attempts, log := watched(t, wire(func(*http.Request) (*http.Response, error) { return answer(503, ""), nil }))
				set(c)
				time.AfterFunc(time.Minute, func() { cancel(newForeign()) })
				_, err := transport.New(*c).Do(ctx, request(t, transport.Idempotent, "POST", plain, "{}"))
				assert.True(t, endOf(t, "canceled", err).Ambiguous, "the 503 leaves it open")
				assert.Equal(t, "status", (*attempts)[0].Class)
				assert.NotContains(t, log.String(), secret)
			})
		})
	}
}

// The deadline of one attempt has nothing to do with the caller's context.
func TestAttemptTimesOutUnderACause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Hour, newForeign())
		defer cancel()
		c, attempts, _ := watched(t, wire(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, context.Cause(r.Context())
		}))
		_, err := transport.New(*c).Do(ctx, request(t, transport.ReadOnly, "GET", plain, ""))
		endOf(t, "timeout", err)
		assert.Len(t, *attempts, 3)
		assert.NoError(t, ctx.Err())
	})
}

// A cause of a context that middleware made is middleware's own error.
func TestCauseOfMiddlewareStays(t *testing.T) {
	t.Parallel()
	c, attempts, _ := watched(t, wire(func(r *http.Request) (*http.Response, error) { return nil, context.Cause(r.Context()) }))
	c.Middleware = []func(http.RoundTripper) http.RoundTripper{func(next http.RoundTripper) http.RoundTripper {
		return wire(func(r *http.Request) (*http.Response, error) {
			ctx, cancel := context.WithCancelCause(r.Context())
			cancel(errMine)
			return next.RoundTrip(r.WithContext(ctx))
		})
	}}
	_, err := transport.New(*c).Do(t.Context(), request(t, transport.ReadOnly, "GET", plain, ""))
	assert.Equal(t, "network", failureOf(t, err).Class)
	assert.ErrorIs(t, err, errMine)
	assert.Len(t, *attempts, 3)
}

// What a callback returns beside a cause, or around a URL, stays reachable.
func TestErrorsOfCallbacksStay(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	by := newForeign()
	c, _, _ := watched(t, nil)
	c.Authorizer = transport.Bearer(source(func(context.Context, string) (string, error) {
		cancel(by)
		return "", fmt.Errorf("%w: %w", errMine, by)
	}), nil)
	_, err := transport.New(*c).Do(ctx, request(t, transport.ReadOnly, "GET", plain, ""))
	endOf(t, "canceled", err)
	assert.ErrorIs(t, err, errMine)

	c.Authorizer = transport.Bearer(source(func(context.Context, string) (string, error) {
		return "", fmt.Errorf("%w: %w", errMine, &url.Error{Op: "Get", URL: "https://" + secret, Err: io.EOF})
	}), nil)
	_, err = transport.New(*c).Do(t.Context(), request(t, transport.Once, "POST", plain, "{}"))
	e := failureOf(t, err)
	assert.Equal(t, "credentials", e.Class)
	assert.False(t, e.Ambiguous)
	assert.ErrorIs(t, err, errMine)
	assert.ErrorIs(t, err, io.EOF)
}

// A middleware may send by a client of its own: the failure of that client says
// nothing about what left.
func TestForeignCredentialsProveNothing(t *testing.T) {
	t.Parallel()
	other, _, _ := watched(t, nil)
	other.Authorizer = transport.AuthorizerFunc(func(*http.Request, []byte) error { return errMine })
	_, failed := transport.New(*other).Do(t.Context(), request(t, transport.Once, "POST", plain, "{}"))
	require.Equal(t, "credentials", failureOf(t, failed).Class)
	c, _, _ := watched(t, nil)
	c.Middleware = []func(http.RoundTripper) http.RoundTripper{func(http.RoundTripper) http.RoundTripper {
		return wire(func(*http.Request) (*http.Response, error) { return nil, failed })
	}}
	_, err := transport.New(*c).Do(t.Context(), request(t, transport.Once, "POST", plain, "{}"))
	assert.True(t, failureOf(t, err).Ambiguous)
}

// An error around io.EOF is not an end of a body.
func TestBodyThatFailsAroundEOF(t *testing.T) {
	t.Parallel()
	c, _, _ := watched(t, wire(func(*http.Request) (*http.Response, error) {
		a := answer(200, "")
		a.Body = io.NopCloser(reader(func(p []byte) (int, error) { return copy(p, "[]"), fmt.Errorf("broken: %w", io.EOF) }))
		return a, nil
	}))
	_, err := transport.New(*c).Do(t.Context(), request(t, transport.ReadOnly, "GET", plain, ""))
	require.Error(t, err)
}
