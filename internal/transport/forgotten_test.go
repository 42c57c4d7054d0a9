package transport_test

import (
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/pipenet"
	"github.com/payclients/payclients-go/internal/transport"
)

// A network element forgets a connection of HTTP/2. With every default, no write
// that may be repeated is in doubt, and of those that may not be at most one.
func TestForgottenConnection(t *testing.T) { //nolint:paralleltest // http.DefaultTransport is replaced
	const base = "https://example.com"
	for name, tt := range map[string]struct {
		kind    transport.Kind
		config  http.HTTP2Config
		unknown int
	}{
		"ReadOnly":           {transport.ReadOnly, http.HTTP2Config{}, 0},
		"Idempotent":         {transport.Idempotent, http.HTTP2Config{}, 0},
		"Once":               {transport.Once, http.HTTP2Config{}, 1},
		"control: no pings":  {transport.Idempotent, http.HTTP2Config{SendPingTimeout: 24 * time.Hour}, 5},
		"control: late ones": {transport.Idempotent, http.HTTP2Config{SendPingTimeout: 100 * time.Second}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				usual := http.DefaultTransport
				defer func() { http.DefaultTransport = usual }()
				wire, network := pipenet.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					assert.Equal(t, "HTTP/2.0", r.Proto)
					_, _ = io.WriteString(w, "{}")
				}))
				wire.HTTP2 = &tt.config
				http.DefaultTransport = wire
				c := config(t, base, nil)
				c.HTTPClient, c.Retry = nil, transport.RetryPolicy{}
				client := transport.New(c)
				defer client.CloseIdleConnections()
				call := func() error {
					_, err := client.Do(t.Context(), request(t, tt.kind, "POST", base, "{}"))
					return err
				}
				require.NoError(t, call())
				network.Forget()
				unknown := 0
				for range 5 {
					var e *transport.Error
					if err := call(); errors.As(err, &e) && e.Ambiguous {
						unknown++
					} else {
						require.NoError(t, err)
					}
				}
				assert.Equal(t, tt.unknown, unknown)
				if tt.unknown < 5 {
					assert.EqualValues(t, 2, network.Dials(), "the forgotten connection, and a new one")
				}
			})
		})
	}
}
