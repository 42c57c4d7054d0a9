package wallet_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// Middleware sees a request for a token, and of its body the kind of grant only.
func TestMiddlewareSeesNoPassword(t *testing.T) {
	t.Parallel()
	srv, _ := start(t, withOAuth())
	var seen []string
	inspect := wallet.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
		return wire(func(r *http.Request) (*http.Response, error) {
			body, err := io.ReadAll(r.Body)
			require.NoError(t, err)
			seen = append(seen, string(body))
			assert.Empty(t, r.Header.Get("Authorization"))
			assert.EqualValues(t, len(body), r.ContentLength)
			if r.GetBody != nil {
				again, err := r.GetBody()
				require.NoError(t, err)
				copied, err := io.ReadAll(again)
				require.NoError(t, err)
				assert.Equal(t, body, copied)
			}
			r = r.Clone(r.Context())
			r.Body = io.NopCloser(bytes.NewReader(body))
			resp, err := next.RoundTrip(r)
			if assert.NoError(t, err) && resp.Request != nil && resp.Request.Body != nil {
				rest, _ := io.ReadAll(resp.Request.Body)
				assert.NotContains(t, string(rest), wallettest.DefaultPassword)
			}
			return resp, err
		})
	})
	app := oauthOf(srv, "payments.read")
	password, err := app.Password(wallettest.DefaultPhone, wallettest.DefaultPassword, quick, inspect)
	require.NoError(t, err)
	application, err := app.ClientCredentials(quick, inspect)
	require.NoError(t, err)
	srv.Inject(wallettest.Fault{Operation: "Token", Status: http.StatusServiceUnavailable, RetryAfter: "0"})
	for _, source := range []wallet.TokenSource{password, application} {
		_, err := source.Token(t.Context(), "")
		require.NoError(t, err)
	}
	assert.Equal(t, []string{"grant_type=password", "grant_type=password", "grant_type=client_credentials"}, seen)
	sent := srv.Requests()
	assert.Contains(t, string(sent[1].Body), "password="+wallettest.DefaultPassword)
	assert.Contains(t, string(sent[2].Body), "scope=payments.read")
}
