package ecommpay_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

func TestNewClientRefuses(t *testing.T) {
	t.Parallel()
	good := testCredentials()
	for name, c := range map[string]struct {
		url  string
		cred ecommpay.Credentials
		opts []ecommpay.Option
		want string
	}{
		"empty URL":           {"", good, nil, "baseURL: must be an absolute URL"},
		"scheme":              {"ftp://data.example.com/", good, nil, "baseURL: scheme must be https"},
		"plain http":          {"http://data.example.com/", good, nil, "baseURL: plain http is refused except to loopback"},
		"query":               {ecommpay.ProductionURL + "?token=" + good.Token, good, nil, "baseURL: must not have a query"},
		"no token":            {ecommpay.ProductionURL, ecommpay.Credentials{Secret: good.Secret}, nil, "Credentials.Token: must not be empty"},
		"no secret":           {ecommpay.ProductionURL, ecommpay.Credentials{Token: good.Token}, nil, "Credentials.Secret: must not be empty"},
		"newline in secret":   {ecommpay.ProductionURL, ecommpay.Credentials{Token: good.Token, Secret: good.Secret + "\n"}, nil, "Credentials.Secret: must not begin or end with whitespace"},
		"semicolon in token":  {ecommpay.ProductionURL, ecommpay.Credentials{Token: "a;b:c", Secret: good.Secret}, nil, "Credentials.Token: must not hold a semicolon"},
		"broken token":        {ecommpay.ProductionURL, ecommpay.Credentials{Token: "a\xff", Secret: good.Secret}, nil, "Credentials.Token: must be valid UTF-8"},
		"source and more":     {ecommpay.ProductionURL, good, []ecommpay.Option{ecommpay.WithCredentialSource(&rotating{})}, "cred: must be empty with WithCredentialSource"},
		"signer and secret":   {ecommpay.ProductionURL, good, []ecommpay.Option{ecommpay.WithSigner(hsm{})}, "cred: must not have a Secret with WithSigner"},
		"nil source":          {ecommpay.ProductionURL, good, []ecommpay.Option{ecommpay.WithCredentialSource(nil)}, "WithCredentialSource: must not be nil"},
		"nil signer":          {ecommpay.ProductionURL, good, []ecommpay.Option{ecommpay.WithSigner(nil)}, "WithSigner: must not be nil"},
		"mode":                {ecommpay.ProductionURL, good, []ecommpay.Option{ecommpay.WithResponseVerification(7)}, "WithResponseVerification: must be one of the modes"},
		"timeout":             {ecommpay.ProductionURL, good, []ecommpay.Option{ecommpay.WithTimeout(-1)}, "WithTimeout: must not be negative"},
		"rate":                {ecommpay.ProductionURL, good, []ecommpay.Option{ecommpay.WithRateLimit(-1, 1)}, "WithRateLimit: perSecond must be positive and finite"},
		"agent":               {ecommpay.ProductionURL, good, []ecommpay.Option{ecommpay.WithUserAgent("a\nb")}, "WithUserAgent: must be printable ASCII"},
		"attempts":            {ecommpay.ProductionURL, good, []ecommpay.Option{ecommpay.WithRetry(ecommpay.RetryPolicy{MaxAttempts: -1})}, "WithRetry: MaxAttempts must not be negative"},
		"limit of bytes":      {ecommpay.ProductionURL, good, []ecommpay.Option{ecommpay.WithMaxResponseBytes(-1)}, "WithMaxResponseBytes: must not be negative"},
		"nil middleware":      {ecommpay.ProductionURL, good, []ecommpay.Option{ecommpay.WithMiddleware(nil)}, "WithMiddleware: must not be nil"},
		"password in the URL": {"https://a:" + good.Secret + "@data.example.com", good, nil, "baseURL: must not hold a user name or password"},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := ecommpay.NewClient(c.url, c.cred, c.opts...)
			require.ErrorIs(t, err, ecommpay.ErrInvalidRequest, name)
			require.ErrorContains(t, err, c.want, name)
			assert.NotContains(t, err.Error(), good.Secret, name)
			assert.Nil(t, client)
		})
	}
	_, err := ecommpay.NewClient("http://data.example.com/?a=b", ecommpay.Credentials{}, ecommpay.WithTimeout(-1))
	assert.EqualError(t, err, "ecommpay: invalid request: baseURL: plain http is refused except to loopback; WithPlainHTTP allows it; "+
		"baseURL: must not have a query; Credentials.Token: must not be empty; Credentials.Secret: must not be empty; WithTimeout: must not be negative")
	_, err = ecommpay.NewClient("http://data.example.com/", good, ecommpay.WithPlainHTTP())
	require.NoError(t, err)
}

