package torture_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/torture"
	"github.com/payclients/payclients-go/internal/transport"
)

// heard is what an observer heard of a call.
type heard struct {
	mu       sync.Mutex
	attempts []transport.Attempt
}

func (h *heard) observe(_ context.Context, a transport.Attempt) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.attempts = append(h.attempts, a)
}

func (h *heard) all() []transport.Attempt {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.attempts)
}

// refined are the words for statuses that errors have and attempts have not.
var refined = map[int]string{
	http.StatusUnauthorized: "unauthorized", http.StatusForbidden: "forbidden",
	http.StatusNotFound: "not_found", http.StatusTooManyRequests: "rate_limited",
}

// classOf is the class of an error, which each of a call that tried has.
func classOf(t *testing.T, err error) string {
	t.Helper()
	var failed interface{ Class() string }
	require.ErrorAs(t, err, &failed)
	return failed.Class()
}

// toldAlike reports a call whose error says other than what the observer heard.
func toldAlike(t *testing.T, o torture.Operation, err error, h *heard) {
	t.Helper()
	attempts := h.all()
	if o.Provider == control || o.Width > 1 || len(attempts) == 0 {
		return
	}
	last := attempts[len(attempts)-1]
	assert.True(t, last.Final)
	if o.Name == "WaitPayment" && errors.Is(err, context.Canceled) { // by lookOnce: a wait goes on through what may pass
		assert.Equal(t, "canceled", classOf(t, err))
		return
	}
	status, refused := o.Status(err)
	want := last.Class
	if word := refined[status]; refused && word != "" {
		want = word
	}
	assert.NotEmpty(t, want)
	assert.Equal(t, want, classOf(t, err), "%v", err)
	for status, sentinel := range o.Sentinels {
		assert.Equal(t, refined[status] == classOf(t, err), refined[status] != "" && errors.Is(err, sentinel), "%v", err)
	}
}
