package vima_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
)

const (
	testKey = "master-00000000000000000000000000000000"
	list    = "/collector1/api/v1/operation"
)

// quick repeats without waiting long; it comes before a test's own options.
var quick = vima.WithRetry(vima.RetryPolicy{MinWait: time.Microsecond, MaxWait: 50 * time.Millisecond})

// newClient is a client of a server at url.
func newClient(t testing.TB, url string, opts ...vima.Option) *vima.Client {
	t.Helper()
	c, err := vima.NewClient(url, vima.APIKey(testKey), append([]vima.Option{quick}, opts...)...)
	require.NoError(t, err)
	return c
}

// serve is a client of a server that handles with h.
func serve(t testing.TB, h http.HandlerFunc, opts ...vima.Option) *vima.Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return newClient(t, server.URL+list, opts...)
}

// answer serves one fixed answer.
func answer(t testing.TB, status int, body string, opts ...vima.Option) *vima.Client {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}, opts...)
}

// sample is the operation of the provider's documentation.
func sample(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/operation.json")
	require.NoError(t, err)
	return data
}
