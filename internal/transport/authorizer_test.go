package transport_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

type tokens func(ctx context.Context, rejected string) (string, error)

func (f tokens) Token(ctx context.Context, rejected string) (string, error) { return f(ctx, rejected) }

type middleware = func(http.RoundTripper) http.RoundTripper

// everySecret puts credentials wherever a provider may want them.
func everySecret(r *http.Request, _ []byte) error {
	r.Header.Set("Authorization", "Bearer "+secret)
	r.Header.Set("X-Api-Key", secret)
	r.Header.Set("Cookie", "session="+secret)
	r.URL.RawQuery = "apikey=" + secret
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(append(body, secret...)))
	r.ContentLength = int64(len(body) + len(secret))
	return err
}

func dump(t *testing.T, r *http.Request) string {
	t.Helper()
	body := []byte{}
	if r.Body != nil {
		var err error
		body, err = io.ReadAll(r.Body)
		require.NoError(t, err)
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	return fmt.Sprint(r.Method, r.URL, r.Host, r.Header, string(body))
}

func TestMiddlewareSeesNoCredentials(t *testing.T) {
	t.Parallel()
	for _, failing := range []bool{false, true} {
		attempts, sent := 0, 0
		c := config(t, api, wire(func(r *http.Request) (*http.Response, error) {
			sent++
			assert.Equal(t, 5, strings.Count(dump(t, r), secret))
			assert.Nil(t, r.GetBody)
			if failing {
				return nil, fmt.Errorf("wire: %w", errReset)
			}
			return &http.Response{StatusCode: http.StatusServiceUnavailable, Request: r, Body: http.NoBody, Header: http.Header{}}, nil
		}))
		c.Authorizer = transport.AuthorizerFunc(everySecret)
		c.Middleware = []middleware{func(next http.RoundTripper) http.RoundTripper {
			return wire(func(r *http.Request) (*http.Response, error) {
				attempts++
				before := dump(t, r)
				assert.NotContains(t, before, secret)
				resp, err := next.RoundTrip(r)
				if err != nil {
					assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), secret)
				} else {
					assert.Same(t, r, resp.Request)
				}
				r.Body = nil // read by now
				assert.NotContains(t, dump(t, r), secret)
				assert.Contains(t, before, "/v1")
				return resp, err
			})
		}}
		req := request(t, transport.Idempotent, "POST", api, "{}")
		_, err := transport.New(c).Do(t.Context(), req)
		if failing {
			failureOf(t, err)
		}
		assert.Equal(t, 3, attempts)
		assert.Equal(t, 3, sent)
		assert.NotContains(t, fmt.Sprint(req.URL, req.Header, string(req.Body)), secret)
	}
}

func TestCredentialsAreAskedOnEachAttempt(t *testing.T) {
	t.Parallel()
	var sent []string
	asked := 0
	c := config(t, api, wire(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		sent = append(sent, r.Header.Get("Signature")+" "+string(body))
		return answer(503, ""), err
	}))
	c.Authorizer = transport.AuthorizerFunc(func(r *http.Request, _ []byte) error {
		asked++
		text, err := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(text))
		r.Header.Add("Signature", fmt.Sprintf("%d of %s", asked, text)) // Add would pile up on a shared header
		return err
	})
	_, err := transport.New(c).Do(t.Context(), request(t, transport.Idempotent, "POST", api, `{"a":1}`))
	require.NoError(t, err)
	assert.Equal(t, []string{`1 of {"a":1} {"a":1}`, `2 of {"a":1} {"a":1}`, `3 of {"a":1} {"a":1}`}, sent)
}

func TestNoCredentialsForAnotherHost(t *testing.T) {
	t.Parallel()
	for _, target := range []string{
		"https://evil.example.com/v1", "http://api.example.com/v1", "https://api.example.com:8443/v1", "https://api.example.com.evil.com/v1",
		"https://api.example.com@evil.com/v1", "https://sub.api.example.com/v1", "https://api.example.com./v1",
	} {
		for _, withToken := range []bool{false, true} {
			t.Run(fmt.Sprint(target, ", withToken=", withToken), func(t *testing.T) {
				c := config(t, api, wire(func(r *http.Request) (*http.Response, error) {
					assert.Equal(t, target, r.URL.String())
					assert.NotContains(t, dump(t, r), secret)
					return answer(401, ""), nil
				}))
				refuse := func() { assert.Fail(t, "asked for credentials") }
				c.Authorizer = transport.AuthorizerFunc(func(*http.Request, []byte) error { refuse(); return nil })
				if withToken {
					c.Authorizer = transport.Bearer(tokens(func(context.Context, string) (string, error) { refuse(); return secret, nil }), nil)
				}
				c.Middleware = []middleware{func(next http.RoundTripper) http.RoundTripper {
					return wire(func(r *http.Request) (*http.Response, error) {
						r.URL = request(t, 0, "GET", target, "").URL
						return next.RoundTrip(r)
					})
				}}
				got, err := transport.New(c).Do(t.Context(), request(t, transport.ReadOnly, "GET", api, ""))
				require.NoError(t, err)
				assert.Equal(t, 401, got.StatusCode)
			})
		}
	}
}

