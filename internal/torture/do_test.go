package torture_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"syscall"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// freeClient is a client of any package, as its Do is called.
type freeClient interface {
	Do(ctx context.Context, method, path string, in any) (json.RawMessage, error)
}

const freeURL = "https://api.example.com/v1"

// freeClients make a client that sends through a transport, by package.
var freeClients = map[string]func(client *http.Client, observe func(context.Context, transport.Attempt)) (freeClient, error){
	"vima": func(h *http.Client, observe func(context.Context, transport.Attempt)) (freeClient, error) {
		return vima.NewClient(freeURL, vima.APIKey(vimatest.DefaultAPIKey), vima.WithHTTPClient(h),
			vima.WithObserver(func(ctx context.Context, a vima.Attempt) { observe(ctx, transport.Attempt(a)) }))
	},
	"ecommpay": func(h *http.Client, observe func(context.Context, transport.Attempt)) (freeClient, error) {
		return ecommpay.NewClient(freeURL, ecommpaytest.DefaultCredentials(), ecommpay.WithHTTPClient(h),
			ecommpay.WithObserver(func(ctx context.Context, a ecommpay.Attempt) { observe(ctx, transport.Attempt(a)) }))
	},
	"wallet": func(h *http.Client, observe func(context.Context, transport.Attempt)) (freeClient, error) {
		return wallet.NewClient(freeURL, wallettest.DefaultCredentials(), wallet.WithHTTPClient(h),
			wallet.WithObserver(func(ctx context.Context, a wallet.Attempt) { observe(ctx, transport.Attempt(a)) }))
	},
	"finik": func(h *http.Client, observe func(context.Context, transport.Attempt)) (freeClient, error) {
		return finik.NewClient(freeURL, finiktest.DefaultCredentials(), finik.WithHTTPClient(h),
			finik.WithObserver(func(ctx context.Context, a finik.Attempt) { observe(ctx, transport.Attempt(a)) }))
	},
	"transactions": func(h *http.Client, observe func(context.Context, transport.Attempt)) (freeClient, error) {
		return transactions.NewClient(freeURL, transactionstest.DefaultCredentials(), transactions.WithHTTPClient(h),
			transactions.WithObserver(func(ctx context.Context, a transactions.Attempt) { observe(ctx, transport.Attempt(a)) }))
	},
}

// TestDoIsSentOnce: whatever comes of it, a call that its caller describes is sent
// once, with one attempt that the observer sees, and its error is one of the
// package's that tells nothing of the request.
func TestDoIsSentOnce(t *testing.T) {
	t.Parallel()
	const decodeError, refusal, network = "decode error", "refusal", "network"
	for name, c := range map[string]struct {
		status int
		body   string
		fails  error
		is     string
		open   bool // wallet and finik cannot know
	}{
		"no JSON":           {status: 200, body: "<html>ok</html>", is: decodeError, open: true},
		"nothing":           {status: 200, is: decodeError, open: true},
		"no content":        {status: 204, is: decodeError, open: true},
		"half a JSON":       {status: 200, body: `{"a":`, is: decodeError, open: true},
		"server error":      {status: 500, body: `{}`, is: refusal, open: true},
		"unavailable":       {status: 503, body: "busy", is: refusal, open: true},
		"too many requests": {status: 429, body: `{}`, is: refusal, open: true},
		"redirect":          {status: 302, is: refusal, open: true},
		"reset":             {fails: syscall.ECONNRESET, is: network, open: true},
	} {
		for pkg, newClient := range freeClients {
			t.Run(pkg+", "+name, func(t *testing.T) {
				t.Parallel()
				mock := httpmock.NewMockTransport()
				mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
					assert.Equal(t, "/v1/half/998000000001", r.URL.Path)
					return httpmock.NewStringResponse(c.status, c.body), c.fails
				})
				var seen []transport.Attempt
				client, err := newClient(&http.Client{Transport: mock}, func(_ context.Context, a transport.Attempt) { seen = append(seen, a) })
				require.NoError(t, err)
				document, err := client.Do(t.Context(), http.MethodPost, "half/998000000001", map[string]any{"comment": "leakcomment"})
				assert.Nil(t, document)
				assert.Equal(t, 1, mock.GetTotalCallCount())
				require.Len(t, seen, 1)
				assert.Equal(t, "Do", seen[0].Operation)
				assert.Equal(t, http.MethodPost, seen[0].Method)
				assert.True(t, seen[0].Final)

				require.Error(t, err)
				for _, leak := range []string{"998000000001", "leakcomment", "half", "example.com", vimatest.DefaultAPIKey, wallettest.DefaultPassword, transactionstest.DefaultToken} {
					assert.NotContains(t, err.Error(), leak)
				}
				switch c.is {
				case decodeError:
					assert.True(t, isDecodeError(err), "%T", err)
				case refusal:
					assert.True(t, isRefusal(err), "%T", err)
				default:
					require.ErrorIs(t, err, c.fails)
				}
				writes := pkg == "wallet" || pkg == "finik"
				assert.Equal(t, writes && c.open, errors.Is(err, transport.ErrOutcomeUnknown), "%v", err)
			})
		}
	}
}

func isDecodeError(err error) bool {
	var a *vima.DecodeError
	var b *ecommpay.DecodeError
	var c *wallet.DecodeError
	var d *finik.DecodeError
	var e *transactions.DecodeError
	return errors.As(err, &a) || errors.As(err, &b) || errors.As(err, &c) || errors.As(err, &d) || errors.As(err, &e)
}

func isRefusal(err error) bool {
	var a *vima.Error
	var b *ecommpay.Error
	var c *wallet.Error
	var d *finik.Error
	var e *transactions.Error
	return errors.As(err, &a) || errors.As(err, &b) || errors.As(err, &c) || errors.As(err, &d) || errors.As(err, &e)
}

// TestDoRefusesBeforeIO: what is wrong is said of all arguments at once.
func TestDoRefusesBeforeIO(t *testing.T) {
	t.Parallel()
	for pkg, newClient := range freeClients {
		t.Run(pkg, func(t *testing.T) {
			t.Parallel()
			mock := httpmock.NewMockTransport()
			client, err := newClient(&http.Client{Transport: mock}, func(context.Context, transport.Attempt) { t.Error("an attempt") })
			require.NoError(t, err)
			for _, c := range []struct {
				method, path string
				in           any
				want         string
			}{
				{"TRACE", "../x", 1.5, "method: must be GET, POST, PUT, PATCH or DELETE; path: must not have an element that is empty, a dot or two dots; in: must not hold a float"},
				{"POST", "https://evil.example/x", nil, "path: must not have a scheme"},
				{"POST", "//evil.example/x", nil, "path: must not have a host"},
				{"POST", "x?apikey=1", nil, "path: must not have a parameter that carries credentials"},
				{"GET", "x", struct{}{}, "in: must be nil with GET"},
			} {
				document, err := client.Do(t.Context(), c.method, c.path, c.in)
				assert.Nil(t, document)
				require.ErrorContains(t, err, pkg+": invalid request: ")
				require.ErrorContains(t, err, c.want)
			}
			assert.Zero(t, mock.GetTotalCallCount())
		})
	}
}
