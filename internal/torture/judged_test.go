package torture_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/torture"
	"github.com/payclients/payclients-go/internal/transport"
)

// What comes with status 200 and is no success is none to observers and logs
// either, once for each attempt, and a 401 in it is one.
func TestA200IsNoSuccessByItself(t *testing.T) {
	t.Parallel()
	const page = "<html>login</html>"
	for _, o := range tried() {
		for name, answer := range map[string]struct{ body, class string }{
			"401":  {o.Unauthorized, transport.ClassRefused},
			"HTML": {page, transport.ClassUndecodable},
		} {
			if answer.body == "" {
				continue
			}
			t.Run(named(o)+"/"+name, func(t *testing.T) {
				t.Parallel()
				var told heard
				var log bytes.Buffer
				var requests atomic.Int64
				_, err := o.Call(t.Context(), torture.Settings{
					URL: start(t, o).URL, Retry: quick, Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
					Observer: told.observe,
					HTTPClient: &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
						requests.Add(1)
						return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(answer.body)), ContentLength: -1}, nil
					})},
				})
				require.Error(t, err)
				attempts := told.all()
				assert.NotEmpty(t, attempts)
				if o.Width == 1 {
					assert.Len(t, attempts, int(requests.Load()))
				}
				for _, a := range attempts {
					if o.Width == 1 || a.Class != "canceled" { // by the error of another walk
						assert.Equal(t, 200, a.StatusCode)
						assert.Equal(t, answer.class, a.Class)
					}
				}
				toldAlike(t, o, err, &told)
				assert.Contains(t, log.String(), "level=WARN")
				assert.NotContains(t, log.String(), "level=DEBUG")
				if answer.class == transport.ClassRefused && o.Package != "control" {
					require.ErrorIs(t, err, o.Sentinels[http.StatusUnauthorized])
					assert.NotErrorIs(t, err, transport.ErrOutcomeUnknown)
				}
			})
		}
	}
}
