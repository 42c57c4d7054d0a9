package finik_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

// looks is a client that answers reads in turn, the last one for ever, and notes
// when they came.
func looks(t *testing.T, at *[]time.Duration, answers ...string) *finik.Client {
	t.Helper()
	began := time.Now()
	return unsigned(t, finik.BetaURL, finik.WithRetry(finik.RetryPolicy{MaxAttempts: 1}), over(func(*http.Request) (*http.Response, error) {
		*at = append(*at, time.Since(began))
		body := answers[min(len(*at), len(answers))-1]
		var status int
		if _, err := fmt.Sscanf(body, "%d", &status); err == nil {
			return newResponse(status, body[3:], "Retry-After", "90"), nil
		}
		return newResponse(200, body), nil
	}))
}

func state(status finik.Status) string {
	return fmt.Sprintf(`{"id":"7_x","status":%q,"transactionId":%q}`, status, testID)
}

func TestWaitPayment(t *testing.T) {
	t.Parallel()
	const second = time.Second
	for name, tt := range map[string]struct {
		params  finik.WaitParams
		answers []string
		at      []time.Duration
		status  finik.Status
	}{
		"defaults": {
			finik.WaitParams{},
			[]string{state("PENDING"), state("PROCESSING"), state("PROCESSING"), state("PROCESSING"), state("PROCESSING"), state("SUCCEEDED")},
			[]time.Duration{30 * second, 40 * second, 60 * second, 100 * second, 160 * second, 220 * second},
			finik.StatusSucceeded,
		},
		"at once":      {finik.WaitParams{First: 1}, []string{state("FAILED")}, []time.Duration{1}, finik.StatusFailed},
		"own":          {finik.WaitParams{First: second, MinInterval: 2 * second, MaxInterval: 3 * second}, []string{state("PENDING"), state("PENDING"), state("PENDING"), state("canceled")}, []time.Duration{second, 3 * second, 6 * second, 9 * second}, "canceled"},
		"short":        {finik.WaitParams{MaxInterval: second}, []string{state("PENDING"), state("SUCCEEDED")}, []time.Duration{30 * second, 31 * second}, finik.StatusSucceeded},
		"out of reach": {finik.WaitParams{First: 1, MinInterval: second}, []string{`503{"statusCode":503}`, `429`, state("SUCCEEDED")}, []time.Duration{1, 90*second + 1, 180*second + 1}, finik.StatusSucceeded},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var at []time.Duration
				p, err := looks(t, &at, tt.answers...).WaitPayment(t.Context(), "7_x", tt.params)
				require.NoError(t, err, name)
				assert.Equal(t, tt.status, p.Status, name)
				assert.Equal(t, tt.at, at, name)
			})
		})
	}
}

func TestWaitPaymentEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		p, err := looks(t, &at, state("PROCESSING")).WaitPayment(ctx, "7_x", finik.WaitParams{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NotErrorIs(t, err, finik.ErrOutcomeUnknown, "a wait only reads")
		assert.Equal(t, finik.StatusProcessing, p.Status, "the last known state")

		p, err = looks(t, &at, state("PENDING"), `503{"statusCode":503}`).WaitPayment(ctx, "7_x", finik.WaitParams{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Nil(t, p)
	})
	for body, sentinel := range map[string]error{
		`404{"statusCode":404}`: finik.ErrNotFound, `403{"message":"no"}`: finik.ErrForbidden, `{"id":"8_y","status":"SUCCEEDED"}`: finik.ErrOtherPayment,
	} {
		t.Run(body, func(t *testing.T) {
			var at []time.Duration
			_, err := looks(t, &at, state("PENDING"), body).WaitPayment(t.Context(), "7_x", brisk)
			require.ErrorIs(t, err, sentinel)
			assert.Len(t, at, 2)
		})
	}
	var at []time.Duration
	_, err := looks(t, &at, "<html>").WaitPayment(t.Context(), "7_x", brisk)
	var undecoded *finik.DecodeError
	require.ErrorAs(t, err, &undecoded)
}
