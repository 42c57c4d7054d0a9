package wallet_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// calls are all single calls, by what a lost answer to them means.
// Lists are sent once because they change marks, but no outcome of a payment
// depends on them.
func calls(t *testing.T) (reads, writes, lists map[string]func(*wallet.Client, ...wallet.CallOption) error) {
	t.Helper()
	ctx := t.Context()
	type call = func(*wallet.Client, ...wallet.CallOption) error
	reads = map[string]call{
		"GetPayment": func(c *wallet.Client, o ...wallet.CallOption) error { _, err := c.GetPayment(ctx, 1, o...); return err },
	}
	writes = map[string]call{
		"CreatePayment": func(c *wallet.Client, o ...wallet.CallOption) error {
			_, err := c.CreatePayment(ctx, phoneBill(testID), o...)
			return err
		},
		"ExecutePayment": func(c *wallet.Client, o ...wallet.CallOption) error {
			_, err := c.ExecutePayment(ctx, 1, wallet.ExecutePaymentRequest{}, o...)
			return err
		},
		"ResetUnseen": func(c *wallet.Client, o ...wallet.CallOption) error { _, err := c.ResetUnseen(ctx, o...); return err },
		"ResetUnseenBest": func(c *wallet.Client, o ...wallet.CallOption) error {
			_, err := c.ResetUnseenBest(ctx, o...)
			return err
		},
		"ReportBestTransfer": func(c *wallet.Client, o ...wallet.CallOption) error {
			_, err := c.ReportBestTransfer(ctx, bestReport(), o...)
			return err
		},
		"SendBill": func(c *wallet.Client, o ...wallet.CallOption) error {
			_, err := c.SendBill(ctx, wallet.SendBillRequest{PaymentID: 1, Email: "payer@example.com"}, o...)
			return err
		},
	}
	lists = map[string]call{
		"ListPayments": func(c *wallet.Client, o ...wallet.CallOption) error {
			_, err := c.ListPayments(ctx, wallet.ListPaymentsParams{}, o...)
			return err
		},
		"AllPayments": func(c *wallet.Client, o ...wallet.CallOption) error {
			for _, err := range c.AllPayments(ctx, wallet.ListPaymentsParams{}, o...) {
				return err
			}
			return nil
		},
		"ListBestTransfers": func(c *wallet.Client, o ...wallet.CallOption) error {
			_, err := c.ListBestTransfers(ctx, o...)
			return err
		},
	}
	return reads, writes, lists
}

func TestEveryStatusIsAnErrorWithItsBody(t *testing.T) {
	t.Parallel()
	reads, writes, _ := calls(t)
	sentinels := map[int]error{401: wallet.ErrUnauthorized, 403: wallet.ErrForbidden, 404: wallet.ErrNotFound, 429: wallet.ErrRateLimited}
	table := map[int]bool{400: true, 401: true, 403: true, 404: true, 405: true, 415: true, 422: true}
	for _, status := range []int{300, 301, 302, 304, 307, 308, 400, 401, 402, 403, 404, 405, 408, 409, 410, 415, 418, 422, 429, 500, 501, 502, 503, 504, 599} {
		refusal := fmt.Sprintf(`{"meta":{"code":%d,"error":"invalid_amount"}}`, status)
		for _, body := range []string{"", refusal, "<html>no</html>", `[]`, `{"meta":`, "\ufeff{}", `{"data":{"id":1}}`, "null", `{"meta":{"code":500}}`, `{"meta":{"code":200}}`} {
			client := answer(t, status, body, wallet.WithRetry(wallet.RetryPolicy{MaxAttempts: 1}))
			for name, call := range reads {
				err := fmt.Errorf("a: %w", fmt.Errorf("b: %w", call(client)))
				isRefusal(t, err, status, body, sentinels)
				assert.NotErrorIs(t, err, wallet.ErrOutcomeUnknown, "%s %d %s", name, status, body)
			}
			err := writes["ExecutePayment"](client)
			isRefusal(t, err, status, body, sentinels)
			definite := table[status] && body == refusal
			assert.Equal(t, !definite, errors.Is(err, wallet.ErrOutcomeUnknown), "%d %q", status, body)
		}
	}
}

func isRefusal(t *testing.T, err error, status int, body string, sentinels map[int]error) {
	t.Helper()
	var e *wallet.Error
	require.ErrorAs(t, err, &e, "%d %q", status, body)
	assert.Equal(t, status, e.StatusCode)
	if status != 304 { // has no body
		assert.Equal(t, body, string(e.Body))
	}
	for s, sentinel := range sentinels {
		assert.Equal(t, s == status, errors.Is(err, sentinel), "%d is %v", status, sentinel)
	}
}

