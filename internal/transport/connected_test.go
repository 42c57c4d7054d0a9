package transport_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

// protocols gives a server of HTTP/1 and one of HTTP/2.
func protocols(t *testing.T, test func(t *testing.T, serve func(http.HandlerFunc) (base string, wire *http.Transport))) {
	t.Helper()
	for _, name := range []string{"HTTP/1.1", "HTTP/2.0"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, func(handler http.HandlerFunc) (string, *http.Transport) {
				srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					assert.Equal(t, name, r.Proto)
					handler(w, r)
				}))
				srv.EnableHTTP2 = name == "HTTP/2.0"
				srv.StartTLS()
				t.Cleanup(srv.Close)
				own, ok := srv.Client().Transport.(*http.Transport)
				require.True(t, ok)
				return srv.URL, own
			})
		})
	}
}

// What Connected changes is what is sent, on a new connection and on a used one.
func TestConnectedHasTheLastWord(t *testing.T) {
	t.Parallel()
	protocols(t, func(t *testing.T, serve func(http.HandlerFunc) (string, *http.Transport)) {
		t.Helper()
		base, own := serve(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			_, _ = io.WriteString(w, r.Header.Get("X-Stamp")+string(body))
		})
		c := config(t, base, own)
		c.Authenticate = func(r *http.Request, _ []byte) error { r.Header.Set("X-Stamp", "old"); return nil }
		c.Connected = func(r *http.Request, body []byte) error {
			assert.Equal(t, "old", r.Header.Get("X-Stamp"))
			assert.Equal(t, "{}", string(body))
			r.Header.Set("X-Stamp", "new")
			return nil
		}
		c.Middleware = []middleware{func(next http.RoundTripper) http.RoundTripper {
			return wire(func(r *http.Request) (*http.Response, error) {
				resp, err := next.RoundTrip(r)
				if assert.NoError(t, err) {
					assert.Empty(t, resp.Request.Header.Get("X-Stamp"), "middleware sees no secret")
				}
				return resp, err
			})
		}}
		client := transport.New(c)
		for range 3 {
			got, err := client.Do(t.Context(), request(t, transport.Once, "POST", base, "{}"))
			require.NoError(t, err)
			assert.Equal(t, "new{}", string(got.Body))
		}
	})
}

// A request that Connected stops does not leave, is not repeated and leaves no
// doubt; others on the same connection go on.
func TestConnectedStops(t *testing.T) {
	t.Parallel()
	cause := errors.New("the signer is asleep")
	protocols(t, func(t *testing.T, serve func(http.HandlerFunc) (string, *http.Transport)) {
		t.Helper()
		var hits atomic.Int64
		held, release := make(chan struct{}, 1), make(chan struct{})
		base, own := serve(func(w http.ResponseWriter, r *http.Request) {
			hits.Add(1)
			if r.URL.Path == "/slow" {
				held <- struct{}{}
				<-release
			}
			_, _ = io.WriteString(w, "{}")
		})
		c := config(t, base, own)
		c.Connected = func(r *http.Request, _ []byte) error {
			if r.URL.Path == "/stop" {
				return cause
			}
			return nil
		}
		client := transport.New(c)
		var other sync.WaitGroup
		other.Go(func() {
			_, err := client.Do(t.Context(), request(t, transport.Once, "POST", base+"/slow", "{}"))
			assert.NoError(t, err)
		})
		<-held
		for _, kind := range []transport.Kind{transport.Once, transport.Idempotent, transport.ReadOnly} {
			_, err := client.Do(t.Context(), request(t, transport.Once, "POST", base, "{}")) // leaves an idle connection
			require.NoError(t, err)
			before := hits.Load()
			_, err = client.Do(t.Context(), request(t, kind, "POST", base+"/stop", "{}"))
			var failure *transport.Error
			require.ErrorAs(t, err, &failure)
			assert.ErrorIs(t, err, cause)
			assert.Equal(t, "credentials", failure.Class)
			assert.False(t, failure.Ambiguous)
			assert.Equal(t, before, hits.Load())
		}
		close(release)
		other.Wait()
	})
}

// Nobody else's host is asked for.
func TestConnectedIsForTheBaseHostOnly(t *testing.T) {
	t.Parallel()
	base, hits := serve(t, func(http.ResponseWriter, *http.Request) {})
	c := config(t, api, nil)
	c.Connected = func(*http.Request, []byte) error { return errors.New("must not be asked") }
	c.Rejected = func(*http.Response) bool { return true }
	_, err := transport.New(c).Do(t.Context(), request(t, transport.ReadOnly, "GET", base, ""))
	require.NoError(t, err)
	assert.EqualValues(t, 1, hits.Load())
}

// A 401 is repeated once, authenticated anew, when Rejected says so; other
// answers are not its business.
func TestRejected(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status, accepted int // from which sending on an answer is 200
		again            bool
		want, sent       int
	}{
		"again":     {401, 2, true, 200, 2},
		"only once": {401, 3, true, 401, 2},
		"no":        {401, 2, false, 401, 1},
		"other":     {403, 2, true, 403, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent, signed := 0, 0
			c := config(t, api, wire(func(r *http.Request) (*http.Response, error) {
				sent++
				assert.Equal(t, sent, signed)
				body, err := io.ReadAll(r.Body)
				assert.NoError(t, err)
				assert.Equal(t, "{}", string(body))
				if sent >= tt.accepted {
					return answer(200, "{}"), nil
				}
				return answer(tt.status, "{}", "Date", "now"), nil
			}))
			c.Authenticate = func(*http.Request, []byte) error { signed++; return nil }
			c.Rejected = func(refusal *http.Response) bool {
				assert.Equal(t, "now", refusal.Header.Get("Date"))
				return tt.again
			}
			got, err := transport.New(c).Do(t.Context(), request(t, transport.Idempotent, "POST", api, "{}"))
			require.NoError(t, err)
			assert.Equal(t, tt.want, got.StatusCode)
			assert.Equal(t, tt.sent, sent)
			assert.Equal(t, 1, got.Attempts)
			assert.False(t, got.Ambiguous)
		})
	}
}

// The status that a body holds decides on repeating, doubt and class.
func TestStatusInTheBody(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		inBody    []int
		attempts  int
		ambiguous bool
		class     string
	}{
		"success":  {[]int{201}, 1, false, ""},
		"refusal":  {[]int{404}, 1, false, "status"},
		"repeated": {[]int{503, 200}, 2, true, ""},
		"in vain":  {[]int{503, 503, 503}, 3, true, "status"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent, class := 0, ""
			c := config(t, api, wire(func(*http.Request) (*http.Response, error) { sent++; return answer(200, "{}"), nil }))
			c.Observer = func(_ context.Context, a transport.Attempt) {
				class = a.Class
				assert.Equal(t, 200, a.StatusCode)
			}
			r := request(t, transport.Idempotent, "POST", api, "{}")
			r.Status = func(got transport.Response) int {
				assert.Equal(t, "{}", string(got.Body))
				return tt.inBody[sent-1]
			}
			got, err := transport.New(c).Do(t.Context(), r)
			require.NoError(t, err)
			assert.Equal(t, tt.attempts, got.Attempts)
			assert.Equal(t, tt.ambiguous, got.Ambiguous)
			assert.Equal(t, tt.class, class)
		})
	}
}
