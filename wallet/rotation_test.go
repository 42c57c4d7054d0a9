package wallet_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// hides401 answers refusals with status 200, as some gateways do.
type hides401 struct{}

func (hides401) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && resp.StatusCode == http.StatusUnauthorized {
		resp.StatusCode = http.StatusOK
	}
	return resp, err
}

// A payment that is refused for its token is executed once, with another one.
func TestATokenThatIsRefusedInsideA200IsRenewed(t *testing.T) {
	t.Parallel()
	srv, _ := start(t, withOAuth())
	tokens, err := oauthOf(srv).Password(wallettest.DefaultPhone, wallettest.DefaultPassword, quick)
	require.NoError(t, err)
	client, err := wallet.NewClient(srv.URL(), wallet.Bearer(tokens), quick, wallet.WithHTTPClient(&http.Client{Transport: hides401{}}))
	require.NoError(t, err)
	id := created(t, client, phoneBill(testID))
	srv.RevokeTokens()
	_, err = client.ExecutePayment(t.Context(), id, wallet.ExecutePaymentRequest{})
	require.NoError(t, err)
	assert.Equal(t, 2, sent(srv, http.MethodPost, "/oauth/token"))

	static, err := wallet.NewClient(srv.URL(), wallet.Bearer(wallet.StaticToken("expired")), quick, wallet.WithHTTPClient(&http.Client{Transport: hides401{}}))
	require.NoError(t, err)
	_, err = static.ExecutePayment(t.Context(), id, wallet.ExecutePaymentRequest{})
	require.ErrorIs(t, err, wallet.ErrUnauthorized)
	assert.NotErrorIs(t, err, wallet.ErrOutcomeUnknown)
}
