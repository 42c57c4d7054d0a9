package wallet_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

func TestNewClientRefuses(t *testing.T) {
	t.Parallel()
	auth := wallet.BasicAuth("+996000000001", testPassword)
	for name, c := range map[string]struct {
		baseURL string
		auth    wallet.Authenticator
		opts    []wallet.Option
		want    string
	}{
		"empty base URL":      {"", auth, nil, "baseURL: must be an absolute URL"},
		"plain http":          {"http://api.example.com/v1", auth, nil, "baseURL: plain http is refused except to loopback"},
		"password in it":      {"https://x:" + testPassword + "@api.example.com/", auth, nil, "baseURL: must not hold a user name or password"},
		"query":               {wallet.ProductionURL + "?a=" + testPassword, auth, nil, "baseURL: must not have a query"},
		"no auth":             {wallet.ProductionURL, nil, nil, "auth: must not be nil"},
		"no plus sign":        {wallet.ProductionURL, wallet.BasicAuth("996000000001", testPassword), nil, "BasicAuth: phone must be a plus sign and 7 to 15 digits"},
		"letters":             {wallet.ProductionURL, wallet.BasicAuth("+99600000000x", testPassword), nil, "BasicAuth: phone must be"},
		"too long":            {wallet.ProductionURL, wallet.BasicAuth("+9960000000010000", testPassword), nil, "BasicAuth: phone must be"},
		"empty password":      {wallet.ProductionURL, wallet.BasicAuth("+996000000001", ""), nil, "BasicAuth: password must not be empty"},
		"no tokens":           {wallet.ProductionURL, wallet.Bearer(nil), nil, "Bearer: must not be nil"},
		"no application's":    {wallet.ProductionURL, wallet.ApplicationBearer(nil), nil, "ApplicationBearer: must not be nil"},
		"timeout":             {wallet.ProductionURL, auth, []wallet.Option{wallet.WithTimeout(-1)}, "WithTimeout: must not be negative"},
		"attempts":            {wallet.ProductionURL, auth, []wallet.Option{wallet.WithRetry(wallet.RetryPolicy{MaxAttempts: -1})}, "WithRetry: MaxAttempts must not be negative"},
		"rate":                {wallet.ProductionURL, auth, []wallet.Option{wallet.WithRateLimit(-1, 1)}, "WithRateLimit: perSecond must be positive and finite"},
		"agent":               {wallet.ProductionURL, auth, []wallet.Option{wallet.WithUserAgent("a\nb")}, "WithUserAgent: must be printable ASCII"},
		"limit":               {wallet.ProductionURL, auth, []wallet.Option{wallet.WithMaxResponseBytes(-1)}, "WithMaxResponseBytes: must not be negative"},
		"middleware":          {wallet.ProductionURL, auth, []wallet.Option{wallet.WithMiddleware(nil)}, "WithMiddleware: must not be nil"},
		"loopback look-alike": {"http://127.0.0.1.example.com/", auth, nil, "baseURL: plain http is refused"},
	} {
		client, err := wallet.NewClient(c.baseURL, c.auth, c.opts...)
		require.ErrorIs(t, err, wallet.ErrInvalidRequest, name)
		require.ErrorContains(t, err, c.want, name)
		assert.NotContains(t, err.Error(), testPassword, name)
		assert.Nil(t, client)
	}
	_, err := wallet.NewClient("http://api.example.com/?a=b", wallet.BasicAuth("1", ""), wallet.WithTimeout(-1))
	assert.EqualError(t, err, "wallet: invalid request: baseURL: plain http is refused except to loopback; WithPlainHTTP allows it; "+
		"baseURL: must not have a query; BasicAuth: phone must be a plus sign and 7 to 15 digits; "+
		"BasicAuth: password must not be empty; WithTimeout: must not be negative")
}

