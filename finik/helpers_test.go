package finik_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

const (
	testKey = "master-00000000000000000000000000000000"
	testID  = "e731a7e2-c553-4295-867e-1023359bee28"
)

// quick repeats without waiting long; it comes before a test's own options.
var quick = finik.WithRetry(finik.RetryPolicy{MinWait: time.Microsecond, MaxWait: 50 * time.Millisecond})

// hundred som, with a scale that no number would keep.
var hundred = decimal.MustNew(10000, 2)

// brisk is patience for tests.
var brisk = finik.WaitParams{First: time.Nanosecond, MinInterval: time.Microsecond, MaxInterval: time.Microsecond}

// signerFunc signs by a function.
type signerFunc func(ctx context.Context, message []byte) ([]byte, error)

func (f signerFunc) Sign(ctx context.Context, message []byte) ([]byte, error) { return f(ctx, message) }

// stub is a signer that costs nothing.
var stub = signerFunc(func(context.Context, []byte) ([]byte, error) { return []byte("signature"), nil })

// newClient is a client of a server at url.
func newClient(t testing.TB, url string, opts ...finik.Option) *finik.Client {
	t.Helper()
	c, err := finik.NewClient(url, finiktest.DefaultCredentials(), append([]finik.Option{quick}, opts...)...)
	require.NoError(t, err)
	return c
}

// start is a fake service and a client of it.
func start(t testing.TB, opts ...finiktest.Option) (*finiktest.Server, *finik.Client) {
	t.Helper()
	srv := finiktest.NewServer(opts...)
	t.Cleanup(srv.Close)
	return srv, newClient(t, srv.URL())
}

// unsigned is a client that signs with a stub.
func unsigned(t testing.TB, url string, opts ...finik.Option) *finik.Client {
	t.Helper()
	c, err := finik.NewClient(url, finik.Credentials{APIKey: testKey, Signer: stub}, append([]finik.Option{quick}, opts...)...)
	require.NoError(t, err)
	return c
}

// serve is a client of a server that handles with h.
func serve(t testing.TB, h http.HandlerFunc, opts ...finik.Option) *finik.Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return unsigned(t, server.URL, opts...)
}

// inMemoryAnswer is a client that gets one fixed answer without a socket.
func inMemoryAnswer(t testing.TB, status int, body []byte) *finik.Client {
	t.Helper()
	transport := httpmock.NewMockTransport()
	transport.RegisterNoResponder(httpmock.NewBytesResponder(status, body))
	return unsigned(t, finik.ProductionURL, finik.WithHTTPClient(&http.Client{Transport: transport}))
}

// wire is a RoundTripper of a function.
type wire func(*http.Request) (*http.Response, error)

func (f wire) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// over sends through a RoundTripper.
func over(f wire) finik.Option { return finik.WithHTTPClient(&http.Client{Transport: f}) }

func newResponse(status int, body string, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
}

// transfer is a payment of a hundred som by the synchronous service.
func transfer(id string) finik.CreatePaymentRequest {
	return finik.CreatePaymentRequest{
		AccountID: finiktest.DefaultAccountID, ServiceID: finiktest.ServiceFinik, TransactionID: id, UserID: finiktest.DefaultUserID,
		Fields: finik.Fields{"phone": finiktest.DefaultPhone, "amount": hundred},
	}
}

// topUp is a payment of a hundred som by an asynchronous service.
func topUp(id string) finik.CreatePaymentRequest {
	r := transfer(id)
	r.ServiceID = finiktest.ServiceMobile
	r.Fields = finik.Fields{"phone": finiktest.DefaultPhone, "amount": hundred, "code": finiktest.ServiceMobileCode}
	return r
}

// paid is the answer to a payment that is through.
func paid(transactionID string) string {
	return `{"id":"7_x","statusCode":200,"status":"SUCCEEDED","transactionId":"` + transactionID + `"}`
}

// sent counts the requests whose path ends in suffix.
func sent(srv *finiktest.Server, suffix string) (n int) {
	for _, r := range srv.Requests() {
		if strings.HasSuffix(r.Path, suffix) {
			n++
		}
	}
	return n
}
