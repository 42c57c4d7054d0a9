package transport_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

// records keeps what is logged.
type records struct {
	mu   sync.Mutex
	list []slog.Record
}

func (*records) Enabled(context.Context, slog.Level) bool { return true }
func (h *records) WithAttrs([]slog.Attr) slog.Handler     { panic("no attributes beside the record's") }
func (h *records) WithGroup(string) slog.Handler          { panic("no groups") }
func (h *records) Handle(_ context.Context, r slog.Record) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.list = append(h.list, r)
	return nil
}

func TestObserverAndLogHoldAnAllowList(t *testing.T) {
	t.Parallel()
	fields := reflect.VisibleFields(reflect.TypeFor[transport.Attempt]())
	names := make([]string, len(fields))
	for i, field := range fields {
		names[i] = field.Name
	}
	assert.Equal(t, []string{"Operation", "Method", "Number", "StatusCode", "Duration", "Wait", "Class", "Final"}, names)

	synctest.Test(t, func(t *testing.T) {
		var log records
		var seen []transport.Attempt
		script := []any{answer(503, secret, "X-Secret", secret, "Set-Cookie", secret), errors.New("GET https://api.example.com?key=" + secret), answer(200, secret)}
		c := config(t, api, wire(func(*http.Request) (*http.Response, error) {
			time.Sleep(time.Second)
			step := script[0]
			script = script[1:]
			if resp, ok := step.(*http.Response); ok {
				return resp, nil
			}
			return nil, step.(error)
		}))
		c.Retry = transport.RetryPolicy{MinWait: time.Minute, MaxWait: time.Minute}
		c.Authorizer = transport.AuthorizerFunc(everySecret)
		c.Logger = slog.New(&log)
		c.Observer = func(_ context.Context, a transport.Attempt) { seen = append(seen, a) }
		req := request(t, transport.Idempotent, "POST", api+"/"+secret+"?q="+secret, secret)
		req.Header.Set("X-Custom", secret)
		req.Header.Set("Cookie", secret)
		_, err := transport.New(c).Do(t.Context(), req)
		require.NoError(t, err)

		assert.Equal(t, []transport.Attempt{
			{Operation: "Op", Method: "POST", Number: 1, StatusCode: 503, Duration: time.Second, Class: "status"},
			{Operation: "Op", Method: "POST", Number: 2, Duration: time.Second, Wait: time.Minute, Class: "network"},
			{Operation: "Op", Method: "POST", Number: 3, StatusCode: 200, Duration: time.Second, Wait: time.Minute, Final: true},
		}, seen)
		require.Len(t, log.list, 3)
		for i, record := range log.list {
			assert.Equal(t, "test: attempt", record.Message)
			assert.Equal(t, i < 2, record.Level == slog.LevelWarn)
			assert.Equal(t, i == 2, record.Level == slog.LevelDebug)
			var attrs []slog.Attr
			record.Attrs(func(a slog.Attr) bool { attrs = append(attrs, a); return true })
			a := seen[i]
			assert.Equal(t, []slog.Attr{
				slog.String("operation", a.Operation), slog.String("method", a.Method), slog.Int("attempt", a.Number), slog.Int("status", a.StatusCode),
				slog.Duration("duration", a.Duration), slog.Duration("wait", a.Wait), slog.String("class", a.Class), slog.Bool("final", a.Final),
			}, attrs)
			assert.NotContains(t, fmt.Sprintf("%+v %+v", record, a), secret)
		}
	})
}

func TestLogHandlersPrintNoSecret(t *testing.T) {
	t.Parallel()
	for _, failure := range []error{errReset, errDial, fmt.Errorf("see https://api.example.com?apikey=%s", secret)} {
		for _, status := range []int{0, 200, 302, 401, 503} {
			var out bytes.Buffer
			options := &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}
			for _, handler := range []slog.Handler{slog.NewJSONHandler(&out, options), slog.NewTextHandler(&out, options)} {
				c := config(t, api, wire(func(*http.Request) (*http.Response, error) {
					if status == 0 {
						return nil, failure
					}
					return answer(status, secret, "Location", "https://x/?"+secret), nil
				}))
				c.Authorizer = transport.AuthorizerFunc(everySecret)
				c.Logger = slog.New(handler)
				_, _ = transport.New(c).Do(t.Context(), request(t, transport.Idempotent, "POST", api+"?a="+secret, secret))
			}
			assert.NotEmpty(t, out.String())
			assert.NotContains(t, out.String(), secret)
			assert.NotContains(t, out.String(), "example.com")
		}
	}
}

