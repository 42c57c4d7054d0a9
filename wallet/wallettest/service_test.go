package wallettest_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// The documentation's own example of a payment that waits for parameters.
func TestServiceBankHasItsParameters(t *testing.T) {
	t.Parallel()
	srv := wallettest.Run(t, wallettest.InMemory())
	client, err := wallet.NewClient(srv.URL(), wallettest.DefaultCredentials(), wallet.WithHTTPClient(srv.Client()))
	require.NoError(t, err)
	values := map[string]string{"phoneNumber": "9267101283", "BIK": "044583151", "Name": "name", "SName": "sname", "Fam": "fam"}
	result, err := client.CreatePayment(t.Context(), wallet.NewOut(wallet.NewClientPaymentID(), wallettest.ServiceBank, decimal.Hundred, values))
	require.NoError(t, err)
	assert.Equal(t, wallet.NextActionUpdate, result.Meta.NextAction)
	assert.Equal(t, "Мультибанк", result.Payment.Service.Name)
	var ids []string
	for _, p := range result.Payment.Parameters {
		ids = append(ids, p.ID)
		assert.Equal(t, new(false), p.IsRequired)
	}
	assert.Equal(t, []string{"phoneNumber", "BIK", "Name", "SName", "Fam"}, ids)
}

func TestDeliverWebhooks(t *testing.T) {
	t.Parallel()
	srv := wallettest.Run(t, wallettest.WithProcessingReads(0))
	p := call(t, srv, "POST", "/payments", bill).payment(t)
	call(t, srv, "POST", path(p, "/pay"), "")
	call(t, srv, "GET", path(p, ""), "")
	srv.Undo(p.ID)
	left, err := srv.DeliverWebhooks(t.Context(), "http://127.0.0.1:1/", wallettest.DeliverParams{Attempts: 2})
	require.NoError(t, err)
	assert.Equal(t, 2, left)

	var types []wallet.EventType
	hook := wallet.Webhook{AppID: wallettest.DefaultAppID, AppSecret: wallettest.DefaultAppSecret}
	receiver := httptest.NewServer(hook.Handler(func(_ context.Context, e *wallet.Event) error {
		if types = append(types, e.Type); len(types) == 1 {
			return errors.New("busy") // it comes again
		}
		return nil
	}))
	defer receiver.Close()
	left, err = srv.DeliverWebhooks(t.Context(), receiver.URL, wallettest.DeliverParams{})
	require.NoError(t, err)
	assert.Zero(t, left)
	assert.Equal(t, []wallet.EventType{wallet.EventTypeComplete, wallet.EventTypeUndo, wallet.EventTypeComplete}, types)
	for i, e := range srv.Events() {
		assert.True(t, e.Acknowledged)
		assert.Equal(t, 4-i, e.Sent)
	}
	srv.ResetEvents()
	assert.Zero(t, srv.Events()[0].Sent)
	_, err = srv.DeliverWebhooks(t.Context(), ":", wallettest.DeliverParams{})
	require.Error(t, err)
}

func TestPageLimit(t *testing.T) {
	t.Parallel()
	srv := wallettest.Run(t, wallettest.WithPageLimit(2), wallettest.WithProcessingReads(0))
	client, err := wallet.NewClient(srv.URL(), wallettest.DefaultCredentials())
	require.NoError(t, err)
	for range 5 {
		request := wallet.NewP2P(wallet.NewClientPaymentID(), wallettest.OtherPhone, decimal.One)
		_, err := client.RunPayment(t.Context(), request, func(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
			return wallet.ExecutePaymentRequest{}, nil
		})
		require.NoError(t, err)
	}
	page, err := client.ListPayments(t.Context(), wallet.ListPaymentsParams{Size: 100})
	require.NoError(t, err)
	assert.Len(t, page.Payments, 2)
}