// hsm signs with the test secret, which it holds elsewhere.
type hsm struct{ err error }

func (h hsm) Sign(_ context.Context, canonical []byte) ([]byte, error) {
	if h.err != nil {
		return nil, h.err
	}
	return hmacOf(testCredentials().Secret, canonical), nil
}

// rotating returns its credentials one after the other, and then the last one.
type rotating struct {
	mu    sync.Mutex
	list  []ecommpay.Credentials
	asked int
}

func (r *rotating) Credentials(context.Context, ecommpay.Credentials) (ecommpay.Credentials, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	if len(r.list) == 0 {
		return ecommpay.Credentials{}, errors.New("vault says " + testCredentials().Secret)
	}
	c := r.list[0]
	if len(r.list) > 1 {
		r.list = r.list[1:]
	}
	return c, nil
}

func TestCredentialsAreAskedOnEveryAttempt(t *testing.T) {
	t.Parallel()
	srv := ecommpaytest.NewServer()
	defer srv.Close()
	fresh := ecommpay.Credentials{Token: "fresh-token", Secret: "fresh-secret"}
	source := &rotating{list: []ecommpay.Credentials{testCredentials(), fresh}}
	srv.Inject(ecommpaytest.Fault{Status: 503, Match: func(ecommpaytest.Request) bool { srv.SetCredentials(fresh); return true }})
	client, err := ecommpay.NewClient(srv.URL(), ecommpay.Credentials{}, ecommpay.WithCredentialSource(source), quick)
	require.NoError(t, err)
	_, err = client.Balances(t.Context())
	require.NoError(t, err, "signed and verified with the newer secret")
	assert.Equal(t, 2, source.asked)
	received := srv.Requests()
	assert.Contains(t, string(received[0].Body), testCredentials().Token)
	assert.Contains(t, string(received[1].Body), fresh.Token)
}

func TestASourceThatFails(t *testing.T) {
	t.Parallel()
	srv := ecommpaytest.NewServer()
	defer srv.Close()
	for _, list := range [][]ecommpay.Credentials{nil, {{}}} {
		t.Run(fmt.Sprint(len(list), " credentials"), func(t *testing.T) {
			client, err := ecommpay.NewClient(srv.URL(), ecommpay.Credentials{}, ecommpay.WithCredentialSource(&rotating{list: list}), quick)
			require.NoError(t, err)
			_, err = client.Balances(t.Context())
			assert.EqualError(t, err, "ecommpay: Balances: credentials were not available")
			assert.Equal(t, list != nil, errors.Is(err, ecommpay.ErrInvalidRequest))
			assert.Empty(t, srv.Requests())
		})
	}
}

func TestASignerInPlaceOfTheSecret(t *testing.T) {
	t.Parallel()
	srv := ecommpaytest.NewServer()
	defer srv.Close()
	token := ecommpay.Credentials{Token: testCredentials().Token}
	client, err := ecommpay.NewClient(srv.URL(), token, ecommpay.WithSigner(hsm{}), quick)
	require.NoError(t, err)
	_, err = client.Balances(t.Context())
	require.NoError(t, err)
	client, err = ecommpay.NewClient(srv.URL(), token, ecommpay.WithSigner(hsm{errors.New("HSM lost " + token.Token)}), quick)
	require.NoError(t, err)
	_, err = client.Balances(t.Context())
	require.EqualError(t, err, "ecommpay: Balances: credentials were not available")
	assert.Len(t, srv.Requests(), 1)
}

