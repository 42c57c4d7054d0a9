package finik_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

func TestAnswersAboutOtherPayments(t *testing.T) {
	t.Parallel()
	for i, id := range []string{"", "other", strings.ToUpper(testID)} {
		t.Run(fmt.Sprint("id ", i), func(t *testing.T) {
			c, _ := counted(t, 200, paid(id))
			_, err := c.CreatePayment(t.Context(), transfer(testID))
			require.ErrorIs(t, err, finik.ErrOtherPayment, id)
			require.ErrorIs(t, err, finik.ErrOutcomeUnknown, id)
		})
	}
	c, _ := counted(t, 200, paid(testID))
	_, err := c.WaitPayment(t.Context(), "8_y", brisk)
	require.ErrorIs(t, err, finik.ErrOtherPayment)
	assert.NotErrorIs(t, err, finik.ErrOutcomeUnknown)
}

// A payment that failed says why, and is a payment.
func TestAFailedPaymentIsRead(t *testing.T) {
	t.Parallel()
	for _, code := range []string{`402`, `"402"`, `502`, `409`, `404`, `200`} {
		t.Run(code, func(t *testing.T) {
			c, hits := counted(t, 200, `{"id":"7_x","status":"FAILED","statusCode":`+code+`,"errorMessage":"no","transactionDate":1700000000000}`)
			p, err := c.GetPayment(t.Context(), "7_x")
			require.NoError(t, err, code)
			assert.Equal(t, finik.StatusFailed, p.Status)
			assert.Equal(t, strings.Trim(code, `"`), fmt.Sprint(p.StatusCode))
			assert.True(t, p.Final())
			assert.Equal(t, 1, *hits)
		})
	}
	c, _ := counted(t, 200, `{"id":"7_x","statusCode":404}`) // no payment
	_, err := c.GetPayment(t.Context(), "7_x")
	require.ErrorIs(t, err, finik.ErrNotFound)
	c, _ = counted(t, 404, `{"id":"7_x","status":"FAILED","statusCode":200}`)
	_, err = c.GetPayment(t.Context(), "7_x")
	require.ErrorIs(t, err, finik.ErrNotFound)
}

// Doubt stays: a refusal after a lost answer is no definite no, and a success
// clears it.
func TestDoubtIsSticky(t *testing.T) {
	t.Parallel()
	lost := func() (*http.Response, error) { return nil, syscall.ECONNRESET }
	status := func(status int) func() (*http.Response, error) {
		return func() (*http.Response, error) {
			return newResponse(status, fmt.Sprintf(`{"statusCode":%d,"errorMessage":"no"}`, status)), nil
		}
	}
	success := func() (*http.Response, error) { return newResponse(201, paid(testID)), nil }
	inside := func() (*http.Response, error) { return newResponse(200, `{"statusCode":503}`), nil }
	dial := func() (*http.Response, error) { return nil, syscall.ECONNREFUSED }
	for name, tt := range map[string]struct {
		answers  []func() (*http.Response, error)
		sentinel error
		unknown  bool
	}{
		"refused":            {[]func() (*http.Response, error){status(402)}, finik.ErrInsufficientFunds, false},
		"lost and refused":   {[]func() (*http.Response, error){lost, status(402)}, finik.ErrInsufficientFunds, true},
		"503 and refused":    {[]func() (*http.Response, error){status(503), status(403)}, finik.ErrForbidden, true},
		"inside and refused": {[]func() (*http.Response, error){inside, status(401)}, finik.ErrUnauthorized, true},
		"429 and refused":    {[]func() (*http.Response, error){status(429), status(402)}, finik.ErrInsufficientFunds, true}, // as 429 alone
		"429 and paid":       {[]func() (*http.Response, error){status(429), success}, nil, false},
		"lost and duplicate": {[]func() (*http.Response, error){lost, status(409)}, finik.ErrDuplicate, true},
		"lost thrice":        {[]func() (*http.Response, error){lost, lost, lost}, syscall.ECONNRESET, true},
		"lost and paid":      {[]func() (*http.Response, error){lost, inside, success}, nil, false},
		"never dialled":      {[]func() (*http.Response, error){dial, dial, dial}, syscall.ECONNREFUSED, true}, // nothing proves it: no trace, no net.OpError
	} {
		t.Run(name, func(t *testing.T) {
			next := 0
			c := unsigned(t, finik.BetaURL, over(func(*http.Request) (*http.Response, error) { next++; return tt.answers[next-1]() }))
			_, err := c.CreatePayment(t.Context(), transfer(testID))
			assert.Equal(t, len(tt.answers), next, name)
			require.ErrorIs(t, err, tt.sentinel, name)
			assert.Equal(t, tt.unknown, errors.Is(err, finik.ErrOutcomeUnknown), name)
		})
	}
}

func TestNothingLeftIsNoDoubt(t *testing.T) {
	t.Parallel()
	c := unsigned(t, "http://127.0.0.1:1") // nobody listens there
	_, err := c.CreatePayment(t.Context(), transfer(testID))
	require.Error(t, err)
	assert.NotErrorIs(t, err, finik.ErrOutcomeUnknown)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.CreatePayment(ctx, transfer(testID))
	require.ErrorIs(t, err, context.Canceled)
	assert.NotErrorIs(t, err, finik.ErrOutcomeUnknown)
}
