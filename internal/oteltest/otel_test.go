package oteltest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/payclients/payclients-go/internal/torture"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

const (
	key      = "master-0t0rtureKEY0/+&=%"
	username = "t0rtureUSER"
	password = "t0rturePASS"
)

var secrets = []string{"0t0rtureKEY0", username, password}

// traced is a client whose attempts are spans of the exporter.
func traced(t *testing.T, endpoint string, auth vima.Authenticator) (*vima.Client, *tracetest.InMemoryExporter) {
	t.Helper()
	exporter := tracetest.NewInMemoryExporter()
	provider := trace.NewTracerProvider(trace.WithSyncer(exporter))
	t.Cleanup(func() { assert.NoError(t, provider.Shutdown(context.WithoutCancel(t.Context()))) })
	client, err := vima.NewClient(endpoint, auth,
		vima.WithRetry(vima.RetryPolicy{MaxAttempts: 3, MinWait: time.Microsecond, MaxWait: time.Millisecond}),
		vima.WithTimeout(time.Second),
		vima.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return otelhttp.NewTransport(next, otelhttp.WithTracerProvider(provider), otelhttp.WithPropagators(propagation.TraceContext{}))
		}),
	)
	require.NoError(t, err)
	return client, exporter
}

func TestSpansHoldNoSecret(t *testing.T) {
	t.Parallel()
	redirect := func(location string) []vimatest.Fault {
		return []vimatest.Fault{{Status: 302, Times: -1, Header: http.Header{"Location": {location}}}}
	}
	for name, c := range map[string]struct {
		faults []vimatest.Fault
		spans  int
		failed int // of the spans
		err    bool
	}{
		"success":           {spans: 1},
		"refusal":           {faults: []vimatest.Fault{{Status: 401, Body: `{"error":"` + key + `"}`, Times: -1}}, spans: 1, failed: 1, err: true},
		"refusal, repeated": {faults: []vimatest.Fault{{Status: 503, RetryAfter: "0", Times: 2}}, spans: 3, failed: 2},
		"reset":             {faults: []vimatest.Fault{{Kind: vimatest.FaultResetAfter, Times: -1}}, spans: 3, failed: 3, err: true},
		"reset, repeated":   {faults: []vimatest.Fault{{Kind: vimatest.FaultResetBefore}}, spans: 2, failed: 1},
		"truncated":         {faults: []vimatest.Fault{{Kind: vimatest.FaultTruncated}}, spans: 2, failed: 1},
		"timeout":           {faults: []vimatest.Fault{{Delay: time.Minute}}, spans: 2, failed: 1},
		"no JSON":           {faults: []vimatest.Fault{{Kind: vimatest.FaultGarbage, Times: -1}}, spans: 1, err: true},
		"redirect":          {faults: redirect("https://other.test/?apikey=" + url.QueryEscape(key)), spans: 1, err: true},
		"broken redirect":   {faults: redirect("://%zz" + key), spans: 1, err: true},
	} {
		for credential, auth := range map[string]vima.Authenticator{"key": vima.APIKey(key), "basic": vima.BasicAuth(username, password)} {
			t.Run(name+", "+credential, func(t *testing.T) {
				t.Parallel()
				srv := vimatest.NewServer(vimatest.WithAPIKey(key), vimatest.WithBasicAuth(username, password))
				defer srv.Close()
				srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 3, Seed: 1})...)
				srv.Inject(c.faults...)
				client, exporter := traced(t, srv.URL(), auth)
				_, err := client.ListOperations(t.Context(), vima.ListOperationsParams{})
				assert.Equal(t, c.err, err != nil, "%v", err)

				spans := exporter.GetSpans()
				assert.Len(t, spans, c.spans, "one an attempt")
				assert.Len(t, srv.Requests(), c.spans)
				failed := 0
				for _, span := range spans {
					if span.Status.Code == codes.Error {
						failed++
					}
				}
				assert.Equal(t, c.failed, failed)
				holdsNone(t, spans, secrets)
				for i, r := range srv.Requests() {
					parent := r.Header.Get("Traceparent")
					assert.Contains(t, parent, spans[i].SpanContext.TraceID().String())
					assert.Contains(t, parent, spans[i].SpanContext.SpanID().String(), "of the attempt's own span")
				}
			})
		}
	}
}