// Middleware sees every attempt, and neither token nor signature; the wire sees
// both, in one body whose length is told.
func TestMiddlewareSeesNoSecret(t *testing.T) {
	t.Parallel()
	srv := ecommpaytest.NewServer()
	defer srv.Close()
	srv.Inject(ecommpaytest.Fault{Status: 503})
	var seen, sent []string
	record := func(to *[]string) func(http.RoundTripper) http.RoundTripper {
		return func(next http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				body, err := io.ReadAll(r.Body)
				if err != nil {
					return nil, err
				}
				assert.EqualValues(t, len(body), r.ContentLength)
				*to = append(*to, string(body)+fmt.Sprint(r.Header))
				r.Body = io.NopCloser(bytes.NewReader(body))
				return next.RoundTrip(r)
			})
		}
	}
	client := newClient(t, srv.URL(), ecommpay.WithMiddleware(record(&seen)),
		ecommpay.WithHTTPClient(&http.Client{Transport: record(&sent)(http.DefaultTransport)}))
	_, err := client.OperationsByPayment(t.Context(), "EP06c1-b285")
	require.NoError(t, err)
	require.Len(t, seen, 2)
	require.Len(t, sent, 2)
	for i := range seen {
		assert.Contains(t, seen[i], `{"payment_id":"EP06c1-b285"}`)
		assert.NotContains(t, seen[i], "token")
		assert.NotContains(t, seen[i], "signature")
		assert.Contains(t, sent[i], `"token":"`+testCredentials().Token)
		assert.Contains(t, sent[i], `"signature":"`)
		assert.NotContains(t, sent[i], testCredentials().Secret)
	}
	assert.Equal(t, sent[0], sent[1], "there is no time in what is signed")
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestNothingPrintsASecret(t *testing.T) {
	t.Parallel()
	secret, token := "s3cr3tOfTheTest", "t0k3nOfTheTest"
	cred := ecommpay.Credentials{Token: token, Secret: secret}
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	options := []ecommpay.Option{ecommpay.WithLogger(logger), quick}
	client, err := ecommpay.NewClient("https://data.example.com/v1", cred, append(options, ecommpay.WithHTTPClient(&http.Client{
		Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			body, _ := io.ReadAll(r.Body)
			return nil, fmt.Errorf("cannot send %s", body)
		}),
	}))...)
	require.NoError(t, err)
	_, failed := client.Balances(t.Context())
	require.Error(t, failed)
	text, err := json.Marshal(map[string]any{"c": client, "k": cred, "p": &cred})
	require.NoError(t, err)
	logger.Info("x", "client", client, "cred", cred, "err", failed)
	all := string(text) + log.String() + failed.Error()
	for _, v := range []any{client, *client, cred, &cred, options, failed, struct{ C any }{cred}, []ecommpay.Credentials{cred}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			all += fmt.Sprintf(verb, v)
		}
	}
	all += cred.String() + cred.GoString() + client.String()
	assert.NotContains(t, all, secret)
	assert.NotContains(t, all, token)
	assert.Contains(t, all, "ecommpay credentials")
}

func TestVerificationOfAnswers(t *testing.T) {
	t.Parallel()
	const plain = `{"balance":[]}`
	signature, err := ecommpay.Sign(testCredentials().Secret, []byte(plain))
	require.NoError(t, err)
	right := `{"balance":[],"signature":"` + signature + `"}`
	wrong := `{"balance":[{"name":"a","EUR":"1"}],"signature":"` + signature + `"}`
	for _, c := range []struct {
		mode ecommpay.VerifyMode
		body string
		good bool
	}{
		{ecommpay.VerifyStrict, right, true},
		{ecommpay.VerifyStrict, plain, false},
		{ecommpay.VerifyStrict, wrong, false},
		{ecommpay.VerifyIfPresent, right, true},
		{ecommpay.VerifyIfPresent, plain, true},
		{ecommpay.VerifyIfPresent, wrong, false},
		{ecommpay.VerifyOff, right, true},
		{ecommpay.VerifyOff, plain, true},
		{ecommpay.VerifyOff, wrong, true},
	} {
		t.Run(fmt.Sprint(c.body, ", ", c.good), func(t *testing.T) {
			var captured ecommpay.Response
			list, err := answer(t, 200, c.body, ecommpay.WithResponseVerification(c.mode)).Balances(t.Context(), ecommpay.CaptureResponse(&captured))
			assert.Equal(t, c.body, string(captured.Body))
			if c.good {
				require.NoError(t, err)
				return
			}
			assert.Nil(t, list)
			require.ErrorIs(t, err, ecommpay.ErrBadSignature)
			var e *ecommpay.SignatureError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, "Balances", e.Operation)
			assert.Equal(t, 200, e.StatusCode)
			assert.Equal(t, c.body, string(e.Body), "kept for whoever looks into it")
			assert.NotContains(t, err.Error(), signature)
		})
	}
}

