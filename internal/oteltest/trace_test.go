package oteltest_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/contrib/instrumentation/net/http/httptrace/otelhttptrace"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/payclients/payclients-go/internal/torture"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// tracing is a way in which a trace that keeps every header gets to a client.
type tracing struct {
	context    func(context.Context) context.Context
	middleware []func(http.RoundTripper) http.RoundTripper
	exporter   *tracetest.InMemoryExporter
}

// tracings are the ways that a caller has, by name. The traces keep all headers,
// also those that otelhttptrace would leave out.
func tracings(t *testing.T) map[string]tracing {
	t.Helper()
	recorder := func() (*tracetest.InMemoryExporter, *trace.TracerProvider, func(context.Context) *httptrace.ClientTrace) {
		exporter := tracetest.NewInMemoryExporter()
		provider := trace.NewTracerProvider(trace.WithSyncer(exporter))
		t.Cleanup(func() { assert.NoError(t, provider.Shutdown(context.WithoutCancel(t.Context()))) })
		return exporter, provider, func(ctx context.Context) *httptrace.ClientTrace {
			return otelhttptrace.NewClientTrace(ctx, otelhttptrace.WithTracerProvider(provider), otelhttptrace.WithInsecureHeaders())
		}
	}
	inContext, _, traceOf := recorder()
	inMiddleware, provider, otelTrace := recorder()
	return map[string]tracing{
		"context": {
			context:  func(ctx context.Context) context.Context { return httptrace.WithClientTrace(ctx, traceOf(ctx)) },
			exporter: inContext,
		},
		"middleware": {
			context: func(ctx context.Context) context.Context { return ctx },
			middleware: []func(http.RoundTripper) http.RoundTripper{func(next http.RoundTripper) http.RoundTripper {
				return otelhttp.NewTransport(next, otelhttp.WithTracerProvider(provider), otelhttp.WithClientTrace(otelTrace))
			}},
			exporter: inMiddleware,
		},
	}
}

// secure is a server of HTTPS in front of target, which speaks HTTP/1.1 or HTTP/2.
func secure(t *testing.T, target string, http2 bool) (string, *http.Client) {
	t.Helper()
	to, err := url.Parse(target)
	require.NoError(t, err)
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = to.Scheme, to.Host
		r.Out.Host = r.In.Host // which is signed
	}}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, http2, r.ProtoMajor == 2, r.Proto)
		proxy.ServeHTTP(w, r)
	}))
	srv.EnableHTTP2 = http2
	srv.StartTLS()
	t.Cleanup(srv.Close)
	return srv.URL + to.Path, srv.Client()
}

// discreet checks that spans show the connection, and of the request neither a
// secret nor a field of its header.
func discreet(t *testing.T, spans tracetest.SpanStubs, secrets []string) {
	t.Helper()
	connections := 0
	for _, span := range spans {
		if span.Name == "http.getconn" {
			connections++
		}
		for _, a := range span.Attributes {
			name := strings.TrimPrefix(string(a.Key), "http.request.header.")
			name = strings.TrimPrefix(name, "http.")
			for _, field := range []string{"authorization", "signature", "x-api-key", "x-api-timestamp", ":path", "cookie"} {
				assert.NotEqual(t, field, name, "%s of %s", a.Key, span.Name)
			}
		}
	}
	assert.Positive(t, connections, "the trace goes on seeing connections")
	holdsNone(t, spans, secrets)
}

func TestTracesOfEveryOperationHoldNoSecret(t *testing.T) {
	t.Parallel()
	for _, o := range torture.Operations() {
		for _, http2 := range []bool{false, true} {
			for how, by := range tracings(t) {
				if how == "context" && o.Width > 1 {
					continue // the hooks of otelhttptrace are for one request at a time
				}
				t.Run(fmt.Sprintf("%s.%s, HTTP/2 %v, %s", o.Package, o.Name, http2, how), func(t *testing.T) {
					t.Parallel()
					fake := o.Start()
					defer fake.Close()
					base, client := secure(t, fake.URL, http2)
					_, _ = o.Call(by.context(t.Context()), torture.Settings{
						URL: base, HTTPClient: client, Middleware: by.middleware, Timeout: 30 * time.Second,
						Retry: transport.RetryPolicy{MaxAttempts: 1},
					})
					discreet(t, by.exporter.GetSpans(), o.Secrets)
				})
			}
		}
	}
}

