package finiktest_test

import (
	"context"
	"crypto/rsa"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// Nobody reads the payments: time alone ends them.
func TestProcessingTimeEndsPaymentsThatNobodyReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := finiktest.Run(t, finiktest.InMemory(), finiktest.WithProcessingTime(time.Minute))
		client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials(), finik.WithHTTPClient(srv.Client()))
		require.NoError(t, err)
		begun := time.Now().UTC()
		for _, id := range []string{"1", "2"} {
			p, err := client.CreatePayment(t.Context(), request(id))
			require.NoError(t, err)
			assert.False(t, p.Final())
			assert.Empty(t, srv.Events())
			time.Sleep(30 * time.Second)
		}
		events := srv.Events()
		require.Len(t, events, 1)
		assert.Equal(t, "1", events[0].TransactionID)
		p, ok := srv.Payment("1")
		assert.True(t, ok)
		assert.Equal(t, finik.StatusSucceeded, p.Status)
		p, _ = srv.Payment("2")
		assert.Equal(t, finik.StatusPending, p.Status)

		time.Sleep(time.Hour)
		require.Len(t, srv.Events(), 2)
		hook := finik.Webhook{PublicURL: "https://shop.example.com/", Keys: []*rsa.PublicKey{finiktest.PublicKey()}}
		for i, e := range srv.Events() {
			ended := srv.Payments()[i].TransactionDate.UTC()
			assert.Equal(t, begun.Add(time.Minute+time.Duration(i)*30*time.Second), ended, "when it ended, not when it was seen")
			request, err := srv.NewWebhookRequest(t.Context(), hook.PublicURL, e.Body)
			require.NoError(t, err)
			event, err := hook.Parse(request)
			require.NoError(t, err)
			assert.True(t, event.TransactionDate.IsZero(), "events of payouts have none")
		}
	})
}

func TestProcessingTimeAndTheClockOfTheServer(t *testing.T) {
	t.Parallel()
	srv := finiktest.Run(t, finiktest.WithProcessingTime(time.Hour))
	p, err := newClient(t, srv).CreatePayment(t.Context(), request("1"))
	require.NoError(t, err)
	srv.Advance(time.Hour)
	left, err := srv.DeliverWebhooks(context.Background(), "http://127.0.0.1:1/", finiktest.DeliverParams{Attempts: 1})
	require.NoError(t, err)
	assert.Equal(t, 1, left)
	events := srv.Events()
	require.Len(t, events, 1)
	assert.Equal(t, 1, events[0].Sent)
	srv.Fail(p.ID, 402)
	assert.Len(t, srv.Events(), 1, "it is at its end already")
}

func TestServicesOfKyrgyzstan(t *testing.T) {
	t.Parallel()
	srv := finiktest.Run(t)
	page, err := newClient(t, srv).ListServices(t.Context(), finik.ListServicesParams{ParentID: "kyrgyzstan", Size: 50})
	require.NoError(t, err)
	require.Greater(t, len(page.Services), 5)
	ids := map[string]bool{}
	for _, s := range page.Services {
		assert.Equal(t, finiktest.CategoryKyrgyzstan, s.ParentID)
		ids[s.ID] = true
	}
	assert.True(t, ids[finiktest.ServiceMobile])
	assert.False(t, ids[finiktest.ServiceFinik])
}
