package finik_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

// refusalRow is a row of the provider's table of refusals.
type refusalRow struct {
	StatusCode   int
	ErrorMessage string
	Retriable    bool
	Reason       finik.Reason
}

// table is the whole of it, as the provider's document has it.
func table(t *testing.T) []refusalRow {
	t.Helper()
	text, err := os.ReadFile("testdata/refusals.json")
	require.NoError(t, err)
	var rows []refusalRow
	require.NoError(t, json.Unmarshal(text, &rows))
	require.Len(t, rows, 27)
	return rows
}

// refusedWith is the error of a payment that is refused with a message.
func refusedWith(t *testing.T, httpStatus, code int, message string) *finik.Error {
	t.Helper()
	body, err := json.Marshal(map[string]any{"statusCode": code, "errorMessage": message})
	require.NoError(t, err)
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(httpStatus)
		_, _ = w.Write(body)
	}, finik.WithRetry(finik.RetryPolicy{MaxAttempts: 1}))
	_, err = client.CreatePayment(t.Context(), transfer(testID))
	var e *finik.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, message, e.Message, "as received")
	return e
}

func TestEveryDocumentedRefusalHasItsReason(t *testing.T) {
	t.Parallel()
	sentinels := map[int]error{
		401: finik.ErrUnauthorized, 402: finik.ErrInsufficientFunds, 403: finik.ErrForbidden, 404: finik.ErrNotFound, 409: finik.ErrDuplicate,
	}
	seen := map[finik.Reason]bool{}
	for _, r := range table(t) {
		assert.False(t, seen[r.Reason], r.Reason)
		seen[r.Reason] = true
		t.Run(string(r.Reason), func(t *testing.T) {
			t.Parallel()
			for where, httpStatus := range map[string]int{"status line": r.StatusCode, "inside a 200": http.StatusOK} {
				e := refusedWith(t, httpStatus, r.StatusCode, r.ErrorMessage)
				assert.Equal(t, r.Reason, e.Reason, where)
				assert.Equal(t, r.Retriable, e.Retriable(), where)
				for status, sentinel := range sentinels {
					assert.Equal(t, status == r.StatusCode, errors.Is(e, sentinel), "%s: %v", where, sentinel)
				}
				assert.Equal(t, r.StatusCode >= 409, errors.Is(e, finik.ErrOutcomeUnknown), where)
				assert.NotContains(t, e.Error(), r.ErrorMessage)
			}
			for name, vary := range map[string]func(string) string{
				"upper case":   strings.ToUpper,
				"lower case":   strings.ToLower,
				"blanks":       func(s string) string { return "  " + strings.ReplaceAll(s, " ", " \t\u00a0") + "\n" },
				"no full stop": func(s string) string { return strings.TrimRight(s, ".") },
				"full stop":    func(s string) string { return s + " ." },
				"no quotes":    func(s string) string { return strings.NewReplacer("`", "", `"`, "").Replace(s) },
				"curly quotes": func(s string) string { return strings.NewReplacer("`", "’", `"`, "“").Replace(s) },
			} {
				assert.Equal(t, r.Reason, refusedWith(t, r.StatusCode, r.StatusCode, vary(r.ErrorMessage)).Reason, name)
			}
		})
	}
}

// Two rows have places for names.
func TestReasonsWithPlaceholders(t *testing.T) {
	t.Parallel()
	for message, status := range map[string]int{
		"User does not exist.":                                    404,
		"Account does not exist":                                  404,
		"An invalid operation ID is provided.":                    404,
		"An invalid payment ID is provided.":                      404,
		"The requested resource has not been found.":              404,
		"The requested resource has not been found: /v2/payments": 0,
		"does not exist.":                                         0,
		"An invalid ID is provided.":                              0,
		`Service "Balance" is temporarily unavailable.`:           502,
		`Service "Мегаком 2" is temporarily unavailable.`:         502,
		"Service Mobile is temporarily unavailable":               502,
		`Service "" is temporarily unavailable.`:                  0,
		"Service is temporarily unavailable.":                     0,
	} {
		t.Run(message, func(t *testing.T) {
			t.Parallel()
			for _, s := range []int{404, 502} {
				want := map[int]finik.Reason{404: finik.ReasonNotFound, 502: finik.ReasonServiceUnavailable}[s]
				if s != status {
					want = ""
				}
				assert.Equal(t, want, refusedWith(t, s, s, message).Reason, s)
			}
		})
	}
}

// What the table does not have has no reason, and all of it stays in the error.
func TestUnknownRefusalsHaveNoReason(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		status  int
		message string
	}{
		{400, "Insufficient funds."}, // another status
		{402, ""},
		{402, "Insufficient fund."},
		{402, "Insufficient funds. Please top up."},
		{402, "Недостаточно средств."},
		{403, "The recipient is blocked."},
		{400, "User does not exist."},
		{400, "."},
		{409, "*"},
		{418, "Internal Server Error"},
		{503, strings.Repeat("Service provider is unavailable.", 100)},
	} {
		t.Run(fmt.Sprint(tt.status, ", ", tt.message[:min(40, len(tt.message))]), func(t *testing.T) {
			t.Parallel()
			e := refusedWith(t, tt.status, tt.status, tt.message)
			assert.Empty(t, e.Reason)
			assert.Equal(t, tt.status, e.StatusCode)
		})
	}
}

// The worse of two statuses decides, here too.
func TestRetriableIsByStatus(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{302: false, 400: false, 408: false, 409: false, 429: false, 500: true, 501: false, 502: true, 503: true, 504: false} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, want, refusedWith(t, status, status, "no").Retriable())
			assert.Equal(t, want, (&finik.Error{StatusCode: status}).Retriable())
		})
	}
	assert.True(t, refusedWith(t, 400, 503, "no").Retriable())
	var none *finik.Error
	assert.False(t, none.Retriable())
	assert.Empty(t, none.Class())
}