func TestSpansOfFailedConnectionsHoldNoSecret(t *testing.T) {
	t.Parallel()
	for name, endpoint := range map[string]string{
		"refused": "http://127.0.0.1:1/list", "no TLS": "https://" + strings.TrimPrefix(plain(t), "http://"),
	} {
		for credential, auth := range map[string]vima.Authenticator{"key": vima.APIKey(key), "basic": vima.BasicAuth(username, password)} {
			t.Run(name+", "+credential, func(t *testing.T) {
				t.Parallel()
				client, exporter := traced(t, endpoint, auth)
				_, err := client.ListOperations(t.Context(), vima.ListOperationsParams{})
				require.Error(t, err)
				assert.Len(t, exporter.GetSpans(), 3)
				holdsNone(t, exporter.GetSpans(), secrets)
			})
		}
	}
}

func plain(t *testing.T) string {
	t.Helper()
	srv := vimatest.NewServer()
	t.Cleanup(srv.Close)
	return srv.URL()
}

// Every operation of every package, with every fault of the network.
func TestSpansOfEveryOperationHoldNoSecret(t *testing.T) {
	t.Parallel()
	for _, o := range torture.Operations() {
		t.Run(o.Package+"."+o.Name, func(t *testing.T) {
			t.Parallel()
			fake := o.Start()
			defer fake.Close()
			spans := spansOf(t, o, torture.Settings{URL: fake.URL})
			assert.NotEmpty(t, spans)
			for _, shape := range torture.Shapes() {
				proxy := torture.NewProxy(fake.URL, shape.Secure)
				proxy.Break(shape, 0, -1)
				spans = append(spans, spansOf(t, o, torture.Settings{URL: proxy.URL, HTTPClient: proxy.Client(), Timeout: 200 * time.Millisecond})...)
				proxy.Close()
			}
			holdsNone(t, spans, o.Secrets)
		})
	}
}

// spansOf are the spans of one call, whose result is no matter here.
func spansOf(t *testing.T, o torture.Operation, s torture.Settings) tracetest.SpanStubs {
	t.Helper()
	exporter := tracetest.NewInMemoryExporter()
	provider := trace.NewTracerProvider(trace.WithSyncer(exporter))
	s.Retry = transport.RetryPolicy{MaxAttempts: 2, MinWait: time.Microsecond, MaxWait: time.Millisecond}
	s.Middleware = []func(http.RoundTripper) http.RoundTripper{func(next http.RoundTripper) http.RoundTripper {
		return otelhttp.NewTransport(next, otelhttp.WithTracerProvider(provider), otelhttp.WithPropagators(propagation.TraceContext{}))
	}}
	_, _ = o.Call(t.Context(), s)
	spans := exporter.GetSpans()
	require.NoError(t, provider.Shutdown(context.WithoutCancel(t.Context())))
	return spans
}

// holdsNone looks at all that an exporter would send away.
func holdsNone(t *testing.T, spans tracetest.SpanStubs, secrets []string) {
	t.Helper()
	for _, span := range spans {
		texts := []string{span.Name, span.Status.Description, span.SpanContext.TraceState().String()}
		for _, a := range span.Attributes {
			texts = append(texts, string(a.Key), a.Value.String())
		}
		for _, event := range span.Events {
			texts = append(texts, event.Name)
			for _, a := range event.Attributes {
				texts = append(texts, string(a.Key), a.Value.String())
			}
		}
		for _, a := range span.Resource.Attributes() {
			texts = append(texts, a.Value.String())
		}
		texts = append(texts, fmt.Sprintf("%+v", span))
		for _, text := range texts {
			assert.Empty(t, torture.Leaks(text, secrets), text)
		}
	}
}

// Without the client's care the key would be there: the test can fail.
func TestTheSpanOfAPlainClientHoldsTheKey(t *testing.T) {
	t.Parallel()
	exporter := tracetest.NewInMemoryExporter()
	provider := trace.NewTracerProvider(trace.WithSyncer(exporter))
	client := http.Client{Transport: otelhttp.NewTransport(nil, otelhttp.WithTracerProvider(provider))}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:1/?apikey="+url.QueryEscape(key), nil)
	require.NoError(t, err)
	_, err = client.Do(r)
	require.Error(t, err)
	require.Len(t, exporter.GetSpans(), 1)
	assert.Contains(t, fmt.Sprintf("%+v", exporter.GetSpans()[0]), url.QueryEscape(key))
	require.NoError(t, provider.Shutdown(t.Context()))
}
