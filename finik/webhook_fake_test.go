package finik_test

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/internal/testform"
)

// Deliveries that repeat, come in any order, through a proxy, to a receiver that
// fails now and then: every payment is acted upon once.
func TestWebhooksOfTheFake(t *testing.T) {
	t.Parallel()
	srv, client := start(t)
	want := map[string]finik.Status{}
	for i := range 30 {
		id := fmt.Sprintf("tx-%d", i)
		payment, err := client.CreatePayment(t.Context(), transfer(id))
		require.NoError(t, err)
		want[id+" "+payment.ID] = finik.StatusSucceeded
	}

	var mu sync.Mutex
	acted, seen := map[string]finik.Status{}, 0
	errBusy := errors.New("busy")
	handle := func(_ context.Context, e *finik.Event) error {
		mu.Lock()
		defer mu.Unlock()
		if seen++; seen%3 == 0 {
			return errBusy
		}
		if _, known := acted[e.DedupeKey()]; known || !e.Status.Final() {
			return nil
		}
		acted[e.DedupeKey()] = e.Status
		return nil
	}
	const public = "https://shop.example.com/webhooks/finik?shop=1"
	params := finiktest.DeliverParams{Duplicates: 50, Shuffle: true, Seed: 7, PublicURL: public}
	for _, c := range []struct {
		key    *rsa.PublicKey
		rounds int
		want   map[string]finik.Status
		left   int
	}{
		{&newHookKeys(t).other.PublicKey, 2, map[string]finik.Status{}, len(want)}, // the control: nothing gets through
		{finiktest.PublicKey(), 20, want, 0},
	} {
		t.Run(fmt.Sprint(c.rounds, ", ", c.left), func(t *testing.T) {
			params.Attempts = c.rounds
			hook := finik.Webhook{PublicURL: public, Keys: []*rsa.PublicKey{c.key}}
			receiver := httptest.NewServer(hook.Handler(handle))
			left, err := srv.DeliverWebhooks(t.Context(), receiver.URL+"/inside", params)
			receiver.Close()
			require.NoError(t, err)
			assert.Equal(t, c.left, left)
			assert.Equal(t, c.want, acted)
		})
	}
	assert.Greater(t, seen, len(want), "some came more than once")
}

// The fake prints bodies by an implementation of its own.
func TestCallbacksOfGeneratedBodies(t *testing.T) {
	t.Parallel()
	srv := finiktest.NewServer()
	defer srv.Close()
	hook := finik.Webhook{PublicURL: hookURL, Keys: []*rsa.PublicKey{finiktest.PublicKey()}}
	g := newBodies(3)
	for range testform.Scale(60, 300) {
		body := `{"id":"p-1","fields":` + g.object(g.IntN(4), false) + `,"data":` + g.object(2, false) + `}`
		r, err := srv.NewWebhookRequest(t.Context(), hookURL, []byte(body))
		require.NoError(t, err, body)
		event, err := hook.Parse(r)
		require.NoError(t, err, body)
		assert.Equal(t, body, string(event.Raw))
	}
}