func TestAnErrorInsideA200(t *testing.T) {
	t.Parallel()
	_, writes, _ := calls(t)
	for _, c := range []struct {
		body, want string
		status     int
		unknown    bool
	}{
		{`{"meta":{"code":422,"error":"invalid_amount"}}`, "status 422 (refused), code invalid_amount", 422, false},
		{`{"meta":{"status":401}}`, "status 401 (unauthorized)", 401, false},
		{`{"meta":{"code":"404"}}`, "status 404 (not_found)", 404, false},
		{`{"meta":{"code":500}}`, "status 500 (refused), payment outcome unknown", 500, true},
		{`{"meta":{"code":302}}`, "status 302 (refused), payment outcome unknown", 302, true},
		{`{"meta":{"code":200,"error":"invalid_amount"},"data":{"id":1}}`, "status 200 (refused), code invalid_amount, payment outcome unknown", 200, true},
		{`{"meta":{"error":"invalid_amount"}}`, "status 200 (refused), code invalid_amount, payment outcome unknown", 200, true},
	} {
		t.Run(c.body, func(t *testing.T) {
			err := writes["ExecutePayment"](answer(t, 200, c.body))
			var e *wallet.Error
			require.ErrorAs(t, err, &e, c.body)
			assert.Equal(t, "wallet: ExecutePayment: "+c.want, err.Error())
			assert.Equal(t, c.status, e.StatusCode)
			assert.Equal(t, c.unknown, errors.Is(err, wallet.ErrOutcomeUnknown), c.body)
		})
	}
}

func TestAnUnreadable200(t *testing.T) {
	t.Parallel()
	reads, writes, lists := calls(t)
	maps.Copy(reads, lists)
	for i, body := range []string{
		"", " ", "<html>", "null", "true", `""`, "{}", "[]", `{"data":{"id":1}}`, `{"meta":null,"data":{"id":1}}`, `{"meta":"ok","data":{"id":1}}`,
		`{"meta":{"code":200}`, `{"meta":{"code":200},"data":{"id":1}}x`, "\ufeff\ufeff{\"meta\":{}}", "\x00", strings.Repeat("[", 100000),
		`{"meta":{"code":200},"meta":{"code":200},"data":{"id":1}}`,
	} {
		t.Run(fmt.Sprint("body ", i), func(t *testing.T) {
			client := answer(t, 200, body)
			for name, call := range writes {
				t.Run(name, func(t *testing.T) {
					err := call(client)
					var e *wallet.DecodeError
					require.ErrorAs(t, err, &e, "%s %q", name, body)
					require.ErrorIs(t, err, wallet.ErrOutcomeUnknown, "%s %q", name, body)
					assert.Equal(t, body, string(e.Body))
				})
			}
			for _, call := range reads {
				err := call(client)
				var e *wallet.DecodeError
				require.ErrorAs(t, err, &e)
				assert.NotErrorIs(t, err, wallet.ErrOutcomeUnknown)
			}
		})
	}
	for _, data := range []string{"", `,"data":null`, `,"data":"ok"`, `,"data":[]`, `,"data":{}`, `,"data":{"id":0}`, `,"data":{"id":-1}`, `,"data":{"id":"x"}`, `,"data":{"id":1,"id":2}`} {
		t.Run(data, func(t *testing.T) {
			err := writes["ExecutePayment"](answer(t, 200, `{"meta":{"code":200}`+data+`}`))
			var e *wallet.DecodeError
			require.ErrorAs(t, err, &e, data)
			require.ErrorIs(t, err, wallet.ErrOutcomeUnknown)
		})
	}
}

// One ambiguous attempt stays with a call: a refusal after it is not a proof.
func TestAmbiguityIsStickyAndClearedBySuccess(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]wallettest.Fault{
		"502": {Status: 502}, "reset": {Kind: wallettest.FaultResetAfter}, "truncated": {Kind: wallettest.FaultTruncated},
	} {
		t.Run(name, func(t *testing.T) {
			srv, client := start(t)
			srv.Inject(fault)
			_, err := client.CreatePayment(t.Context(), phoneBill(testID))
			require.NoError(t, err, "%s: a later success clears it", name)

			if name == "truncated" {
				return // a refusal cut short keeps its status only
			}
			missing := wallet.NewOut(wallet.NewClientPaymentID(), 1, hundred, map[string]string{"a": "b"})
			srv.Inject(fault)
			_, err = client.CreatePayment(t.Context(), missing)
			require.ErrorIs(t, err, wallet.ErrNotFound, name)
			require.ErrorIs(t, err, wallet.ErrOutcomeUnknown, name)
			assert.EqualError(t, err, "wallet: CreatePayment: status 422 (not_found), code service_not_found, payment outcome unknown")

			_, err = client.CreatePayment(t.Context(), missing)
			require.ErrorIs(t, err, wallet.ErrNotFound)
			require.NotErrorIs(t, err, wallet.ErrOutcomeUnknown)
		})
	}
}