// Exactly the last attempt is final, whatever ends the call.
func TestFinal(t *testing.T) {
	t.Parallel()
	status := func(list ...int) func(int) (*http.Response, error) {
		return func(hit int) (*http.Response, error) { return answer(list[min(hit, len(list))-1], ""), nil }
	}
	failing := func(err error) func(int) (*http.Response, error) {
		return func(int) (*http.Response, error) { return nil, err }
	}
	for name, test := range map[string]struct {
		kind     transport.Kind
		wire     func(hit int) (*http.Response, error)
		edit     func(*transport.Config)
		deadline time.Duration
		attempts int
	}{
		"success":        {transport.ReadOnly, status(200), nil, 0, 1},
		"refusal":        {transport.Idempotent, status(422), nil, 0, 1},
		"once refused":   {transport.Once, status(503), nil, 0, 1},
		"repeated":       {transport.ReadOnly, status(503, 200), nil, 0, 2},
		"used up":        {transport.ReadOnly, status(503), nil, 0, 3},
		"errors used up": {transport.ReadOnly, failing(errReset), nil, 0, 3},
		"one attempt":    {transport.ReadOnly, status(503), func(c *transport.Config) { c.Retry.MaxAttempts = 1 }, 0, 1},
		"permanent": {transport.ReadOnly, status(200), func(c *transport.Config) {
			c.Authorizer = transport.AuthorizerFunc(func(*http.Request, []byte) error { return errReset })
		}, 0, 1},
		"deadline at once":    {transport.ReadOnly, status(503), nil, 30 * time.Second, 1},
		"cancelled back-off":  {transport.ReadOnly, status(503), func(c *transport.Config) { c.Retry.MinWait = time.Hour; c.Retry.MaxWait = time.Hour }, -10 * time.Second, 1},
		"cancelled 2nd wait":  {transport.ReadOnly, status(503), nil, -70 * time.Second, 2},
		"limiter":             {transport.ReadOnly, status(503), func(c *transport.Config) { c.RatePerSecond, c.Burst = 0.001, 1 }, 3 * time.Minute, 1},
		"too long a wait":     {transport.ReadOnly, func(int) (*http.Response, error) { return answer(429, "", "Retry-After", "3600"), nil }, nil, 0, 1},
		"location unparsable": {transport.ReadOnly, func(int) (*http.Response, error) { return answer(302, "", "Location", "\x7f"), nil }, nil, 0, 1},
		"ended before":        {transport.Once, status(200), nil, -1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				hits := 0
				var finals []bool
				c := config(t, api, wire(func(*http.Request) (*http.Response, error) { hits++; return test.wire(hits) }))
				c.Retry = transport.RetryPolicy{MinWait: time.Minute, MaxWait: time.Minute}
				if test.edit != nil {
					test.edit(&c)
				}
				c.Observer = func(_ context.Context, a transport.Attempt) { finals = append(finals, a.Final) }
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				switch {
				case test.deadline == -1:
					cancel()
				case test.deadline < 0:
					time.AfterFunc(-test.deadline, cancel)
				case test.deadline > 0:
					ctx, cancel = context.WithTimeout(ctx, test.deadline)
					defer cancel()
				}
				_, _ = transport.New(c).Do(ctx, request(t, test.kind, "POST", api, "{}"))
				want := make([]bool, test.attempts)
				want[test.attempts-1] = true
				assert.Equal(t, want, finals)
			})
		})
	}
}

func TestClassIsEmptyOnlyForSuccess(t *testing.T) {
	t.Parallel()
	for _, status := range statuses {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			var class string
			c := config(t, api, wire(func(*http.Request) (*http.Response, error) { return answer(status, ""), nil }))
			c.Observer = func(_ context.Context, a transport.Attempt) { class = a.Class }
			_, err := transport.New(c).Do(t.Context(), request(t, transport.Once, "GET", api, ""))
			require.NoError(t, err)
			assert.Equal(t, status/100 == 2, class == "", status)
			assert.Equal(t, status/100 != 2, class == "status", status)
		})
	}
}
