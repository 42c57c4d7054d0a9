package wallet_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

const (
	testPassword = "master-00000000000000000000000000000000"
	testID       = "e731a7e2-c553-4295-867e-1023359bee28"
)

// quick repeats without waiting long; it comes before a test's own options.
var quick = wallet.WithRetry(wallet.RetryPolicy{MinWait: time.Microsecond, MaxWait: 50 * time.Millisecond})

// hundred roubles.
var hundred = decimal.MustNew(100, 0)

// newClient is a client of a server at url.
func newClient(t testing.TB, url string, opts ...wallet.Option) *wallet.Client {
	t.Helper()
	c, err := wallet.NewClient(url, wallet.BasicAuth(wallettest.DefaultPhone, wallettest.DefaultPassword), append([]wallet.Option{quick}, opts...)...)
	require.NoError(t, err)
	return c
}

// start is a fake service and a client of it.
func start(t testing.TB, opts ...wallettest.Option) (*wallettest.Server, *wallet.Client) {
	t.Helper()
	srv := wallettest.NewServer(opts...)
	t.Cleanup(srv.Close)
	return srv, newClient(t, srv.URL())
}

// serve is a client of a server that handles with h.
func serve(t testing.TB, h http.HandlerFunc, opts ...wallet.Option) *wallet.Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return newClient(t, server.URL+"/v1", opts...)
}

// answer serves one fixed answer.
func answer(t testing.TB, status int, body string, opts ...wallet.Option) *wallet.Client {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}, opts...)
}

// sample is an answer of the provider's documentation.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/samples/" + name + ".json")
	require.NoError(t, err)
	return bytes.TrimSpace(data)
}

// phoneBill is a payment of a hundred roubles to the fake's mobile service.
func phoneBill(id string) wallet.CreatePaymentRequest {
	return wallet.NewOut(id, wallettest.ServiceMobile, hundred, map[string]string{"phoneNumber": "0000000001"})
}

// yes agrees to every price.
func yes(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
	return wallet.ExecutePaymentRequest{}, nil
}

// sent counts the requests of an operation: those with this method and end of
// the path.
func sent(srv *wallettest.Server, method, suffix string) (n int) {
	for _, r := range srv.Requests() {
		if r.Method == method && strings.HasSuffix(r.Path, suffix) {
			n++
		}
	}
	return n
}

// inMemoryAnswer is a client that gets one fixed answer without a socket.
func inMemoryAnswer(t testing.TB, status int, body []byte) *wallet.Client {
	t.Helper()
	transport := httpmock.NewMockTransport()
	transport.RegisterNoResponder(httpmock.NewBytesResponder(status, body))
	return newClient(t, wallet.ProductionURL, wallet.WithHTTPClient(&http.Client{Transport: transport}))
}

func newResponse(status int, header http.Header, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}
}

func mustURL(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil {
		panic(err)
	}
	return u
}