func TestNewClientAccepts(t *testing.T) {
	t.Parallel()
	auth := wallet.BasicAuth("+996000000001", testPassword)
	for _, base := range []string{wallet.ProductionURL, wallet.SandboxURL, "http://localhost/x", "http://127.8.9.1:80/x/", "http://[::1]:8080"} {
		_, err := wallet.NewClient(base, auth)
		require.NoError(t, err, base)
	}
	_, err := wallet.NewClient("http://api.example.com/", auth, wallet.WithPlainHTTP())
	require.NoError(t, err)
	for _, base := range []string{wallet.ProductionURL, wallet.SandboxURL} {
		assert.True(t, strings.HasPrefix(base, "https://"))
	}
}

type wire func(*http.Request) (*http.Response, error)

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) { return w(r) }

// Options record and the constructor assembles, so that none undoes another.
func TestOptionsInAnyOrder(t *testing.T) {
	t.Parallel()
	srv := wallettest.NewServer()
	defer srv.Close()
	var mu sync.Mutex
	var calls []string
	note := func(s string) { mu.Lock(); defer mu.Unlock(); calls = append(calls, s) }
	caller := &http.Client{Transport: wire(func(r *http.Request) (*http.Response, error) {
		note(fmt.Sprint("wire ", r.Header.Get("Authorization") != ""))
		return http.DefaultTransport.RoundTrip(r)
	})}
	middleware := wallet.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
		return wire(func(r *http.Request) (*http.Response, error) {
			note(fmt.Sprint("middleware ", r.Header.Get("Authorization") != ""))
			resp, err := next.RoundTrip(r)
			assert.Empty(t, resp.Request.Header.Get("Authorization"))
			return resp, err
		})
	})
	client, agent := wallet.WithHTTPClient(caller), wallet.WithUserAgent("mine/1")
	for _, opts := range [][]wallet.Option{{client, middleware, agent, quick}, {quick, agent, middleware, client}} {
		calls = nil
		srv.ResetRequests()
		srv.Inject(wallettest.Fault{Status: 503})
		_, err := newClient(t, srv.URL(), opts...).GetPayment(t.Context(), 1)
		require.ErrorIs(t, err, wallet.ErrNotFound)
		assert.Equal(t, []string{"middleware false", "wire true", "middleware false", "wire true"}, calls)
		assert.Equal(t, "mine/1", srv.Requests()[1].Header.Get("User-Agent"))
	}
	assert.Nil(t, caller.CheckRedirect)
	assert.Zero(t, caller.Timeout)
}

