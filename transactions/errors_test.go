package transactions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
)

// beside is the class that is printed beside a status.
var beside = map[int]string{401: " (unauthorized)", 403: " (forbidden)", 404: " (not_found)", 429: " (rate_limited)"}

func TestEveryStatusIsItsSentinel(t *testing.T) {
	t.Parallel()
	sentinels := map[int]error{
		401: transactions.ErrUnauthorized, 403: transactions.ErrForbidden, 404: transactions.ErrNotFound, 429: transactions.ErrRateLimited,
	}
	bodies := []string{
		"", "<html>bad gateway</html>", `{"type":"about:blank","title":"x","status":1}`, `{"error":`, `[]`, `null`, `"text"`, "\ufeff{}", `{"fieldErrors":7}`,
	}
	for _, status := range []int{300, 301, 302, 307, 308, 400, 401, 403, 404, 405, 406, 408, 409, 410, 415, 418, 422, 429, 500, 501, 502, 503, 504, 599} {
		for _, body := range bodies {
			t.Run(fmt.Sprint(status, ", ", body), func(t *testing.T) {
				err := get(t, newClient(t, baseURL, transactions.WithHTTPClient(&http.Client{Transport: wire(func(*http.Request) (*http.Response, error) {
					return newResponse(status, http.Header{}, body), nil
				})})))
				var e *transactions.Error
				require.ErrorAs(t, err, &e, "%d %q", status, body)
				assert.Equal(t, status, e.StatusCode)
				assert.Equal(t, body, string(e.Body))
				assert.EqualError(t, err, fmt.Sprintf("transactions: ListTransactions: status %d%s", status, beside[status]))
				for code, sentinel := range sentinels {
					assert.Equal(t, code == status, errors.Is(err, sentinel), "%d %v", status, sentinel)
				}
			})
		}
	}
}

func TestShapesOfErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		header map[string]string
		body   string
		want   transactions.Error
		text   string
	}{
		"problem with message": {
			400,
			map[string]string{"Content-Type": "application/problem+json", "X-ledger-error": "error.idexists", "X-ledger-params": "transaction"},
			`{"type":"https://www.jhipster.tech/problem/problem-with-message","title":"Bad Request","status":400,"detail":"of 996000000001","instance":"/api/transactions","path":"/api/transactions","message":"error.http.400"}`,
			transactions.Error{Code: "error.http.400", Message: "of 996000000001", Params: "transaction"},
			", code error.http.400",
		},
		"constraint violation": {
			400, nil,
			`{"type":"https://www.jhipster.tech/problem/constraint-violation","title":"Method argument not valid","status":400,"path":"/api/transactions","message":"error.validation",
			"fieldErrors":[{"objectName":"transactionCriteria","field":"date.greaterThan","message":"typeMismatch"},{"field":"status"},7,null]}`,
			transactions.Error{Code: "error.validation", Message: "Method argument not valid", FieldErrors: []transactions.FieldError{
				{Object: "transactionCriteria", Field: "date.greaterThan", Message: "typeMismatch"}, {Field: "status"},
			}},
			", code error.validation",
		},
		"violations": {
			400, nil,
			`{"title":"Constraint Violation","status":400,"violations":[{"field":"size","message":"must be positive"}],"message":"error.validation"}`,
			transactions.Error{Code: "error.validation", Message: "Constraint Violation", FieldErrors: []transactions.FieldError{{Field: "size", Message: "must be positive"}}},
			", code error.validation",
		},
		"spring": {
			500, nil,
			`{"timestamp":"2026-01-15T12:00:00.000+00:00","status":500,"error":"Internal Server Error","message":"No property 'x' found","path":"/api/transactions"}`,
			transactions.Error{Message: "No property 'x' found"},
			"",
		},
		"spring's short one":  {404, nil, `{"timestamp":1768478400000,"status":404,"error":"Not Found","path":"/api"}`, transactions.Error{Message: "Not Found"}, ""},
		"side headers only":   {401, map[string]string{"X-app-error": "error.http.401", "X-app-params": "x"}, "", transactions.Error{Code: "error.http.401", Params: "x"}, ", code error.http.401"},
		"translated alert":    {400, map[string]string{"X-app-error": "Кириллица"}, "", transactions.Error{Message: "Кириллица"}, ""},
		"not an app's":        {400, map[string]string{"X-Error": "error.a", "Error": "error.b"}, "", transactions.Error{}, ""},
		"oauth":               {401, nil, `{"error":"invalid_token","error_description":"996000000001"}`, transactions.Error{Message: "invalid_token"}, ""},
		"odd types":           {400, nil, `{"message":{"a":1},"title":["x"],"status":"x","detail":7,"fieldErrors":{}}`, transactions.Error{Message: "7"}, ""},
		"a message with data": {400, nil, `{"message":"error.account 996000000001"}`, transactions.Error{Message: "error.account 996000000001"}, ""},
		"a code with digits":  {400, nil, `{"message":"error.996000000001"}`, transactions.Error{Message: "error.996000000001"}, ""},
		"a long code":         {400, nil, `{"message":"error.` + strings.Repeat("x", 65) + `"}`, transactions.Error{Message: "error." + strings.Repeat("x", 65)}, ""},
		"retry after":         {429, map[string]string{"Retry-After": "3600"}, "", transactions.Error{RetryAfter: time.Hour}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := get(t, serve(t, func(w http.ResponseWriter, _ *http.Request) {
				for name, value := range c.header {
					w.Header().Set(name, value)
				}
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			c.want.Operation, c.want.StatusCode, c.want.Body = "ListTransactions", c.status, []byte(c.body)
			var e *transactions.Error
			require.ErrorAs(t, err, &e, name)
			assert.Equal(t, c.want, *e, name)
			assert.EqualError(t, err, fmt.Sprintf("transactions: ListTransactions: status %d%s%s", c.status, beside[c.status], c.text), name)
		})
	}
}

// A problem that comes with status 200 is none the less one, and never an empty
// page.
func TestAProblemWithStatus200(t *testing.T) {
	t.Parallel()
	for body, status := range map[string]int{
		`{"title":"Unauthorized","status":401,"message":"error.http.401"}`: 401,
		`{"status":403,"error":"Forbidden"}`:                               403,
		`{"status":"500","detail":"x","data":[]}`:                          500,
		`{"error":"invalid_token"}`:                                        200,
		`{"message":"error.validation"}`:                                   200,
	} {
		t.Run(body, func(t *testing.T) {
			err := get(t, answer(t, 200, body))
			var e *transactions.Error
			require.ErrorAs(t, err, &e, body)
			assert.Equal(t, status, e.StatusCode, body)
			assert.Equal(t, status == 401, errors.Is(err, transactions.ErrUnauthorized))
		})
	}
}

// Every error of a call, with any verb, in a log and as JSON.
func TestErrorsShowNoSecret(t *testing.T) {
	t.Parallel()
	secret := "996000000001"
	leak := `{"status":400,"title":"` + secret + `","detail":"` + secret + `","message":"` + secret + `","fieldErrors":[{"objectName":"` + secret + `","field":"` + secret + `","message":"` + secret + `"}]}`
	hang := func(w http.ResponseWriter, _ *http.Request) {
		hijacked, _, _ := http.NewResponseController(w).Hijack()
		_ = hijacked.Close()
	}
	filter := transactions.Filter{RecipientAccount: transactions.Text{Equals: &secret}}
	for name, client := range map[string]*transactions.Client{
		"problem":   answer(t, 400, leak),
		"with 200":  answer(t, 200, leak),
		"html":      answer(t, 200, "<html>"+secret),
		"bad rows":  answer(t, 200, `[{"id":"`+secret+`x"}]`),
		"bad field": answer(t, 200, `[{"id":1,"`+secret+`":1,"`+secret+`":2}]`),
		"reset":     serve(t, hang),
		"refused":   newClient(t, "http://127.0.0.1:1"),
		"ignored":   answer(t, 200, `[{"id":1,"recipientAccount":"1"}]`),
		"redirect": serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://payments.example.net/"+secret)
			w.WriteHeader(http.StatusFound)
		}),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ids(client.AllTransactions(t.Context(), transactions.ListTransactionsParams{Filter: filter}))
			require.Error(t, err, name)
			var log bytes.Buffer
			slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "error", err)
			encoded, _ := json.Marshal(err)
			texts := []string{err.Error(), log.String(), string(encoded)}
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
				texts = append(texts, fmt.Sprintf(verb, err))
			}
			for _, text := range texts {
				assert.NotContains(t, text, secret, name)
				assert.NotContains(t, text, testToken, name)
			}
		})
	}
	var nothing *transactions.Error
	var neither *transactions.DecodeError
	assert.Equal(t, "transactions: no error", nothing.Error())
	assert.Equal(t, "transactions: no error", neither.Error())
}

