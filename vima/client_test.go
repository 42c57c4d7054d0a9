package vima_test

import (
	"bytes"
	"context"
	"encoding/json"
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

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

func TestNewClientRefuses(t *testing.T) {
	t.Parallel()
	key := vima.APIKey(testKey)
	for name, c := range map[string]struct {
		endpoint string
		auth     vima.Authenticator
		opts     []vima.Option
		want     string
	}{
		"empty endpoint":      {"", key, nil, "endpoint: must be an absolute URL"},
		"relative endpoint":   {"/operation", key, nil, "endpoint: must be an absolute URL"},
		"no host":             {"https:///operation", key, nil, "endpoint: must be an absolute URL"},
		"only a port":         {"https://:443/", key, nil, "endpoint: must be an absolute URL"},
		"unparsable":          {"https://a b/\x7f" + testKey, key, nil, "endpoint: must be an absolute URL"},
		"scheme":              {"ftp://payment.example.com/", key, nil, "endpoint: scheme must be https"},
		"plain http":          {"http://payment.example.com/", key, nil, "endpoint: plain http is refused except to loopback"},
		"loopback look-alike": {"http://127.0.0.1.example.com/", key, nil, "endpoint: plain http is refused"},
		"key in the endpoint": {vima.ProductionURL + "?apikey=" + testKey, key, nil, "endpoint: must not have a query"},
		"password in it":      {"https://reader:" + testKey + "@payment.example.com/", key, nil, "endpoint: must not hold a user name or password"},
		"fragment":            {vima.ProductionURL + "#a", key, nil, "endpoint: must not have a fragment"},
		"no auth":             {vima.ProductionURL, nil, nil, "auth: must not be nil"},
		"empty key":           {vima.ProductionURL, vima.APIKey(""), nil, "APIKey: must not be empty"},
		"key with a newline":  {vima.ProductionURL, vima.APIKey(testKey + "\n"), nil, "APIKey: must not begin or end with whitespace"},
		"empty password":      {vima.ProductionURL, vima.BasicAuth("reader", ""), nil, "BasicAuth: username and password must not be empty"},
		"colon in user":       {vima.ProductionURL, vima.BasicAuth("a:b", "c"), nil, "BasicAuth: username must not contain a colon"},
		"timeout":             {vima.ProductionURL, key, []vima.Option{vima.WithTimeout(-1)}, "WithTimeout: must not be negative"},
		"attempts":            {vima.ProductionURL, key, []vima.Option{vima.WithRetry(vima.RetryPolicy{MaxAttempts: -1})}, "WithRetry: MaxAttempts must not be negative"},
		"waits":               {vima.ProductionURL, key, []vima.Option{vima.WithRetry(vima.RetryPolicy{MinWait: 2, MaxWait: 1})}, "WithRetry: MinWait must not be above MaxWait"},
		"rate":                {vima.ProductionURL, key, []vima.Option{vima.WithRateLimit(-1, 1)}, "WithRateLimit: perSecond must be positive and finite"},
		"burst":               {vima.ProductionURL, key, []vima.Option{vima.WithRateLimit(1, 0)}, "WithRateLimit: burst must be at least 1"},
		"agent":               {vima.ProductionURL, key, []vima.Option{vima.WithUserAgent("a\nb")}, "WithUserAgent: must be printable ASCII"},
		"limit":               {vima.ProductionURL, key, []vima.Option{vima.WithMaxResponseBytes(-1)}, "WithMaxResponseBytes: must not be negative"},
		"middleware":          {vima.ProductionURL, key, []vima.Option{vima.WithMiddleware(nil)}, "WithMiddleware: must not be nil"},
		"nil source":          {vima.ProductionURL, nil, []vima.Option{vima.WithCredentialSource(nil)}, "auth: must not be nil; WithCredentialSource: must not be nil"},
		"source and auth":     {vima.ProductionURL, key, []vima.Option{vima.WithCredentialSource(&vault{})}, "auth: must be nil with WithCredentialSource"},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := vima.NewClient(c.endpoint, c.auth, c.opts...)
			require.ErrorIs(t, err, vima.ErrInvalidRequest, name)
			require.ErrorContains(t, err, c.want, name)
			assert.NotContains(t, err.Error(), testKey, name)
			assert.Nil(t, client)
		})
	}
}

func TestNewClientReportsEverythingInOneLine(t *testing.T) {
	t.Parallel()
	_, err := vima.NewClient("http://payment.example.com/?a=b", vima.APIKey(""), vima.WithTimeout(-1))
	assert.EqualError(t, err, "vima: invalid request: endpoint: plain http is refused except to loopback; WithPlainHTTP allows it; "+
		"endpoint: must not have a query; APIKey: must not be empty; WithTimeout: must not be negative")
}

func TestNewClientAccepts(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{
		vima.ProductionURL, vima.SandboxURL, "http://localhost/x", "http://127.8.9.1:80/x", "http://[::1]:8080", "https://payment.example.com",
	} {
		t.Run(endpoint, func(t *testing.T) {
			_, err := vima.NewClient(endpoint, vima.APIKey(testKey))
			require.NoError(t, err, endpoint)
		})
	}
	_, err := vima.NewClient("http://payment.example.com/", vima.APIKey(testKey), vima.WithPlainHTTP())
	require.NoError(t, err)
}

type wire func(*http.Request) (*http.Response, error)

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) { return w(r) }

