package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/internal/webhook"
)

var errOwn = errors.New("own")

// recorder keeps the read deadlines that a handler sets.
type recorder struct {
	*httptest.ResponseRecorder

	deadlines []time.Time
}

func (r *recorder) SetReadDeadline(at time.Time) error {
	r.deadlines = append(r.deadlines, at)
	return nil
}

func TestHandler(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		parse, handle error
		want          int
		allow         string
	}{
		"handled":           {nil, nil, 200, ""},
		"not handled":       {nil, errOwn, 500, ""},
		"another method":    {fmt.Errorf("x: %w", webhook.ErrMethod), nil, 405, "POST"},
		"the package's own": {fmt.Errorf("x: %w", errOwn), nil, 401, ""},
		"a long body":       {fmt.Errorf("x: %w", &http.MaxBytesError{Limit: 1}), nil, 413, ""},
		"a slow body":       {fmt.Errorf("x: %w", os.ErrDeadlineExceeded), nil, 408, ""},
		"anything else":     {webhook.ErrEmpty, nil, 400, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var handled int
			var refused []error
			h := webhook.Handler[int]{
				Parse:    func(*http.Request) (int, error) { return 7, test.parse },
				Handle:   func(_ context.Context, event int) error { handled += event; return test.handle },
				Refused:  func(_ *http.Request, err error) { refused = append(refused, err) },
				Statuses: []webhook.Status{{Err: errOwn, Code: http.StatusUnauthorized}},
			}
			w := &recorder{ResponseRecorder: httptest.NewRecorder()}
			h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
			assert.Equal(t, test.want, w.Code)
			assert.Equal(t, test.allow, w.Header().Get("Allow"))
			assert.Empty(t, w.Body.String())
			assert.False(t, w.deadlines[0].IsZero())
			if test.parse != nil {
				assert.Zero(t, handled)
				assert.Equal(t, []error{test.parse}, refused)
				assert.Len(t, w.deadlines, 1, "net/http drains the body under the deadline")
				h.Refused = nil
				assert.NotPanics(t, func() { h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil)) })
				return
			}
			assert.Equal(t, 7, handled)
			assert.Empty(t, refused)
			assert.True(t, w.deadlines[1].IsZero(), "the event has all the time that it needs")
		})
	}
}
