package wallet_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
)

// Middleware that reads the body and does not put it back leaves nothing for the
// handler. That is a fault of the receiver, and the error says so.
func TestABodyThatWasReadBefore(t *testing.T) {
	t.Parallel()
	good := "app_id=app&access_token=" + token("app", hook.AppSecret)
	body := string(sample(t, "19-webhook"))
	for name, c := range map[string]struct {
		read func(r *http.Request)
		want string
	}{
		"all of it":  {func(r *http.Request) { _, _ = io.ReadAll(r.Body) }, "wallet: bad webhook: wallet: Webhook: the body is empty; something in front"},
		"no body":    {func(r *http.Request) { r.Body = nil }, "the body is empty; something in front"},
		"some of it": {func(r *http.Request) { _, _ = io.CopyN(io.Discard, r.Body, 10) }, "so something in front of the handler may have read the rest before"},
	} {
		request := notice(t, good, nil, strings.NewReader(body))
		c.read(request)
		_, err := hook.Parse(request)
		require.ErrorIs(t, err, wallet.ErrBadWebhook, name)
		require.NotErrorIs(t, err, wallet.ErrUnauthorized, name)
		require.ErrorContains(t, err, c.want, name)
		assert.NotContains(t, err.Error(), "status 0", name)
		var decode *wallet.DecodeError
		require.ErrorAs(t, err, &decode, name)

		var refused []error
		logged := hook
		logged.Refused = func(_ *http.Request, err error) { refused = append(refused, err) }
		request = notice(t, good, nil, strings.NewReader(body))
		c.read(request)
		answer := httptest.NewRecorder()
		logged.Handler(func(context.Context, *wallet.Event) error { return errors.New("not called") }).ServeHTTP(answer, request)
		assert.Equal(t, 400, answer.Code, name)
		require.Len(t, refused, 1, name)
		require.ErrorContains(t, refused[0], c.want, name)
	}
}