// What changes state is sent once, whatever the fault; on a reused connection
// too, where net/http would repeat a GET on its own.
func TestWhatIsSentOnceIsSentOnce(t *testing.T) {
	t.Parallel()
	_, writes, lists := calls(t)
	all := maps.Clone(writes)
	maps.Copy(all, lists)
	for name, call := range all {
		for i, fault := range []wallettest.Fault{
			{Kind: wallettest.FaultResetBefore},
			{Kind: wallettest.FaultResetAfter},
			{Kind: wallettest.FaultTruncated},
			{Status: 429},
			{Status: 500},
			{Status: 502},
			{Status: 503, RetryAfter: "0"},
			{Status: 504},
			{Status: 408},
			{Kind: wallettest.FaultHTML},
			{Kind: wallettest.FaultEmpty},
		} {
			t.Run(fmt.Sprint(name, ", case ", i), func(t *testing.T) {
				if name == "CreatePayment" {
					return
				}
				srv, client := start(t)
				_, err := client.CreatePayment(t.Context(), phoneBill(testID)) // the connection
				require.NoError(t, err)
				srv.ResetRequests()
				srv.Inject(fault)
				err = call(client)
				require.Error(t, err)
				assert.Equal(t, writes[name] != nil, errors.Is(err, wallet.ErrOutcomeUnknown), "%s %+v: %v", name, fault.Kind, err)
				assert.Len(t, srv.Requests(), 1, "%s %+v", name, fault.Kind)
			})
		}
	}
}

func TestWhatWasCertainlyNotSentIsRepeatedAndKnown(t *testing.T) {
	t.Parallel()
	reads, writes, lists := calls(t)
	for i, all := range []map[string]func(*wallet.Client, ...wallet.CallOption) error{reads, writes, lists} {
		for name, call := range all {
			t.Run(fmt.Sprint("case ", i, ", ", name), func(t *testing.T) {
				dials := 0
				client := newClient(t, "http://127.0.0.1:1/", wallet.WithHTTPClient(&http.Client{Transport: wire(func(*http.Request) (*http.Response, error) {
					dials++
					return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
				})}))
				err := call(client)
				require.ErrorIs(t, err, syscall.ECONNREFUSED)
				require.NotErrorIs(t, err, wallet.ErrOutcomeUnknown, name)
				assert.Equal(t, 3, dials, name)
			})
		}
	}
}

func TestAnAmbiguousCallWhoseContextEndsIsStillUnknown(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	client := serve(t, func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
	_, err := client.ExecutePayment(ctx, 1, wallet.ExecutePaymentRequest{})
	require.ErrorIs(t, err, wallet.ErrOutcomeUnknown)
	require.ErrorIs(t, err, context.Canceled)
	assert.EqualError(t, err, "wallet: ExecutePayment: context canceled, payment outcome unknown")

	_, err = client.ExecutePayment(ctx, 1, wallet.ExecutePaymentRequest{})
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, wallet.ErrOutcomeUnknown, "it ended before anything was sent")

	synctest.Test(t, func(t *testing.T) { // so that only silence takes time
		silent := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			conn, service := net.Pipe()
			go func() { _, _ = io.Copy(io.Discard, service) }()
			return conn, nil
		}}
		slow := newClient(t, "http://127.0.0.1/", wallet.WithHTTPClient(&http.Client{Transport: silent}))
		_, err = slow.ExecutePayment(t.Context(), 1, wallet.ExecutePaymentRequest{})
	})
	require.ErrorIs(t, err, wallet.ErrOutcomeUnknown)
	var timeout net.Error
	require.ErrorAs(t, err, &timeout)
	assert.True(t, timeout.Timeout())
	var u *url.Error
	assert.NotErrorAs(t, err, &u)
}