func TestFailureToAuthenticate(t *testing.T) {
	t.Parallel()
	cause := errors.New("vault says " + secret + " at https://vault.example.com")
	fail := func(context.Context, string) (string, error) { return "", cause }
	for name, kind := range kinds() {
		for how, edit := range map[string]func(*transport.Config){
			"authenticate": func(c *transport.Config) {
				c.Authorizer = transport.AuthorizerFunc(func(*http.Request, []byte) error { return cause })
			},
			"token": func(c *transport.Config) { c.Authorizer = transport.Bearer(tokens(fail), nil) },
		} {
			t.Run(how+"/"+name, func(t *testing.T) {
				t.Parallel()
				var attempts []transport.Attempt
				c := config(t, api, wire(func(*http.Request) (*http.Response, error) {
					assert.Fail(t, "sent")
					return nil, errReset
				}))
				c.Observer = func(_ context.Context, a transport.Attempt) { attempts = append(attempts, a) }
				edit(&c)
				_, err := transport.New(c).Do(t.Context(), request(t, kind, "POST", api, "{}"))
				e := failureOf(t, err)
				require.ErrorIs(t, err, cause)
				assert.Equal(t, "credentials", e.Class)
				assert.False(t, e.Ambiguous, "nothing was sent")
				require.Len(t, attempts, 1)
				assert.True(t, attempts[0].Final)
				assert.Equal(t, "credentials", attempts[0].Class)
			})
		}
	}
}

// What is not a token must not end as an attempt that may have been sent.
func TestMalformedToken(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"", "t\n", "t\r\nX: y", "t\x00", "tökn", "\tt"} {
		c := config(t, api, wire(func(*http.Request) (*http.Response, error) { assert.Fail(t, "sent"); return nil, errReset }))
		c.Authorizer = transport.Bearer(tokens(func(context.Context, string) (string, error) { return token, nil }), nil)
		_, err := transport.New(c).Do(t.Context(), request(t, transport.Once, "POST", api, "{}"))
		assert.Equal(t, "credentials", failureOf(t, err).Class)
		assert.False(t, failureOf(t, err).Ambiguous)
	}
}

func TestRefusedTokenIsRenewedOnce(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		fresh    string
		err      error
		accepted string
		status   int
		sent     []string
	}{
		{"renewed", "new", nil, "new", 200, []string{"old", "new"}},
		{"good at once", "new", nil, "old", 200, []string{"old"}},
		{"renewal fails", "", errors.New("no"), "new", 401, []string{"old"}},
		{"the same again", "old", nil, "new", 401, []string{"old"}},
		{"malformed", "new\n", nil, "new", 401, []string{"old"}},
		{"refused again", "newer", nil, "new", 401, []string{"old", "newer"}},
	} {
		for name, kind := range kinds() {
			t.Run(test.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				var sent, rejections []string
				var attempts []transport.Attempt
				bodies := &closing{next: wire(func(r *http.Request) (*http.Response, error) {
					token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
					sent = append(sent, token)
					assert.Contains(t, dump(t, r), `{"a":1}`)
					if token != test.accepted {
						return answer(401, "unauthorized "+token), nil
					}
					return answer(200, "{}"), nil
				})}
				c := config(t, api, bodies)
				c.Authorizer = transport.Bearer(tokens(func(_ context.Context, rejected string) (string, error) {
					if rejected == "" {
						return "old", nil
					}
					rejections = append(rejections, rejected)
					return test.fresh, test.err
				}), nil)
				c.Observer = func(_ context.Context, a transport.Attempt) { attempts = append(attempts, a) }
				got, err := transport.New(c).Do(t.Context(), request(t, kind, "POST", api, `{"a":1}`))
				require.NoError(t, err)
				assert.Equal(t, test.status, got.StatusCode)
				assert.Equal(t, 1, got.Attempts)
				assert.False(t, got.Ambiguous)
				assert.Equal(t, test.sent, sent)
				assert.Len(t, attempts, 1)
				if test.status == 401 {
					assert.Equal(t, "unauthorized "+sent[len(sent)-1], string(got.Body))
				}
				if test.accepted != "old" {
					assert.Equal(t, []string{"old"}, rejections)
				}
				assert.Equal(t, bodies.opened.Load(), bodies.closed.Load())
			})
		}
	}
}