func TestAnswersInByteOrderAreAccepted(t *testing.T) {
	t.Parallel()
	srv, client := fake(t, ecommpaytest.WithByteOrder())
	srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: 30, Seed: 1, From: newYear})...)
	n := 0
	for _, err := range client.AllOperations(t.Context(), january) {
		require.NoError(t, err)
		n++
	}
	assert.Equal(t, 30, n)
}

// An answer that the signer cannot verify is neither an answer nor a wrong one.
func TestASignerThatFailsAtTheAnswer(t *testing.T) {
	t.Parallel()
	srv := ecommpaytest.NewServer()
	defer srv.Close()
	calls := 0
	signer := signerFunc(func(ctx context.Context, text []byte) ([]byte, error) {
		if calls++; calls > 1 {
			return nil, errors.New("HSM lost " + testCredentials().Secret)
		}
		return hsm{}.Sign(ctx, text)
	})
	client, err := ecommpay.NewClient(srv.URL(), ecommpay.Credentials{Token: testCredentials().Token}, ecommpay.WithSigner(signer), quick)
	require.NoError(t, err)
	_, err = client.Balances(t.Context())
	require.EqualError(t, err, "ecommpay: Balances: the signer failed")
	assert.NotErrorIs(t, err, ecommpay.ErrBadSignature)
}

func TestTheDefaultTimeoutIsSixMinutes(t *testing.T) {
	t.Parallel()
	mock := httpmock.NewMockTransport()
	mock.RegisterResponder(http.MethodPost, ecommpay.ProductionURL+"/balance/get", func(r *http.Request) (*http.Response, error) {
		deadline, ok := r.Context().Deadline()
		assert.True(t, ok)
		assert.WithinDuration(t, time.Now().Add(6*time.Minute), deadline, time.Minute)
		return httpmock.NewStringResponse(400, strings.Repeat(" ", 3)), nil
	})
	client := newClient(t, ecommpay.ProductionURL, ecommpay.WithHTTPClient(&http.Client{Transport: mock}))
	_, err := client.Balances(t.Context())
	require.Error(t, err)
	assert.Equal(t, 1, mock.GetTotalCallCount())
}

func TestOptionsOfWalksAreRefusedElsewhere(t *testing.T) {
	t.Parallel()
	_, client := fake(t)
	for i, opt := range []ecommpay.CallOption{ecommpay.Prefetch(1), ecommpay.Overlap(1), ecommpay.Overlap(0), ecommpay.CaptureResponse(nil), ecommpay.WithHeader("Cookie", "a")} {
		t.Run(fmt.Sprint("case ", i), func(t *testing.T) {
			_, err := client.Balances(t.Context(), opt)
			require.ErrorIs(t, err, ecommpay.ErrInvalidRequest)
		})
	}
}

func TestObserverSeesEveryAttempt(t *testing.T) {
	t.Parallel()
	srv := ecommpaytest.NewServer()
	defer srv.Close()
	srv.Inject(ecommpaytest.Fault{Status: 500})
	var attempts []ecommpay.Attempt
	client := newClient(t, srv.URL(), ecommpay.WithObserver(func(_ context.Context, a ecommpay.Attempt) { attempts = append(attempts, a) }))
	_, err := client.Balances(t.Context())
	require.NoError(t, err)
	require.Len(t, attempts, 2)
	assert.Equal(t, "Balances", attempts[0].Operation)
	assert.Equal(t, "POST", attempts[0].Method)
	assert.Equal(t, 500, attempts[0].StatusCode)
	assert.True(t, attempts[1].Final)
}
