package ecommpay_test

import (
	"context"
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

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

func get(t *testing.T, c *ecommpay.Client, opts ...ecommpay.CallOption) error {
	t.Helper()
	page, err := c.ListOperations(t.Context(), january, opts...)
	assert.Equal(t, err != nil, page == nil, "either a page or an error")
	return err
}

var once = ecommpay.WithRetry(ecommpay.RetryPolicy{MaxAttempts: 1})

func TestEveryStatusIsAnErrorWithItsBody(t *testing.T) {
	t.Parallel()
	sentinels := map[int]error{401: ecommpay.ErrUnauthorized, 403: ecommpay.ErrForbidden, 404: ecommpay.ErrNotFound, 429: ecommpay.ErrRateLimited}
	for _, status := range []int{300, 301, 302, 304, 307, 308, 400, 401, 402, 403, 404, 405, 408, 409, 410, 415, 418, 422, 429, 500, 501, 502, 503, 504, 599} {
		for _, body := range []string{"", `{"name":"Bad Request","message":"no","code":0,"status":400}`, "<html>no</html>", `[]`, `{"error":`, "\ufeff{}", `{"operations":[]}`, "null"} {
			t.Run(fmt.Sprint(status, ", ", body), func(t *testing.T) {
				err := fmt.Errorf("a: %w", fmt.Errorf("b: %w", get(t, answer(t, status, body, once))))
				var e *ecommpay.Error
				require.ErrorAs(t, err, &e, "%d %q", status, body)
				assert.Equal(t, status, e.StatusCode, "that of HTTP, whatever the body says")
				if status != 304 { // has no body
					assert.Equal(t, body, string(e.Body))
				}
				for s, sentinel := range sentinels {
					assert.Equal(t, s == status, errors.Is(err, sentinel), "%d is %v", status, sentinel)
				}
				assert.NotErrorIs(t, err, ecommpay.ErrBadSignature)
			})
		}
	}
}

func TestTheDocumentedRefusal(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]ecommpay.Error{
		`{"name":"Authorization Required","message":"You have no access to project_id = 22","code":0,"status":400}`: {Message: "You have no access to project_id = 22"},
		`{"name":"Authorization Required","code":401,"status":401}`:                                                 {Message: "Authorization Required", Code: "401"},
		`{"status":401}`: {},
		`{"status":401,"code":"payer@example.com"}`: {},
		`{"message":["x"],"status":401}`:            {},
		`{"message":null,"status":"401"}`:           {},
	} {
		t.Run(body, func(t *testing.T) {
			var e *ecommpay.Error
			require.ErrorAs(t, get(t, answer(t, 401, body)), &e)
			assert.Equal(t, want.Message, e.Message, body)
			assert.Equal(t, want.Code, e.Code, body)
			assert.Equal(t, "ListOperations", e.Operation)
			assert.NotContains(t, e.Error(), "project_id")
		})
	}
}

func TestAnErrorInsideA200(t *testing.T) {
	t.Parallel()
	for body, status := range map[string]int{
		`{"name":"Bad Request","message":"no","code":0,"status":400}`: 400, `{"status":"500"}`: 500, `{"message":"no"}`: 200,
		`{"operations":[],"message":"no"}`: 200, `{"name":"Unauthorized","code":401,"status":401}`: 401, `{"message":"no","status":7}`: 200,
	} {
		t.Run(body, func(t *testing.T) {
			var e *ecommpay.Error
			require.ErrorAs(t, get(t, signedAnswer(t, body)), &e, body)
			assert.Equal(t, status, e.StatusCode)
			assert.Equal(t, status == 401, errors.Is(e, ecommpay.ErrUnauthorized))
			require.ErrorAs(t, get(t, answer(t, 200, body, ecommpay.WithResponseVerification(ecommpay.VerifyOff))), &e, body)
			require.ErrorAs(t, get(t, answer(t, 200, body)), &e, "refusals are not signed")
			require.ErrorIs(t, get(t, answer(t, 200, body[:len(body)-1]+`,"signature":"AAAA"}`)), ecommpay.ErrBadSignature)
		})
	}
	require.NoError(t, get(t, signedAnswer(t, `{"operations":[],"status":200}`)))
}

