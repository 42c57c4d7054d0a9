package finik_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// refusalOfA is the refusal of another payout, which errgroup ends the context of
// all others with. It names a payment that exists.
func refusalOfA(t *testing.T, c *finik.Client) (made *finik.Payment, refused error) {
	t.Helper()
	a := topUp(finik.NewTransactionID())
	made, err := c.CreatePayment(t.Context(), a)
	require.NoError(t, err)
	_, refused = c.CreatePayment(t.Context(), a)
	require.ErrorIs(t, refused, finik.ErrDuplicate)
	var e *finik.Error
	require.ErrorAs(t, refused, &e)
	require.Equal(t, made.ID, e.PaymentID)
	return made, refused
}

// A payout that another one's failure cancels is about no other payment.
func TestPayoutCancelledByAnotherOnesFailure(t *testing.T) {
	t.Parallel()
	for _, resume := range []bool{false, true} {
		t.Run(fmt.Sprint("resume=", resume), func(t *testing.T) {
			srv, c := start(t, finiktest.WithNamedDuplicates(), finiktest.WithManualProcessing())
			_, refused := refusalOfA(t, c)
			ctx, cancel := context.WithCancelCause(t.Context())
			b := topUp(testID)
			srv.Inject(finiktest.Fault{Delay: time.Hour, Times: -1, Match: func(r finiktest.Request) bool {
				if !bytes.Contains(r.Body, []byte(b.TransactionID)) {
					return false
				}
				cancel(refused)
				return true
			}})
			p, err := c.RunPayout(ctx, b, finik.PayoutParams{SkipRecipient: true, Resume: resume, Wait: brisk, Created: func(id string) error {
				t.Errorf("told to store %s", id)
				return nil
			}})
			assert.Nil(t, p)
			require.ErrorIs(t, err, context.Canceled)
			assert.ErrorIs(t, err, finik.ErrOutcomeUnknown)
			assert.NotErrorIs(t, err, finik.ErrDuplicate)
			assert.NotErrorAs(t, err, new(*finik.Error))
		})
	}
}

// Check and Created may return the cause of the context that they run under: it
// names no payment of this payout.
func TestCallbacksOfAPayoutThatReturnACause(t *testing.T) {
	t.Parallel()
	_, c := start(t, finiktest.WithNamedDuplicates(), finiktest.WithManualProcessing())
	_, refused := refusalOfA(t, c)
	for name, made := range map[string]bool{"Check": false, "Created": true} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			fail := func() error { cancel(refused); return context.Cause(ctx) }
			p := finik.PayoutParams{Wait: brisk, Check: func(finik.Recipient) error { return fail() }}
			if made {
				p.Check, p.Created = nil, func(string) error { return fail() }
			}
			_, err := c.RunPayout(ctx, topUp(finik.NewTransactionID()), p)
			require.ErrorIs(t, err, context.Canceled, name)
			assert.ErrorIs(t, err, refused, "errors of callbacks stay reachable")
			assert.NotErrorAs(t, err, new(*finik.Error), name)
			assert.NotErrorIs(t, err, finik.ErrDuplicate, name)
			assert.Equal(t, made, errors.Is(err, finik.ErrOutcomeUnknown), name)
		})
	}
}

// A signer may return the failure of another call: it is not a refusal of this one,
// and nothing is written into it.
func TestSignerThatReturnsAnotherPaymentsRefusal(t *testing.T) {
	t.Parallel()
	srv, honest := start(t, finiktest.WithNamedDuplicates(), finiktest.WithManualProcessing())
	made, refused := refusalOfA(t, honest)
	signer := signerFunc(func(context.Context, []byte) ([]byte, error) { return nil, refused })
	c, err := finik.NewClient(srv.URL(), finik.Credentials{APIKey: finiktest.DefaultCredentials().APIKey, Signer: signer}, quick)
	require.NoError(t, err)
	for _, resume := range []bool{false, true} {
		_, err = c.RunPayout(t.Context(), topUp(testID), finik.PayoutParams{SkipRecipient: true, Resume: resume, Wait: brisk, Created: func(id string) error {
			t.Errorf("told to store %s", id)
			return nil
		}})
		assert.ErrorIs(t, err, refused, "errors of callbacks stay reachable")
	}
	_, err = c.WaitPayment(t.Context(), made.ID, brisk)
	assert.ErrorIs(t, err, refused, "credentials end a wait, whatever status their error has")
}

// No attempt writes into the refusal of another call.
func TestCreatePaymentWritesIntoItsOwnErrorOnly(t *testing.T) {
	t.Parallel()
	theirs := &finik.Error{Operation: "CreatePayment", StatusCode: 422}
	answers := 0
	signer := signerFunc(func(context.Context, []byte) ([]byte, error) {
		if answers > 0 {
			return nil, theirs
		}
		return []byte("signature"), nil
	})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answers++
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"id":"id-of-B","transactionId":"` + testID + `","status":"PENDING"}`))
	}))
	t.Cleanup(server.Close)
	c, err := finik.NewClient(server.URL, finik.Credentials{APIKey: testKey, Signer: signer}, quick)
	require.NoError(t, err)
	_, err = c.CreatePayment(t.Context(), topUp(testID))
	require.ErrorIs(t, err, finik.ErrOutcomeUnknown)
	assert.ErrorIs(t, err, theirs)
	assert.Empty(t, theirs.PaymentID)
}

// A server's middleware may end the context of a request with any error.
func TestWebhookBodyThatFailsWithACause(t *testing.T) {
	t.Parallel()
	cause := &finik.Error{Operation: "GetPayment", StatusCode: 401}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	keys := newHookKeys(t)
	request := newDelivery(keys).signed(t).request().WithContext(ctx)
	request.Body = io.NopCloser(iotest.ErrReader(cause))
	_, err := keys.webhook().Parse(request)
	require.ErrorIs(t, err, finik.ErrBadWebhook)
	assert.ErrorIs(t, err, context.Canceled)
	assert.NotErrorIs(t, err, finik.ErrUnauthorized)
}
