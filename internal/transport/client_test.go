package transport_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/pipenet"
	"github.com/payclients/payclients-go/internal/transport"
)

var quiet = log.New(io.Discard, "", 0)

// counting counts what a listener accepts.
// plainBase is a service in a pipenet.Network. Tests that count connections run in a
// bubble: net/http drops a connection if 50 ms pass until the request is known to be
// written, which a busy machine takes.
const plainBase = "http://api.example.com"

func TestCallersClientIsUnchanged(t *testing.T) {
	t.Parallel()
	base, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	followed := 0
	follow := func(*http.Request, []*http.Request) error { followed++; return nil }
	own := pool(t)
	caller := &http.Client{Transport: own, CheckRedirect: follow, Jar: jar, Timeout: time.Minute}
	c := config(t, base, nil)
	c.HTTPClient = caller
	c.Middleware = []func(http.RoundTripper) http.RoundTripper{func(next http.RoundTripper) http.RoundTripper { return next }}
	_, err = transport.New(c).Do(t.Context(), request(t, transport.ReadOnly, "GET", base, ""))
	require.NoError(t, err)
	assert.Same(t, own, caller.Transport)
	assert.Same(t, jar, caller.Jar)
	assert.Equal(t, time.Minute, caller.Timeout)
	require.NoError(t, caller.CheckRedirect(nil, nil))
	assert.Equal(t, 1, followed)
	assert.Nil(t, own.DialContext)
	assert.Zero(t, own.MaxResponseHeaderBytes)
}

func TestDefaultTransportIsUnchanged(t *testing.T) {
	t.Parallel()
	base, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	shared := http.DefaultTransport.(*http.Transport)
	type settings struct {
		bytes             int64
		perHost, idle, in int
		idleTimeout       time.Duration
		keepAlives        bool
		http2             bool
	}
	of := func() settings {
		return settings{
			shared.MaxResponseHeaderBytes, shared.MaxIdleConnsPerHost, shared.MaxIdleConns, shared.MaxConnsPerHost,
			shared.IdleConnTimeout, shared.DisableKeepAlives, shared.ForceAttemptHTTP2,
		}
	}
	before := of()
	for i, caller := range []*http.Client{nil, {}, {Timeout: time.Minute}} {
		t.Run(fmt.Sprint("case ", i), func(t *testing.T) {
			c := config(t, base, nil)
			c.HTTPClient = caller
			_, err := transport.New(c).Do(t.Context(), request(t, transport.ReadOnly, "GET", base, ""))
			require.NoError(t, err)
		})
	}
	assert.Equal(t, before, of())
	assert.Same(t, shared, http.DefaultTransport)
}

// go-retryablehttp closes the idle connections of everybody when it gives up.
func TestNeighbourKeepsItsConnections(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shared, network := pipenet.ServePlain(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/neighbour" {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		}))
		reach, refused := shared.DialContext, errors.New("refused")
		shared.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			if address == "down.example.com:80" {
				return nil, refused
			}
			return reach(ctx, network, address)
		}
		neighbour := &http.Client{Transport: shared}
		visit := func() {
			resp, err := neighbour.Get(plainBase + "/neighbour")
			require.NoError(t, err)
			_, _ = io.Copy(io.Discard, resp.Body)
			require.NoError(t, resp.Body.Close())
		}
		visit()
		client := transport.New(config(t, plainBase, shared))
		ctx, cancel := context.WithCancel(t.Context())
		for range 3 {
			_, err := client.Do(t.Context(), request(t, transport.ReadOnly, "GET", plainBase, "")) // gives up
			require.NoError(t, err)
		}
		cancel()
		_, err := client.Do(ctx, request(t, transport.ReadOnly, "GET", plainBase, ""))
		require.ErrorIs(t, err, context.Canceled)
		_, err = client.Do(t.Context(), request(t, transport.ReadOnly, "GET", "http://down.example.com/", ""))
		require.ErrorIs(t, err, refused)
		visit()
		assert.EqualValues(t, 1, network.Dials())
	})
}

func TestConnectionIsReused(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"empty": "", "small": "{}", "large": strings.Repeat("0", 1<<20)} {
		for _, status := range []int{200, 201, 302, 404, 422, 503} {
			t.Run(fmt.Sprint(name, ", ", status), func(t *testing.T) {
				if status != 200 && len(body) > 60<<10 {
					return // cut off, and the connection with it
				}
				synctest.Test(t, func(t *testing.T) {
					pipes, network := pipenet.ServePlain(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
						w.WriteHeader(status)
						_, _ = io.WriteString(w, body)
					}))
					client := transport.New(config(t, plainBase, pipes))
					for range 5 {
						got, err := client.Do(t.Context(), request(t, transport.Idempotent, "POST", plainBase, "{}"))
						require.NoError(t, err)
						assert.Len(t, got.Body, len(body))
					}
					assert.EqualValues(t, 1, network.Dials())
				})
			})
		}
	}
}