// The sources of tokens send a password, a client secret, or both.
func TestTracesOfTokenRequestsHoldNoSecret(t *testing.T) {
	t.Parallel()
	const phone, userPassword, clientSecret = "+996000000001", "us3rPASS", "cl1entSECRET"
	walletFake := wallettest.NewServer(wallettest.WithOAuthClient("client", clientSecret))
	t.Cleanup(walletFake.Close)
	transactionsFake := transactionstest.NewServer(transactionstest.WithUser("user", userPassword))
	t.Cleanup(transactionsFake.Close)
	type source interface {
		Token(ctx context.Context, rejected string) (string, error)
	}
	for _, http2 := range []bool{false, true} {
		for how, by := range tracings(t) {
			var bodies bytes.Buffer
			inspect := func(next http.RoundTripper) http.RoundTripper {
				return roundTripper(func(r *http.Request) (*http.Response, error) {
					body, err := io.ReadAll(r.Body)
					if err != nil {
						return nil, err
					}
					_, _ = fmt.Fprintln(&bodies, r.URL, r.Header, string(body), r.ContentLength)
					r = r.Clone(r.Context())
					r.Body = io.NopCloser(bytes.NewReader(body))
					return next.RoundTrip(r)
				})
			}
			tokenURL, walletClient := secure(t, walletFake.TokenURL(), http2)
			base, transactionsClient := secure(t, transactionsFake.URL(), http2)
			walletOptions := []wallet.Option{wallet.WithHTTPClient(walletClient), wallet.WithMiddleware(inspect)}
			options := []transactions.Option{transactions.WithHTTPClient(transactionsClient), transactions.WithMiddleware(inspect)}
			for _, m := range by.middleware {
				walletOptions, options = append(walletOptions, wallet.WithMiddleware(m)), append(options, transactions.WithMiddleware(m))
			}
			app := wallet.OAuth{TokenURL: tokenURL, ClientID: "client", ClientSecret: clientSecret, Scopes: []string{"payments.read"}}
			byPassword, err := app.Password(phone, wallettest.DefaultPassword, walletOptions...)
			require.NoError(t, err)
			ofApplication, err := app.ClientCredentials(walletOptions...)
			require.NoError(t, err)
			ofUser, err := transactions.PasswordTokens(base, "user", userPassword, options...)
			require.NoError(t, err)
			for _, s := range []source{byPassword, ofApplication, ofUser} {
				by.exporter.Reset()
				token, err := s.Token(by.context(t.Context()), "")
				require.NoError(t, err, "HTTP/2 %v, %s", http2, how)
				discreet(t, by.exporter.GetSpans(), []string{userPassword, clientSecret, token})
			}
			assert.Empty(t, torture.Leaks(bodies.String(), []string{userPassword, clientSecret, "996000000001"}), "what middleware sees: %s", &bodies)
			assert.Contains(t, bodies.String(), "grant_type=password")
			assert.Contains(t, bodies.String(), "grant_type=client_credentials")
		}
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// spellings are the ways in which a key may stand in a URL or in a text.
func spellings(key string) []string {
	escaped, path := url.QueryEscape(key), url.PathEscape(key)
	return []string{
		key, escaped, path, strings.ReplaceAll(escaped, "+", "%20"), strings.ToLower(escaped), strings.ToLower(path),
		strings.ToLower(strings.ReplaceAll(escaped, "+", "%20")), strings.Trim(fmt.Sprintf("%q", key), `"`), strings.Trim(fmt.Sprintf("%+q", key), `"`),
	}
}

// A key that no URL holds as it is, in every spelling: of traces, logs and errors.
func TestOddKeysAreNowhere(t *testing.T) {
	t.Parallel()
	for _, odd := range []string{"00 /+&=%zz?#00", "ключ ü\"<>00", "%2F%2f00", "+%20 +00", "00;a=b@c:d/e"} {
		for _, http2 := range []bool{false, true} {
			for how, by := range tracings(t) {
				srv := vimatest.NewServer(vimatest.WithAPIKey(odd))
				t.Cleanup(srv.Close)
				srv.Inject(
					vimatest.Fault{Status: 503, Body: odd, RetryAfter: "0", Header: http.Header{"X-Echo": {odd}}},
					vimatest.Fault{Status: 302, Header: http.Header{"Location": {"https://other.test/?apikey=" + url.QueryEscape(odd)}}},
					vimatest.Fault{Kind: vimatest.FaultResetAfter, Times: 3},
					vimatest.Fault{Kind: vimatest.FaultTruncated, Times: 3},
				)
				base, client := secure(t, srv.URL(), http2)
				var log bytes.Buffer
				options := []vima.Option{
					vima.WithHTTPClient(client), vima.WithRetry(vima.RetryPolicy{MinWait: 1, MaxWait: 1}),
					vima.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))),
				}
				for _, m := range by.middleware {
					options = append(options, vima.WithMiddleware(m))
				}
				c, err := vima.NewClient(base, vima.APIKey(odd), options...)
				require.NoError(t, err)
				var texts strings.Builder
				for range 4 {
					_, err := c.ListOperations(by.context(t.Context()), vima.ListOperationsParams{})
					_, _ = fmt.Fprintf(&texts, "%v %+v %#v\n", err, err, err)
				}
				_, err = c.ListOperations(by.context(t.Context()), vima.ListOperationsParams{})
				require.NoError(t, err, "the key is right")
				_, _ = fmt.Fprintf(&texts, "%s\n%+v\n", &log, by.exporter.GetSpans())
				for _, spelling := range spellings(odd) {
					assert.NotContains(t, texts.String(), spelling, "HTTP/2 %v, %s", http2, how)
				}
				discreet(t, by.exporter.GetSpans(), spellings(odd))
			}
		}
	}
}

// Inside the transport of WithHTTPClient nothing can be held back: a trace that
// is added there sees the key, and so the tests above can fail.
func TestATraceInsideTheTransportSeesTheKey(t *testing.T) {
	t.Parallel()
	for _, http2 := range []bool{false, true} {
		srv := vimatest.NewServer(vimatest.WithAPIKey(key), vimatest.WithBasicAuth(username, password))
		t.Cleanup(srv.Close)
		base, client := secure(t, srv.URL(), http2)
		by := tracings(t)["middleware"]
		inside := &http.Client{Transport: by.middleware[0](client.Transport)}
		for _, auth := range []vima.Authenticator{vima.APIKey(key), vima.BasicAuth(username, password)} {
			by.exporter.Reset()
			c, err := vima.NewClient(base, auth, vima.WithHTTPClient(inside))
			require.NoError(t, err)
			_, err = c.ListOperations(t.Context(), vima.ListOperationsParams{})
			require.NoError(t, err)
			text := fmt.Sprintf("%+v", by.exporter.GetSpans())
			assert.True(t, strings.Contains(text, url.QueryEscape(key)) || strings.Contains(text, "Basic "), text)
		}
	}
}
