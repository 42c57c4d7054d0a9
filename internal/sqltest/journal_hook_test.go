package sqltest_test

import (
	"crypto/rsa"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

var finikHook = finik.Webhook{PublicURL: hookURL, Keys: []*rsa.PublicKey{finiktest.PublicKey()}}

// deliver sends webhook events to a handler and returns the statuses of its answers.
func deliver(t testing.TB, srv *finiktest.Server, to http.Handler, events ...finiktest.Event) (statuses []int) {
	t.Helper()
	for _, e := range events {
		r, err := srv.NewWebhookRequest(t.Context(), hookURL, e.Body)
		require.NoError(t, err)
		w := httptest.NewRecorder()
		to.ServeHTTP(w, r)
		statuses = append(statuses, w.Code)
	}
	return statuses
}