// Options record and the constructor assembles, so that none undoes another.
func TestOptionsInAnyOrder(t *testing.T) {
	t.Parallel()
	srv := vimatest.NewServer()
	defer srv.Close()
	var mu sync.Mutex
	var calls []string
	note := func(s string) { mu.Lock(); defer mu.Unlock(); calls = append(calls, s) }
	caller := &http.Client{Transport: wire(func(r *http.Request) (*http.Response, error) {
		note("wire " + r.URL.Query().Get("apikey"))
		return http.DefaultTransport.RoundTrip(r)
	})}
	middleware := func(name string) vima.Option {
		return vima.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return wire(func(r *http.Request) (*http.Response, error) {
				note(name + " " + r.URL.Query().Get("apikey"))
				resp, err := next.RoundTrip(r)
				assert.NotContains(t, resp.Request.URL.RawQuery, testKey)
				return resp, err
			})
		})
	}
	client, custom := vima.WithHTTPClient(caller), vima.WithUserAgent("mine/1")
	for i, opts := range [][]vima.Option{
		{client, middleware("a"), middleware("b"), custom, quick},
		{quick, custom, middleware("a"), client, middleware("b")},
	} {
		t.Run(fmt.Sprint("order ", i), func(t *testing.T) {
			calls = nil
			srv.ResetRequests()
			srv.Inject(vimatest.Fault{Status: 503})
			require.NoError(t, get(t, newClient(t, srv.URL(), opts...)))
			assert.Equal(t, []string{"a ", "b ", "wire " + testKey, "a ", "b ", "wire " + testKey}, calls)
			assert.Equal(t, "mine/1", srv.Requests()[1].Header.Get("User-Agent"))
		})
	}
	assert.Nil(t, caller.CheckRedirect)
	assert.Zero(t, caller.Timeout)
}

func TestObserverAndLogSayTheSame(t *testing.T) {
	t.Parallel()
	srv := vimatest.NewServer()
	defer srv.Close()
	srv.Inject(vimatest.Fault{Status: 503}, vimatest.Fault{Kind: vimatest.FaultTruncated})
	var seen []vima.Attempt
	var log bytes.Buffer
	client := newClient(t, srv.URL(),
		vima.WithObserver(func(_ context.Context, a vima.Attempt) { seen = append(seen, a) }),
		vima.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	require.NoError(t, get(t, client))

	require.Len(t, seen, 3)
	for i, want := range []vima.Attempt{
		{Number: 1, StatusCode: 503, Class: "status"},
		{Number: 2, Class: "truncated"},
		{Number: 3, StatusCode: 200, Final: true},
	} {
		want.Operation, want.Method, want.Duration, want.Wait = "ListOperations", "GET", seen[i].Duration, seen[i].Wait
		assert.Equal(t, want, seen[i])
		assert.Positive(t, seen[i].Duration)
		assert.True(t, i == 0 || seen[i].Wait > 0)
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	require.Len(t, lines, 3)
	var line map[string]any
	require.NoError(t, json.Unmarshal([]byte(lines[1]), &line))
	assert.Equal(t, "WARN", line["level"])
	assert.Equal(t, "truncated", line["class"])
	assert.NotContains(t, log.String(), "apikey")
}

// An own Authenticator is asked on every attempt: keys may rotate.
type rotating struct{ keys []string }

func (r *rotating) Authenticate(req *http.Request) error {
	if len(r.keys) == 0 {
		return errors.New("no key left")
	}
	req.URL.RawQuery += "&apikey=" + r.keys[0]
	r.keys = r.keys[1:]
	return nil
}

func TestCredentialsMayRotate(t *testing.T) {
	t.Parallel()
	srv := vimatest.NewServer()
	defer srv.Close()
	srv.Inject(vimatest.Fault{Status: 503})
	client, err := vima.NewClient(srv.URL(), &rotating{[]string{"old", testKey}}, quick)
	require.NoError(t, err)
	require.NoError(t, get(t, client))

	var seen []vima.Attempt
	client, err = vima.NewClient(srv.URL(), &rotating{}, vima.WithObserver(func(_ context.Context, a vima.Attempt) { seen = append(seen, a) }))
	require.NoError(t, err)
	srv.ResetRequests()
	err = get(t, client)
	require.EqualError(t, err, "vima: ListOperations: credentials were not available")
	assert.EqualError(t, errors.Unwrap(errors.Unwrap(errors.Unwrap(err))), "no key left")
	assert.Len(t, seen, 1, "trying again would not help")
	assert.Empty(t, srv.Requests())
}

func TestSecretsDoNotPrint(t *testing.T) {
	t.Parallel()
	auths := []vima.Authenticator{vima.APIKey(testKey), vima.BasicAuth("reader", testKey)}
	for _, auth := range auths {
		t.Run(fmt.Sprintf("%T", auth), func(t *testing.T) {
			client, err := vima.NewClient(vima.ProductionURL, auth)
			require.NoError(t, err)
			for _, v := range []any{auth, client, *client, []any{auth}, map[string]any{"a": auth}, struct{ A vima.Authenticator }{auth}, vima.WithTimeout(time.Second)} {
				for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
					assert.NotContains(t, fmt.Sprintf(verb, v), "00000000000000", verb)
				}
				var log bytes.Buffer
				slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
				assert.NotContains(t, log.String(), "00000000000000")
			}
		})
	}
}
