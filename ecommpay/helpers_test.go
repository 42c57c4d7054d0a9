package ecommpay_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// testCredentials are the credentials that a server has by default.
func testCredentials() ecommpay.Credentials { return ecommpaytest.DefaultCredentials() }

// quick repeats without waiting long; it comes before a test's own options.
var quick = ecommpay.WithRetry(ecommpay.RetryPolicy{MinWait: time.Microsecond, MaxWait: 50 * time.Millisecond})

// patient gets over faults that many requests meet.
var patient = ecommpay.WithRetry(ecommpay.RetryPolicy{MaxAttempts: 20, MinWait: time.Microsecond, MaxWait: 50 * time.Millisecond})

// newClient is a client of a server at url.
func newClient(t testing.TB, url string, opts ...ecommpay.Option) *ecommpay.Client {
	t.Helper()
	c, err := ecommpay.NewClient(url, testCredentials(), append([]ecommpay.Option{quick}, opts...)...)
	require.NoError(t, err)
	return c
}

// fake is a server with its client.
func fake(t testing.TB, opts ...ecommpaytest.Option) (*ecommpaytest.Server, *ecommpay.Client) {
	t.Helper()
	srv := ecommpaytest.NewServer(opts...)
	t.Cleanup(srv.Close)
	return srv, newClient(t, srv.URL())
}

// serve is a client of a server that handles with h.
func serve(t testing.TB, h http.HandlerFunc, opts ...ecommpay.Option) *ecommpay.Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return newClient(t, server.URL+"/v1", opts...)
}

// answer serves one fixed answer, as it is.
func answer(t testing.TB, status int, body string, opts ...ecommpay.Option) *ecommpay.Client {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}, opts...)
}

// signedAnswer serves one fixed answer, which is signed.
func signedAnswer(t testing.TB, body string, opts ...ecommpay.Option) *ecommpay.Client {
	t.Helper()
	signature, err := ecommpay.Sign(testCredentials().Secret, []byte(body))
	require.NoError(t, err)
	return answer(t, http.StatusOK, body[:len(body)-1]+`,"signature":"`+signature+`"}`, opts...)
}

// sample is an answer of the provider's documentation, repaired where that is no
// JSON.
func sample(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name + ".json")
	require.NoError(t, err)
	return string(data)
}

var (
	newYear = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	// january is an interval that is over.
	january = ecommpay.ListOperationsParams{From: newYear, To: newYear.AddDate(0, 1, 0).Add(-time.Second)}
)
