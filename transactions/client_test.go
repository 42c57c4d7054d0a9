package transactions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
)

func get(t *testing.T, client *transactions.Client) error {
	t.Helper()
	_, err := client.ListTransactions(t.Context(), transactions.ListTransactionsParams{})
	return err
}

func TestNewClientRefuses(t *testing.T) {
	t.Parallel()
	token := transactions.StaticToken(testToken)
	for name, c := range map[string]struct {
		baseURL string
		tokens  transactions.TokenSource
		opts    []transactions.Option
		want    string
	}{
		"empty base URL":      {"", token, nil, "baseURL: must be an absolute URL"},
		"relative":            {"/api", token, nil, "baseURL: must be an absolute URL"},
		"scheme":              {"ftp://payments.example.com/", token, nil, "baseURL: scheme must be https"},
		"plain http":          {"http://payments.example.com/", token, nil, "baseURL: plain http is refused except to loopback"},
		"loopback look-alike": {"http://127.0.0.1.example.com/", token, nil, "baseURL: plain http is refused"},
		"token in the query":  {baseURL + "?token=" + testToken, token, nil, "baseURL: must not have a query"},
		"password in it":      {"https://reader:" + testToken + "@payments.example.com/", token, nil, "baseURL: must not hold a user name or password"},
		"no tokens":           {baseURL, nil, nil, "tokens: must not be nil"},
		"empty token":         {baseURL, transactions.StaticToken(""), nil, "StaticToken: must not be empty"},
		"a line end":          {baseURL, transactions.StaticToken(testToken + "\n"), nil, "StaticToken: must be printable ASCII without spaces"},
		"with its scheme":     {baseURL, transactions.StaticToken("Bearer " + testToken), nil, "StaticToken: must be printable ASCII without spaces"},
		"timeout":             {baseURL, token, []transactions.Option{transactions.WithTimeout(-1)}, "WithTimeout: must not be negative"},
		"attempts":            {baseURL, token, []transactions.Option{transactions.WithRetry(transactions.RetryPolicy{MaxAttempts: -1})}, "WithRetry: MaxAttempts must not be negative"},
		"rate":                {baseURL, token, []transactions.Option{transactions.WithRateLimit(-1, 1)}, "WithRateLimit: perSecond must be positive and finite"},
		"agent":               {baseURL, token, []transactions.Option{transactions.WithUserAgent("a\nb")}, "WithUserAgent: must be printable ASCII"},
		"limit":               {baseURL, token, []transactions.Option{transactions.WithMaxResponseBytes(-1)}, "WithMaxResponseBytes: must not be negative"},
		"middleware":          {baseURL, token, []transactions.Option{transactions.WithMiddleware(nil)}, "WithMiddleware: must not be nil"},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := transactions.NewClient(c.baseURL, c.tokens, c.opts...)
			require.ErrorIs(t, err, transactions.ErrInvalidRequest, name)
			require.ErrorContains(t, err, c.want, name)
			assert.NotContains(t, err.Error(), testToken, name)
			assert.Nil(t, client)
		})
	}
	_, err := transactions.NewClient("http://payments.example.com/?a=b", transactions.StaticToken(""), transactions.WithTimeout(-1))
	assert.EqualError(t, err, "transactions: invalid request: baseURL: plain http is refused except to loopback; WithPlainHTTP allows it; "+
		"baseURL: must not have a query; StaticToken: must not be empty; WithTimeout: must not be negative")
}

func TestNewClientAccepts(t *testing.T) {
	t.Parallel()
	token := transactions.StaticToken(testToken)
	for i, base := range []string{baseURL, baseURL + "/services/ledger/", "http://localhost/x", "http://127.8.9.1:80/x", "http://[::1]:8080"} {
		t.Run(fmt.Sprint("base ", i), func(t *testing.T) {
			_, err := transactions.NewClient(base, token)
			require.NoError(t, err, base)
		})
	}
	_, err := transactions.NewClient("http://payments.example.com/", token, transactions.WithPlainHTTP())
	require.NoError(t, err)
}