func TestAnswersThatAreNoList(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", " ", "null", "42", `"x"`, "[]", "<html>", "{", `{"operations":[`, `{"a":1}x`, "\ufeff\ufeff{}", "\x00\xff"} {
		for _, mode := range []ecommpay.VerifyMode{ecommpay.VerifyStrict, ecommpay.VerifyIfPresent, ecommpay.VerifyOff} {
			t.Run(fmt.Sprint(body, ", ", mode), func(t *testing.T) {
				var e *ecommpay.DecodeError
				require.ErrorAs(t, get(t, answer(t, 200, body, ecommpay.WithResponseVerification(mode))), &e, "%q", body)
				assert.Equal(t, 200, e.StatusCode)
				assert.Equal(t, body, string(e.Body))
			})
		}
	}
	for _, body := range []string{`{"a":1}`, `{"operations":null}`, `{"operations":{}}`, `{"operations":7}`} {
		t.Run(body, func(t *testing.T) {
			var e *ecommpay.DecodeError
			require.ErrorAs(t, get(t, signedAnswer(t, body)), &e, body)
		})
	}
	for _, status := range []int{201, 202, 204, 206} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			require.Error(t, get(t, answer(t, status, "")))
		})
	}
}

func TestBadRowsDoNotHideTheGoodOnes(t *testing.T) {
	t.Parallel()
	const body = `{"operations":[{"operation_id":"1"},{"operation_id":"2","sum_initial":{"amount":"4.20 payer@example.com"}},7,{"payment_id":"x"},null,{"operation_id":"5"}]}`
	page, err := signedAnswer(t, body).ListOperations(t.Context(), january)
	require.NoError(t, err)
	require.Len(t, page.Operations, 2)
	assert.Equal(t, "5", page.Operations[1].OperationID)
	require.Len(t, page.Bad, 4)
	assert.Equal(t, []int{1, 2, 3, 4}, []int{page.Bad[0].Index, page.Bad[1].Index, page.Bad[2].Index, page.Bad[3].Index})
	assert.Equal(t, 6, page.NextOffset)
	assert.NotContains(t, fmt.Sprintf("%+v %v", page.Bad, page.Bad[0].Err), "payer@")
}

func TestRetries(t *testing.T) {
	t.Parallel()
	for status, hits := range map[int]int{400: 1, 401: 1, 403: 1, 404: 1, 408: 1, 429: 3, 500: 3, 501: 1, 502: 3, 503: 3, 504: 3} {
		t.Run(fmt.Sprint("status=", status), func(t *testing.T) {
			srv, client := fake(t)
			srv.Inject(ecommpaytest.Fault{Status: status, Times: -1})
			require.Error(t, get(t, client))
			assert.Len(t, srv.Requests(), hits, "%d", status)
		})
	}
	for _, kind := range []ecommpaytest.FaultKind{ecommpaytest.FaultResetBefore, ecommpaytest.FaultResetAfter, ecommpaytest.FaultTruncated, ecommpaytest.FaultBrokenGzip} {
		t.Run(fmt.Sprint(kind), func(t *testing.T) {
			srv, client := fake(t)
			srv.Inject(ecommpaytest.Fault{Kind: kind})
			require.NoError(t, get(t, client))
			assert.Len(t, srv.Requests(), 2)
		})
	}
	srv, client := fake(t)
	srv.Inject(ecommpaytest.Fault{Status: 429, RetryAfter: "3600"})
	var e *ecommpay.Error
	require.ErrorAs(t, get(t, client), &e)
	assert.Equal(t, time.Hour, e.RetryAfter)
	assert.Len(t, srv.Requests(), 1)
}

func TestErrorsOfContextAndNetworkAreReachable(t *testing.T) {
	t.Parallel()
	_, client := fake(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := client.Balances(ctx)
	require.ErrorIs(t, err, context.Canceled)

	gone := newClient(t, "http://127.0.0.1:1/v1", once)
	_, err = gone.Balances(t.Context())
	var network net.Error
	var u *url.Error
	require.ErrorAs(t, err, &network)
	require.NotErrorAs(t, err, &u)
	assert.NotContains(t, err.Error(), "/v1")

	_, err = serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(strings.Repeat("a", 2000)))
	}, ecommpay.WithMaxResponseBytes(1000)).Balances(t.Context())
	require.ErrorIs(t, err, ecommpay.ErrResponseTooLarge)
}

func TestErrorsOfTheirZeroValues(t *testing.T) {
	t.Parallel()
	var e *ecommpay.Error
	var d *ecommpay.DecodeError
	assert.Equal(t, "ecommpay: no error", e.Error())
	assert.Equal(t, "ecommpay: no error", d.Error())
	assert.Equal(t, "ecommpay: call", (&ecommpay.Error{Message: "secret", Body: []byte("secret")}).Error())
	full := &ecommpay.Error{Operation: "Balances", StatusCode: 400, Code: "17", Message: "secret", Body: []byte("secret")}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		assert.Equal(t, "ecommpay: Balances: status 400, code 17", fmt.Sprintf(verb, full))
		assert.Equal(t, "ecommpay: Balances: status 400, code 17", fmt.Sprintf(verb, *full))
	}
}
