package oteltest_test

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// Traces and metrics of otelhttp: each attempt is a span and a measurement, and neither
// holds a credential, because the client adds those below the middleware.
func Example() {
	ctx := context.Background()
	spans := tracetest.NewInMemoryExporter() // an OTLP exporter in a service
	traces := trace.NewTracerProvider(trace.WithSyncer(spans))
	reader := metric.NewManualReader() // a periodic reader in a service
	metrics := metric.NewMeterProvider(metric.WithReader(reader))

	srv := vimatest.NewServer()
	defer srv.Close()
	srv.Inject(vimatest.Fault{Status: 503, RetryAfter: "0"}) // once; the client repeats
	client, err := vima.NewClient(srv.URL(), vima.APIKey(vimatest.DefaultAPIKey),
		vima.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return otelhttp.NewTransport(next, otelhttp.WithTracerProvider(traces), otelhttp.WithMeterProvider(metrics))
		}))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.ListOperations(ctx, vima.ListOperationsParams{}); err != nil {
		log.Fatal(err)
	}

	for _, span := range spans.GetSpans() {
		fmt.Println("span", span.Name, span.Status.Code)
	}
	var measured metricdata.ResourceMetrics
	if err := reader.Collect(ctx, &measured); err != nil {
		log.Fatal(err)
	}
	for _, m := range measured.ScopeMetrics[0].Metrics {
		if durations, ok := m.Data.(metricdata.Histogram[float64]); ok {
			for _, d := range durations.DataPoints {
				status, _ := d.Attributes.Value("http.response.status_code")
				fmt.Println("metric", m.Name, status.AsInt64(), "times", d.Count)
			}
		}
	}
	// Unordered output:
	// span HTTP GET Error
	// span HTTP GET Unset
	// metric http.client.request.duration 503 times 1
	// metric http.client.request.duration 200 times 1
}