func TestResponseTooLarge(t *testing.T) {
	t.Parallel()
	client := answer(t, 200, strings.Repeat(" ", 2000), wallet.WithMaxResponseBytes(1000))
	_, err := client.ExecutePayment(t.Context(), 1, wallet.ExecutePaymentRequest{})
	require.ErrorIs(t, err, wallet.ErrResponseTooLarge)
	require.ErrorIs(t, err, wallet.ErrOutcomeUnknown)
	assert.EqualError(t, err, "wallet: response too large: ExecutePayment, payment outcome unknown")
	_, err = client.GetPayment(t.Context(), 1)
	assert.EqualError(t, err, "wallet: response too large: GetPayment")
}

func TestRetryAfterIsHandedBack(t *testing.T) {
	t.Parallel()
	srv, client := start(t)
	srv.Inject(wallettest.Fault{Status: 429, RetryAfter: "3600"})
	_, err := client.GetPayment(t.Context(), 1)
	var e *wallet.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, time.Hour, e.RetryAfter)
	assert.Len(t, srv.Requests(), 1)
}

// Every documented code is in the group that its constant stands in.
func TestGroupsOfCodes(t *testing.T) {
	t.Parallel()
	groups := map[error][]string{
		wallet.ErrMissingParameter: {
			"missing_type", "missing_client_payment_id", "missing_amount", "missing_service", "missing_parameters",
			"missing_destination", "missing_phone", "missing_password", "empty_request",
		},
		wallet.ErrInvalidParameter: {
			"invalid_amount", "invalid_destination", "invalid_payment_parameters", "invalid_next_action", "invalid_payment_status",
			"invalid_phone", "invalid_password", "invalid_code", "message_too_long",
		},
		wallet.ErrNotFound:          {"service_not_found", "destination_not_found", "card_not_found", "wallet_not_found"},
		wallet.ErrInsufficientFunds: {"insufficient_funds"},
		wallet.ErrLimitExceeded: {
			"in_amount_limit_exceeded", "out_amount_limit_exceeded", "amount_limit_exceeded", "monthly_in_turnover_limit_exceeded",
			"monthly_out_turnover_limit_exceeded", "active_cards_limit_exceeded", "active_cards_limit", "in_amount_limit",
		},
		wallet.ErrWrongState: {
			"card_not_active", "wallet_not_active", "wallet_disabled", "wallet_not_identified", "destination_wallet_not_identified",
			"reset_password", "code_expired", "failure_limit_exceeded", "resend_limit_exceeded", "already_active", "already_enabled",
			"already_disabled", "phone_already_exists", "person_already_verified",
		},
	}
	for want, codes := range groups {
		t.Run(fmt.Sprint("want=", want), func(t *testing.T) {
			for _, code := range codes {
				_, err := answer(t, 422, `{"meta":{"code":422,"error":"`+code+`","error_message":"words","details":{"limit":1}}}`).GetPayment(t.Context(), 1)
				var e *wallet.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, code, e.Code)
				assert.Equal(t, "words", e.Message)
				assert.JSONEq(t, `{"limit":1}`, string(e.Details))
				for group := range groups {
					assert.Equal(t, errors.Is(group, want), errors.Is(err, group), "%s is %v", code, group)
				}
			}
		})
	}
	_, err := answer(t, 422, `{"meta":{"code":422,"error":"brand_new"}}`).GetPayment(t.Context(), 1)
	for group := range groups {
		assert.NotErrorIs(t, err, group)
	}
}

func TestTheCodeIsPrintedOnlyWhereItIsOne(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"monthly_out_turnover_limit_exceeded"`: ", code monthly_out_turnover_limit_exceeded",
		`"Test Payer"`:                          "",
		`"996000000001"`:                        "",
		`996000000001`:                          "",
		`"` + strings.Repeat("a", 65) + `"`:     "",
		`"` + testPassword + `"`:                "",
		`{"a":1}`:                               "",
		`null`:                                  "",
	} {
		_, err := answer(t, 422, `{"meta":{"code":422,"error":`+text+`}}`).GetPayment(t.Context(), 1)
		assert.EqualError(t, err, "wallet: GetPayment: status 422"+want)
	}
}

func TestZeroErrorsPrint(t *testing.T) {
	t.Parallel()
	var refusal *wallet.Error
	var decode *wallet.DecodeError
	assert.Equal(t, "wallet: call", (&wallet.Error{}).Error())
	assert.Equal(t, "wallet: call: <nil>", (&wallet.DecodeError{}).Error())
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		assert.NotPanics(t, func() { _ = fmt.Sprintf(verb, refusal) + fmt.Sprintf(verb, decode) })
	}
	assert.EqualError(t, wallet.ErrOutcomeUnknown, "payment outcome unknown")
}
