package wallet_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// executedElsewhere is another call's failure: its payment is past its execution.
func executedElsewhere() error {
	return &wallet.Error{Operation: "ExecutePayment", StatusCode: 422, Code: wallet.CodeInvalidPaymentStatus, RetryAfter: time.Hour}
}

// An execution that another one's failure cancels is in doubt, and no refusal.
func TestPayOnceCancelledByAnotherOnesFailure(t *testing.T) {
	t.Parallel()
	srv, c := start(t)
	created, err := c.CreatePayment(t.Context(), wallet.NewP2P(testID, "+996000000002", hundred))
	require.NoError(t, err)
	ctx, cancel := context.WithCancelCause(t.Context())
	srv.Inject(wallettest.Fault{Delay: time.Hour, Times: -1, Match: func(r wallettest.Request) bool {
		pays := strings.HasSuffix(r.Path, "/pay")
		if pays {
			cancel(executedElsewhere())
		}
		return pays
	}})
	_, err = c.PayOnce(ctx, created.Payment.ID, wallet.ExecutePaymentRequest{})
	require.ErrorIs(t, err, context.Canceled)
	assert.ErrorIs(t, err, wallet.ErrOutcomeUnknown)
	assert.NotErrorAs(t, err, new(*wallet.Error))
}

// authenticator authenticates by a function.
type authenticator func(*http.Request) error

func (a authenticator) Authenticate(r *http.Request) error { return a(r) }

// What an authenticator returns is reachable, and no answer of the service.
func TestAuthenticatorThatReturnsAnotherCallsRefusal(t *testing.T) {
	t.Parallel()
	srv, honest := start(t)
	created, err := honest.CreatePayment(t.Context(), wallet.NewP2P(testID, "+996000000002", hundred))
	require.NoError(t, err)
	theirs := executedElsewhere()
	c, err := wallet.NewClient(srv.URL(), authenticator(func(r *http.Request) error {
		if r.Method == http.MethodPost {
			return theirs
		}
		r.SetBasicAuth(wallettest.DefaultPhone, wallettest.DefaultPassword)
		return nil
	}), quick)
	require.NoError(t, err)
	before := len(srv.Requests())
	_, err = c.PayOnce(t.Context(), created.Payment.ID, wallet.ExecutePaymentRequest{})
	require.ErrorIs(t, err, theirs)
	assert.NotErrorIs(t, err, wallet.ErrOutcomeUnknown)
	assert.Len(t, srv.Requests()[before:], 1, "one read before, and none for a refusal that was no answer")

	broken, err := wallet.NewClient(srv.URL(), authenticator(func(*http.Request) error { return theirs }), quick)
	require.NoError(t, err)
	_, err = broken.WaitPayment(t.Context(), created.Payment.ID, wallet.WaitParams{})
	assert.ErrorIs(t, err, theirs, "credentials end a wait at once, and their Retry-After is none")
}

// A server's middleware may end the context of a request with any error.
func TestWebhookBodyThatFailsWithACause(t *testing.T) {
	t.Parallel()
	cause := &wallet.Error{Operation: "GetPayment", StatusCode: 401}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	hook := wallet.Webhook{AppID: "app", AppSecret: "secret"}
	srv := wallettest.NewServer(wallettest.WithWebhook(hook))
	t.Cleanup(srv.Close)
	r, err := srv.NewWebhookRequest(ctx, "https://shop.example.com/hook", nil)
	require.NoError(t, err)
	r.Body = io.NopCloser(iotest.ErrReader(cause))
	_, err = hook.Parse(r)
	require.ErrorIs(t, err, wallet.ErrBadWebhook)
	assert.ErrorIs(t, err, context.Canceled)
	assert.NotErrorIs(t, err, wallet.ErrUnauthorized)
}

// confirm may return the cause of the context that it runs under, which is no
// refusal of this payment.
func TestConfirmThatReturnsACause(t *testing.T) {
	t.Parallel()
	_, c := start(t)
	theirs := executedElsewhere()
	ctx, cancel := context.WithCancelCause(t.Context())
	_, err := c.RunPayment(ctx, wallet.NewP2P(testID, "+996000000002", hundred), func(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
		cancel(theirs)
		return wallet.ExecutePaymentRequest{}, context.Cause(ctx)
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.ErrorIs(t, err, theirs, "errors of callbacks stay reachable")
	assert.NotErrorAs(t, err, new(*wallet.Error))
	assert.NotErrorIs(t, err, wallet.ErrOutcomeUnknown)
}
