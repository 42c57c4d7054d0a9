package transactions_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
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

func TestATokenThatIsRefusedInsideA200IsRenewed(t *testing.T) {
	t.Parallel()
	srv, _ := start(t)
	own := &rotating{}
	hiding := transactions.WithHTTPClient(&http.Client{Transport: hides401{}})
	client, err := transactions.NewClient(srv.URL(), own, quick, hiding)
	require.NoError(t, err)
	require.NoError(t, get(t, client))
	assert.Equal(t, []string{"", "old"}, own.rejected)
	require.NoError(t, get(t, client))
	assert.Equal(t, []string{"", "old", ""}, own.rejected, "what came for it is sent at once")
	assert.Len(t, srv.Requests(), 3)

	client, err = transactions.NewClient(srv.URL(), transactions.StaticToken("expired"), quick, hiding)
	require.NoError(t, err)
	require.ErrorIs(t, get(t, client), transactions.ErrUnauthorized)
	assert.Len(t, srv.Requests(), 4)
}