// Options record and the constructor assembles, so that none undoes another.
func TestOptionsInAnyOrder(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var calls []string
	note := func(s string) { mu.Lock(); defer mu.Unlock(); calls = append(calls, s) }
	statuses := []int{503, 200}
	caller := &http.Client{Transport: wire(func(r *http.Request) (*http.Response, error) {
		note("wire " + r.Header.Get("Authorization") + " " + r.UserAgent())
		status := statuses[0]
		statuses = append(statuses[1:], status)
		return newResponse(status, http.Header{}, "[]"), nil
	})}
	middleware := func(name string) transactions.Option {
		return transactions.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return wire(func(r *http.Request) (*http.Response, error) {
				note(name + " " + r.Header.Get("Authorization"))
				resp, err := next.RoundTrip(r)
				assert.Empty(t, resp.Request.Header.Get("Authorization"))
				return resp, err
			})
		})
	}
	client, custom := transactions.WithHTTPClient(caller), transactions.WithUserAgent("mine/1")
	for i, opts := range [][]transactions.Option{
		{client, middleware("a"), middleware("b"), custom, quick},
		{quick, custom, middleware("a"), client, middleware("b")},
	} {
		t.Run(fmt.Sprint("order ", i), func(t *testing.T) {
			calls = nil
			require.NoError(t, get(t, newClient(t, baseURL, opts...)))
			attempt := []string{"a ", "b ", "wire Bearer " + testToken + " mine/1"}
			assert.Equal(t, append(attempt, attempt...), calls)
		})
	}
	assert.Nil(t, caller.CheckRedirect)
	assert.Zero(t, caller.Timeout)
}

func TestObserverAndLogSayTheSame(t *testing.T) {
	t.Parallel()
	n := 0
	flaky := func(w http.ResponseWriter, _ *http.Request) {
		if n++; n == 1 {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		_, _ = w.Write([]byte("[]"))
	}
	var seen []transactions.Attempt
	var log bytes.Buffer
	require.NoError(t, get(t, serve(t, flaky,
		transactions.WithObserver(func(_ context.Context, a transactions.Attempt) { seen = append(seen, a) }),
		transactions.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))))
	require.Len(t, seen, 2)
	for i, want := range []transactions.Attempt{
		{Number: 1, StatusCode: 500, Class: "status"},
		{Number: 2, StatusCode: 200, Final: true},
	} {
		want.Operation, want.Method, want.Duration, want.Wait = "ListTransactions", "GET", seen[i].Duration, seen[i].Wait
		assert.Equal(t, want, seen[i])
		assert.Positive(t, seen[i].Duration)
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	require.Len(t, lines, 2)
	var line map[string]any
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &line))
	assert.Equal(t, "WARN", line["level"])
	assert.NotContains(t, log.String(), testToken)
}

// A client is used by a thousand goroutines at a time; -race looks on.
func TestAClientIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	client := newClient(t, baseURL, transactions.WithHTTPClient(&http.Client{Transport: wire(func(*http.Request) (*http.Response, error) {
		return newResponse(200, http.Header{}, rows(1, 2)), nil
	})}))
	var running sync.WaitGroup
	for range 1000 {
		running.Go(func() {
			page, err := client.ListTransactions(t.Context(), transactions.ListTransactionsParams{})
			if assert.NoError(t, err) {
				assert.Len(t, page.Transactions, 2)
			}
		})
	}
	running.Wait()
}

func TestSecretsDoNotPrint(t *testing.T) {
	t.Parallel()
	tokens, err := transactions.PasswordTokens(baseURL, "reader-"+testToken, testToken)
	require.NoError(t, err)
	for _, source := range []transactions.TokenSource{transactions.StaticToken(testToken), tokens} {
		t.Run(fmt.Sprintf("%T", source), func(t *testing.T) {
			client, err := transactions.NewClient(baseURL, source)
			require.NoError(t, err)
			for _, v := range []any{
				source, client, *client, []any{source}, map[string]any{"a": source}, struct{ A transactions.TokenSource }{source}, transactions.WithTimeout(time.Second),
			} {
				for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
					assert.NotContains(t, fmt.Sprintf(verb, v), "00000000000000", verb)
				}
				var log bytes.Buffer
				slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
				assert.NotContains(t, log.String(), "00000000000000")
				encoded, _ := json.Marshal(v) // a function is an error
				assert.NotContains(t, string(encoded), "00000000000000")
			}
		})
	}
	client := newClient(t, baseURL)
	assert.Equal(t, "transactions client of "+baseURL, client.String())
	assert.Equal(t, "transactions client without base URL", transactions.Client{}.String())
}
