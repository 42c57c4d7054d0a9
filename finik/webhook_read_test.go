package finik_test

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

	"github.com/payclients/payclients-go/finik"
)

// Middleware that reads the body and does not put it back leaves nothing for the
// handler. That is a fault of the receiver, not a forgery.
func TestABodyThatWasReadBeforeIsNotAForgery(t *testing.T) {
	t.Parallel()
	k := newHookKeys(t)
	for name, c := range map[string]struct {
		read func(r *http.Request)
		want string
		code int
	}{
		"all of it":  {func(r *http.Request) { _, _ = io.ReadAll(r.Body) }, "finik: bad webhook: finik: Webhook: the body is empty; something in front", 400},
		"and closed": {func(r *http.Request) { _, _ = io.ReadAll(r.Body); r.Body = http.NoBody }, "the body is empty; something in front", 400},
		"no body":    {func(r *http.Request) { r.Body = nil }, "the body is empty; something in front", 400},
		"unsigned":   {func(r *http.Request) { r.Body = http.NoBody; r.Header.Set("signature", "AAAA") }, "the body is empty; something in front", 400},
		"some of it": {func(r *http.Request) { _, _ = io.CopyN(io.Discard, r.Body, 10) }, "so something in front of the handler may have read the rest before", 0},
		"the end":    {func(r *http.Request) { r.Body = io.NopCloser(io.LimitReader(r.Body, 20)) }, "the body has 20 of ", 0},
	} {
		request := newDelivery(k).signed(t).request()
		request.ContentLength = int64(len(newDelivery(k).body))
		c.read(request)
		_, err := k.webhook().Parse(request)
		require.ErrorIs(t, err, finik.ErrBadWebhook, name)
		require.ErrorContains(t, err, c.want, name)
		assert.NotContains(t, err.Error(), "status 0", name)
		if c.code == 0 {
			continue
		}
		require.NotErrorIs(t, err, finik.ErrUnauthorized, name)
		var decode *finik.DecodeError
		require.ErrorAs(t, err, &decode, name)

		var refused error
		hook := k.webhook()
		hook.Refused = func(r *http.Request, err error) { assert.NotNil(t, r); refused = err }
		answer := httptest.NewRecorder()
		request = newDelivery(k).signed(t).request()
		c.read(request)
		hook.Handler(func(context.Context, *finik.Event) error { return errors.New("not called") }).ServeHTTP(answer, request)
		assert.Equal(t, c.code, answer.Code, name)
		require.ErrorContains(t, refused, c.want, name)
	}
}

// Refused sees what Parse refuses, and nothing else.
func TestRefusedSeesWhatParseRefuses(t *testing.T) {
	t.Parallel()
	k := newHookKeys(t)
	hook := k.webhook()
	var refused []error
	hook.Refused = func(_ *http.Request, err error) { refused = append(refused, err) }
	fails := errors.New("fn fails")
	handler := hook.Handler(func(context.Context, *finik.Event) error { return fails })
	handler.ServeHTTP(httptest.NewRecorder(), newDelivery(k).signed(t).request())
	assert.Empty(t, refused, "fn knows its own errors")
	forged := newDelivery(k).signed(t)
	forged.body = strings.Replace(forged.body, "p-1", "p-2", 1)
	handler.ServeHTTP(httptest.NewRecorder(), forged.request())
	require.Len(t, refused, 1)
	require.ErrorIs(t, refused[0], finik.ErrUnauthorized)
}