func TestObserverAndLogSayTheSame(t *testing.T) {
	t.Parallel()
	srv, _ := start(t)
	srv.Inject(wallettest.Fault{Status: 503})
	var seen []wallet.Attempt
	var log bytes.Buffer
	client := newClient(t, srv.URL(),
		wallet.WithObserver(func(_ context.Context, a wallet.Attempt) { seen = append(seen, a) }),
		wallet.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	_, err := client.CreatePayment(t.Context(), phoneBill(testID))
	require.NoError(t, err)
	require.Len(t, seen, 2)
	assert.Equal(t, "CreatePayment", seen[0].Operation)
	assert.Equal(t, 503, seen[0].StatusCode)
	assert.True(t, seen[1].Final)
	assert.Equal(t, 2, strings.Count(log.String(), `"operation":"CreatePayment"`))
	assert.NotContains(t, log.String(), "0000000001")
}

// An own Authenticator is asked on every attempt: credentials may rotate.
type rotating struct{ passwords []string }

func (r *rotating) Authenticate(req *http.Request) error {
	if len(r.passwords) == 0 {
		return errors.New("no password left")
	}
	req.SetBasicAuth(wallettest.DefaultPhone, r.passwords[0])
	r.passwords = r.passwords[1:]
	return nil
}

func TestCredentialsMayRotate(t *testing.T) {
	t.Parallel()
	srv, _ := start(t)
	srv.Inject(wallettest.Fault{Status: 503})
	client, err := wallet.NewClient(srv.URL(), &rotating{[]string{"old", wallettest.DefaultPassword}}, quick)
	require.NoError(t, err)
	_, err = client.CreatePayment(t.Context(), phoneBill(testID))
	require.NoError(t, err)
	srv.ResetRequests()
	_, err = client.ExecutePayment(t.Context(), 1, wallet.ExecutePaymentRequest{})
	require.EqualError(t, err, "wallet: ExecutePayment: credentials were not available")
	require.NotErrorIs(t, err, wallet.ErrOutcomeUnknown, "nothing was sent")
	assert.Empty(t, srv.Requests())
}

func TestSecretsAndPersonalDataDoNotPrint(t *testing.T) {
	t.Parallel()
	basic := wallet.BasicAuth("+996000000001", testPassword)
	static := wallet.StaticToken(testPassword)
	oauth := wallet.OAuth{TokenURL: "https://api.example.com/oauth/token", ClientID: "client", ClientSecret: testPassword}
	tokens, err := oauth.Password("+996000000001", testPassword)
	require.NoError(t, err)
	client, err := wallet.NewClient(wallet.ProductionURL, basic)
	require.NoError(t, err)
	bearing, err := wallet.NewClient(wallet.ProductionURL, wallet.Bearer(tokens))
	require.NoError(t, err)
	var payment wallet.Payment
	require.NoError(t, payment.UnmarshalJSON([]byte(`{"id":1,"type":"p2p","status":"created","amount":5,"message":"Test Payer",
		"destination":{"phone":"+996000000002"},"wallet":{"phone":"+996000000001"},"parameters":[{"code":"phoneNumber","value":"+996000000003"}],
		"card":{"id":2,"state":"pending","title":"541715******2399","payment_page_url":"https://pay.example.com/?hash=000000000000"}}`)))
	transfer := wallet.NewP2P(testID, "+996000000002", hundred)
	transfer.Message = "Test Payer"
	event := wallet.Event{Payment: payment, Type: wallet.EventTypeComplete}
	best := wallet.BestTransfer{Number: "1", Note: "Test Payer", Sender: wallet.BestPerson{
		Data: wallet.BestPersonData{FirstName: "Test", LastName: "Payer"}, Address: wallet.BestAddress{Phone: "+996000000001"},
	}}
	refusal := &wallet.Error{Message: "Test Payer", Body: []byte("Test Payer"), Details: []byte(`"Test Payer"`)}
	for _, v := range []any{
		basic, static, oauth, &oauth, tokens, wallet.Bearer(static), wallet.ApplicationBearer(tokens), client, *client, bearing, *bearing,
		wallet.Webhook{AppID: "app", AppSecret: testPassword},
		&wallet.Webhook{AppID: "app", AppSecret: testPassword},
		payment, &payment, payment.Card, payment.Parameters, payment.Wallet,
		wallet.PaymentResult{Payment: payment},
		&wallet.PaymentPage{Payments: []*wallet.Payment{&payment}, Bad: []wallet.BadRow{{Raw: payment.Raw}}},
		transfer, &transfer, phoneBill(testID),
		wallet.ExecutePaymentRequest{CardSuccessURL: "https://example.com/000000000000"},
		event, &event, best, &best, best.Sender, best.Sender.Data, best.Sender.Address, bestReport(), bestReport().Sender,
		wallet.SendBillRequest{PaymentID: 1, Email: "payer@example.com"},
		wallet.Meta{Raw: []byte(`"Test Payer"`)},
		refusal, *refusal, &wallet.DecodeError{Body: []byte("Test Payer")},
		wallet.Response{Body: []byte("Test Payer")},
		wallet.WithTimeout(time.Second),
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			for _, wrapped := range []any{v, []any{v}, map[string]any{"a": v}, struct{ A any }{v}} {
				clean(t, fmt.Sprintf("%T "+verb, v, wrapped))
			}
		}
		for _, handler := range []func(*bytes.Buffer) slog.Handler{
			func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
			func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		} {
			var log bytes.Buffer
			slog.New(handler(&log)).Info("x", "v", v)
			if _, isList := v.([]wallet.Parameter); !isList && fmt.Sprintf("%T", v) != "*wallet.PaymentPage" { // JSON of containers is data
				clean(t, fmt.Sprintf("%T %s", v, log.String()))
			}
		}
	}
}

func clean(t *testing.T, text string) {
	t.Helper()
	for _, secret := range []string{"00000000000", "9600000", "Payer", "payer@", "541715", "pay.example.com", "50617965"} {
		assert.NotContains(t, text, secret)
	}
}
