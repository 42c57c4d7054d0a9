package vima_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
)

func get(t *testing.T, c *vima.Client, opts ...vima.CallOption) error {
	t.Helper()
	page, err := c.ListOperations(t.Context(), vima.ListOperationsParams{}, opts...)
	assert.Equal(t, err != nil, page == nil, "either a page or an error")
	return err
}

func TestEveryStatusIsAnErrorWithItsBody(t *testing.T) {
	t.Parallel()
	sentinels := map[int]error{401: vima.ErrUnauthorized, 403: vima.ErrForbidden, 404: vima.ErrNotFound, 429: vima.ErrRateLimited}
	for _, status := range []int{300, 301, 302, 304, 307, 308, 400, 401, 402, 403, 404, 405, 408, 409, 410, 415, 418, 422, 429, 500, 501, 502, 503, 504, 599} {
		for _, body := range []string{"", `{"error":"no","code":"E1"}`, "<html>no</html>", `[]`, `{"error":`, "\ufeff{}", `[{"operation_id":"1"}]`, "null"} {
			t.Run(fmt.Sprint(status, ", ", body), func(t *testing.T) {
				client := answer(t, status, body, vima.WithRetry(vima.RetryPolicy{MaxAttempts: 1}))
				err := fmt.Errorf("a: %w", fmt.Errorf("b: %w", get(t, client)))
				var e *vima.Error
				require.ErrorAs(t, err, &e, "%d %q", status, body)
				assert.Equal(t, status, e.StatusCode)
				if status != 304 { // has no body
					assert.Equal(t, body, string(e.Body))
				}
				for s, sentinel := range sentinels {
					assert.Equal(t, s == status, errors.Is(err, sentinel), "%d is %v", status, sentinel)
				}
			})
		}
	}
}

func TestAnErrorInsideA200(t *testing.T) {
	t.Parallel()
	for body, message := range map[string]string{
		`{"error":"no such key"}`:                     "no such key",
		`{"message":"no such key"}`:                   "no such key",
		`{"detail":"no such key"}`:                    "no such key",
		`{"error":{"text":"no such key"}}`:            "",
		`{"error":{"a":1},"message":"no such key"}`:   "no such key",
		`{"operations":[],"error":"no such key"}`:     "no such key",
		` {"error":true,"detail":["x"]} `:             "",
		`{"code":403,"error":"x","message":"ignore"}`: "x",
	} {
		t.Run(body, func(t *testing.T) {
			var e *vima.Error
			require.ErrorAs(t, get(t, answer(t, 200, body)), &e, body)
			assert.Equal(t, strings.Contains(body, "403"), errors.Is(e, vima.ErrForbidden), body)
			assert.Equal(t, message, e.Message, body)
			assert.Equal(t, body, string(e.Body))
		})
	}
	var e *vima.Error
	require.ErrorAs(t, get(t, answer(t, 200, `{"code":403,"error":"x"}`)), &e)
	assert.EqualError(t, e, "vima: ListOperations: status 403 (forbidden)")
	require.ErrorAs(t, get(t, answer(t, 200, `{"code":17,"error":"x"}`)), &e)
	assert.EqualError(t, e, "vima: ListOperations: status 200 (refused), code 17")
}

func TestAnUnreadable200IsNeverNoMorePages(t *testing.T) {
	t.Parallel()
	for i, body := range []string{
		"", " ", "<html>", "null", "true", `""`, "{}", `{"operations":null}`, `{"operations":{}}`, "[", `[{]`, `[{"operation_id":"1"}`,
		`[{"operation_id":"1"}]x`, "\ufeff\ufeff[]", "\ufeff", "\x00", strings.Repeat("[", 100000), "[1e", `[{"operation_id":"\ud800`,
	} {
		t.Run(fmt.Sprint("body ", i), func(t *testing.T) {
			client := answer(t, 200, body)
			var e *vima.DecodeError
			require.ErrorAs(t, get(t, client), &e, body)
			assert.Equal(t, body, string(e.Body))
			assert.Equal(t, 200, e.StatusCode)
			pages := 0
			for page, err := range client.OperationPages(t.Context(), vima.ListOperationsParams{}) {
				require.Error(t, err, body)
				assert.Nil(t, page)
				pages++
			}
			assert.Equal(t, 1, pages)
		})
	}
}

func TestResponseTooLarge(t *testing.T) {
	t.Parallel()
	client := answer(t, 200, "["+strings.Repeat(" ", 2000)+"]", vima.WithMaxResponseBytes(1000))
	err := get(t, client)
	require.ErrorIs(t, err, vima.ErrResponseTooLarge)
	assert.EqualError(t, err, "vima: response too large: ListOperations")
}

func TestRetryAfterIsHandedBack(t *testing.T) {
	t.Parallel()
	hits := 0
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		hits++
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	var e *vima.Error
	require.ErrorAs(t, get(t, client), &e)
	assert.Equal(t, time.Hour, e.RetryAfter)
	assert.Equal(t, 1, hits)
}

func TestContextAndNetworkErrorsStayReachable(t *testing.T) {
	t.Parallel()
	client := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, vima.WithTimeout(10*time.Millisecond))
	var timeout net.Error
	err := get(t, client)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorAs(t, err, &timeout)
	assert.True(t, timeout.Timeout())

	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = client.ListOperations(canceled, vima.ListOperationsParams{})
	require.ErrorIs(t, err, context.Canceled)
	assert.EqualError(t, err, "vima: ListOperations: context canceled")

	refused := newClient(t, "http://127.0.0.1:1/")
	err = get(t, refused)
	var op *net.OpError
	require.ErrorAs(t, err, &op)
	var u *url.Error
	assert.NotErrorAs(t, err, &u)
}

func TestZeroErrorsPrint(t *testing.T) {
	t.Parallel()
	var refusal *vima.Error
	var decode *vima.DecodeError
	assert.Equal(t, "vima: call", (&vima.Error{}).Error())
	assert.Equal(t, "vima: call: <nil>", (&vima.DecodeError{}).Error())
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		assert.NotPanics(t, func() { _ = fmt.Sprintf(verb, refusal) + fmt.Sprintf(verb, decode) })
		assert.Equal(t, "vima: call", fmt.Sprintf(verb, vima.Error{Body: []byte("secret"), Message: "secret"}))
	}
	out, err := json.Marshal(vima.Error{Body: []byte("secret"), Message: "secret"})
	require.NoError(t, err)
	assert.NotContains(t, string(out), "secret")
	assert.NotContains(t, string(out), "c2VjcmV0")
}

func TestTheCodeIsPrintedOnlyWhereItIsOne(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"code":4011,"error":"x"}`:                              "vima: ListOperations: status 400, code 4011",
		`{"code":"E_401.x","error":"x"}`:                         "vima: ListOperations: status 400",
		`{"code":"Test Payer","error":"x"}`:                      "vima: ListOperations: status 400",
		`{"code":"` + strings.Repeat("1", 33) + `","error":"x"}`: "vima: ListOperations: status 400",
		`{"code":"` + testKey + `","error":"x"}`:                 "vima: ListOperations: status 400",
	} {
		assert.EqualError(t, get(t, answer(t, 400, body)), want)
	}
}