func TestRedirectsAreNeverFollowed(t *testing.T) {
	t.Parallel()
	other, otherHits := serve(t, func(http.ResponseWriter, *http.Request) {})
	for _, status := range []int{301, 302, 303, 307, 308} {
		for name, location := range map[string]string{
			"same host": "/next", "other host": other + "/next", "downgrade": "http://api.example.com/next",
			"sub-domain": "https://sub.api.example.com/", "unparsable": "https://%zz/\x7f", "empty": "", "itself": "",
			"two": "//", "script": "javascript:x",
		} {
			t.Run(fmt.Sprintf("%d %s", status, name), func(t *testing.T) {
				t.Parallel()
				hits := 0
				c := config(t, "https://api.example.com", wire(func(r *http.Request) (*http.Response, error) {
					hits++
					assert.Equal(t, "https://api.example.com/pay", r.URL.String())
					return answer(status, "moved", "Location", location), nil
				}))
				c.Authorizer = transport.AuthorizerFunc(func(r *http.Request, _ []byte) error { r.Header.Set("X-Api-Key", secret); return nil })
				for _, method := range []string{"GET", "POST"} {
					t.Run(method, func(t *testing.T) {
						hits = 0
						got, err := transport.New(c).Do(t.Context(), request(t, transport.Idempotent, method, "https://api.example.com/pay", "{}"))
						require.NoError(t, err)
						assert.Equal(t, status, got.StatusCode)
						assert.Equal(t, location, got.Header.Get("Location"))
						assert.Equal(t, "moved", string(got.Body))
						assert.True(t, got.Ambiguous)
						assert.Equal(t, 1, hits)
					})
				}
			})
		}
	}
	t.Cleanup(func() { assert.Zero(t, otherHits.Load()) })
}

// http.Client writes the jar's cookies into the header that the loop keeps.
func TestCookiesAreNotDoubledByRetries(t *testing.T) {
	t.Parallel()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	base := "https://api.example.com"
	u, err := url.Parse(base)
	require.NoError(t, err)
	jar.SetCookies(u, []*http.Cookie{{Name: "sticky", Value: "a", Secure: true, HttpOnly: true}})
	var sent []string
	c := config(t, base, nil)
	c.HTTPClient = &http.Client{Jar: jar, Transport: wire(func(r *http.Request) (*http.Response, error) {
		sent = append(sent, r.Header.Get("Cookie"))
		return answer(503, "", "Set-Cookie", fmt.Sprintf("sticky=b%d", len(sent))), nil
	})}
	req := request(t, transport.ReadOnly, "GET", base, "")
	_, err = transport.New(c).Do(t.Context(), req)
	require.NoError(t, err)
	assert.Equal(t, []string{"sticky=a", "sticky=b1", "sticky=b2"}, sent)
	assert.Empty(t, req.Header)
}

func TestRequestIsSentAsGiven(t *testing.T) {
	t.Parallel()
	for name, kind := range kinds() {
		t.Run(name, func(t *testing.T) {
			base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				assert.Equal(t, "/a%2Fb/c%20d", r.URL.EscapedPath())
				assert.Equal(t, "q=1&q=%2F", r.URL.RawQuery)
				assert.Equal(t, []string{"1", "2"}, r.Header.Values("X-Two"))
				assert.Equal(t, "application/json", r.Header.Get("Accept"))
				assert.Equal(t, "payclients-go/test", r.UserAgent())
				assert.Equal(t, `{"a":1}`, string(body))
				assert.EqualValues(t, 7, r.ContentLength)
				w.WriteHeader(http.StatusServiceUnavailable)
			})
			req := request(t, kind, "POST", base+"/a%2Fb/c%20d?q=1&q=%2F", `{"a":1}`)
			req.Header["X-Two"] = []string{"1", "2"}
			before := req.Header.Clone()
			_, err := transport.New(config(t, base, nil)).Do(t.Context(), req)
			require.NoError(t, err, name)
			assert.Equal(t, before, req.Header)
			assert.Equal(t, `{"a":1}`, string(req.Body))
		})
	}
}

// closing counts bodies that are opened and closed.
type closing struct {
	next           http.RoundTripper
	opened, closed atomic.Int64
}

type closer struct {
	io.ReadCloser
	close func()
}

func (c closer) Close() error { c.close(); return c.ReadCloser.Close() }

func (c *closing) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(r)
	if resp != nil {
		c.opened.Add(1)
		var once sync.Once
		resp.Body = closer{resp.Body, func() { once.Do(func() { c.closed.Add(1) }) }}
	}
	return resp, err
}

func TestThousandGoroutinesOnOneClient(t *testing.T) {
	t.Parallel()
	var number atomic.Int64
	base, hits := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch number.Add(1) % 7 {
		case 1:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 2:
			w.WriteHeader(http.StatusUnauthorized)
		case 3:
			w.Header().Set("Content-Length", "100")
		}
		_, _ = w.Write(body)
	})
	bodies := &closing{next: pool(t)}
	var attempts atomic.Int64
	c := config(t, base, bodies)
	c.Authorizer = transport.AuthorizerFunc(func(r *http.Request, _ []byte) error { r.Header.Set("X-Api-Key", secret); return nil })
	c.Authorizer = transport.Bearer(tokens(func(context.Context, string) (string, error) { return "t", nil }), nil)
	c.Observer = func(context.Context, transport.Attempt) { attempts.Add(1) }
	c.RatePerSecond, c.Burst = 1e6, 1000
	client := transport.New(c)
	var all sync.WaitGroup
	for i := range 1000 {
		all.Go(func() {
			text := fmt.Sprintf(`{"id":%d}`, i)
			got, err := client.Do(t.Context(), request(t, transport.Idempotent, "POST", base, text))
			if err == nil {
				assert.Equal(t, text, string(got.Body))
			}
		})
	}
	all.Wait()
	assert.GreaterOrEqual(t, hits.Load(), int64(1000))
	assert.Equal(t, hits.Load(), attempts.Load())
	assert.Positive(t, bodies.opened.Load())
	assert.Equal(t, bodies.opened.Load(), bodies.closed.Load())
}