// No redirect is followed, and no token goes where it leads.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	foreign := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	t.Cleanup(foreign.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, target := range []string{foreign.URL, "/elsewhere", "http://[::1", "https://payments.example.net/"} {
			t.Run(fmt.Sprint(status, ", ", target), func(t *testing.T) {
				hits := 0
				err := get(t, serve(t, func(w http.ResponseWriter, _ *http.Request) {
					hits++
					w.Header().Set("Location", target)
					w.WriteHeader(status)
				}))
				var e *transactions.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, status, e.StatusCode)
				assert.Equal(t, 1, hits)
			})
		}
	}
}

func TestWhatIsRepeated(t *testing.T) {
	t.Parallel()
	for status, attempts := range map[int]int{200: 1, 302: 1, 400: 1, 403: 1, 404: 1, 408: 1, 429: 3, 500: 3, 501: 1, 502: 3, 503: 3, 504: 3} {
		hits := 0
		client := newClient(t, baseURL, transactions.WithHTTPClient(&http.Client{Transport: wire(func(*http.Request) (*http.Response, error) {
			hits++
			return newResponse(status, http.Header{}, "[]"), nil
		})}))
		_ = get(t, client)
		assert.Equal(t, attempts, hits, status)
	}
}

// The context ends a call at once, in a back-off and in a walk.
func TestDeadlines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, err := transactions.NewClient(baseURL, transactions.StaticToken(testToken), transactions.WithTimeout(10*time.Second),
			transactions.WithHTTPClient(&http.Client{Transport: wire(func(r *http.Request) (*http.Response, error) {
				<-r.Context().Done()
				return nil, r.Context().Err()
			})}))
		require.NoError(t, err)
		for _, limit := range []time.Duration{time.Second, 15 * time.Second, 20 * time.Second} {
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			started := time.Now()
			_, err = ids(client.WalkTransactions(ctx, transactions.Filter{}, transactions.Prefetch(3)))
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.LessOrEqual(t, time.Since(started), limit)
			cancel()
		}
		started := time.Now()
		require.ErrorIs(t, get(t, client), context.DeadlineExceeded)
		assert.InDelta(t, 30*time.Second, time.Since(started), float64(10*time.Second), "three attempts of ten seconds each")
	})
}

func TestRetryAfterIsObeyedOrHandedBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		wait := "3"
		client, err := transactions.NewClient(baseURL, transactions.StaticToken(testToken),
			transactions.WithHTTPClient(&http.Client{Transport: wire(func(*http.Request) (*http.Response, error) {
				return newResponse(503, http.Header{"Retry-After": {wait}}, ""), nil
			})}))
		require.NoError(t, err)
		started := time.Now()
		require.Error(t, get(t, client))
		assert.Equal(t, 6*time.Second, time.Since(started))
		wait = "6"
		started = time.Now()
		var e *transactions.Error
		require.ErrorAs(t, get(t, client), &e)
		assert.Equal(t, 6*time.Second, e.RetryAfter)
		assert.Zero(t, time.Since(started))
	})
}

func TestNetworkErrorsStayReachable(t *testing.T) {
	t.Parallel()
	err := get(t, newClient(t, "http://127.0.0.1:1", transactions.WithRetry(transactions.RetryPolicy{MaxAttempts: 1})))
	var op *net.OpError
	require.ErrorAs(t, err, &op)
	assert.True(t, strings.HasPrefix(err.Error(), "transactions: ListTransactions: dial tcp 127.0.0.1:1"), err.Error())
}
