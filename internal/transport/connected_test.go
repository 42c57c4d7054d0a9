package transport_test

import (
	"context"
	"errors"
	"fmt"
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

// protocols returns a server of HTTP/1 and one of HTTP/2.
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
		c.Authorizer = authorizer{
			authorize: func(r *http.Request, _ []byte, _ any) (any, error) {
				r.Header.Set("X-Stamp", "old")
				return "used", nil
			},
			connected: func(r *http.Request, body []byte) error {
				assert.Equal(t, "old", r.Header.Get("X-Stamp"))
				assert.Equal(t, "{}", string(body))
				r.Header.Set("X-Stamp", "new")
				return nil
			},
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
		c.Authorizer = authorizer{connected: func(r *http.Request, _ []byte) error {
			if r.URL.Path == "/stop" {
				return cause
			}
			return nil
		}}
		client := transport.New(c)
		var other sync.WaitGroup
		other.Go(func() {
			_, err := client.Do(t.Context(), request(t, transport.Once, "POST", base+"/slow", "{}"))
			assert.NoError(t, err)
		})
		<-held
		for _, kind := range []transport.Kind{transport.Once, transport.Idempotent, transport.ReadOnly} {
			t.Run(fmt.Sprint(kind), func(t *testing.T) {
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
			})
		}
		close(release)
		other.Wait()
	})
}

// Nobody else's host is asked for.
func TestConnectedIsForTheBaseHostOnly(t *testing.T) {
	t.Parallel()
	base, hits := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	c := config(t, api, nil)
	c.Authorizer = authorizer{
		connected: func(*http.Request, []byte) error { return errors.New("must not be asked") },
		renew:     func(transport.Response, any) (any, bool) { return "other", true },
	}
	_, err := transport.New(c).Do(t.Context(), request(t, transport.ReadOnly, "GET", base, ""))
	require.NoError(t, err)
	assert.EqualValues(t, 1, hits.Load())
}

// A 401, in the status line or inside a 200, is sent once more where there are
// better credentials; other answers are not the authorizer's business.
func TestA401IsSentOnceMore(t *testing.T) {
	t.Parallel()
	const inside = `{"status":401}`
	for name, tt := range map[string]struct {
		status, accepted int // from which sending on an answer is 200
		body             string
		better           bool
		open             bool
		want, sent       int
		kind             transport.Kind
	}{
		"again":             {status: 401, accepted: 2, better: true, want: 200, sent: 2},
		"inside a 200":      {status: 200, body: inside, accepted: 2, better: true, want: 200, sent: 2},
		"only once":         {status: 401, accepted: 3, better: true, want: 401, sent: 2},
		"nothing better":    {status: 401, accepted: 2, want: 401, sent: 1},
		"other":             {status: 403, accepted: 2, better: true, want: 403, sent: 1},
		"may have paid":     {status: 401, open: true, accepted: 2, better: true, want: 401, sent: 1},
		"known if repeated": {status: 401, open: true, accepted: 2, better: true, want: 200, sent: 2, kind: transport.Idempotent},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent := 0
			var notes []any
			c := config(t, api, wire(func(r *http.Request) (*http.Response, error) {
				sent++
				body, err := io.ReadAll(r.Body)
				assert.NoError(t, err)
				assert.Equal(t, "{}", string(body))
				if sent >= tt.accepted {
					return answer(200, "{}"), nil
				}
				return answer(tt.status, tt.body, "Date", "now"), nil
			}))
			c.Authorizer = authorizer{
				authorize: func(_ *http.Request, _ []byte, with any) (any, error) {
					return fmt.Sprintf("used %d %v", sent, with), nil
				},
				renew: func(refusal transport.Response, used any) (any, bool) {
					assert.Equal(t, "now", refusal.Header.Get("Date"))
					assert.Equal(t, "used 0 <nil>", used)
					return "better", tt.better
				},
			}
			r := request(t, tt.kind, "POST", api, "{}")
			r.Judge = func(_ context.Context, got transport.Response, used any) transport.Verdict {
				notes = append(notes, used)
				if string(got.Body) == inside {
					return transport.Verdict{Status: 401, Class: transport.ClassRefused}
				}
				return transport.Verdict{Open: tt.open && got.StatusCode == http.StatusUnauthorized}
			}
			got, err := transport.New(c).Do(t.Context(), r)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got.StatusCode)
			assert.Equal(t, tt.sent, sent)
			assert.Equal(t, []any{"used 0 <nil>", "used 1 better"}[:sent], notes)
			assert.Equal(t, 1, got.Attempts)
			assert.Equal(t, tt.open, got.Ambiguous)
			assert.Len(t, got.Earlier, sent-1)
		})
	}
}

// What a judge says decides on repeating, doubt and class.
func TestAJudgeDecides(t *testing.T) {
	t.Parallel()
	says := func(status int, class string, open bool) transport.Verdict {
		return transport.Verdict{Status: status, Class: class, Open: open}
	}
	good, busy := says(201, "", false), says(503, transport.ClassRefused, true)
	for name, tt := range map[string]struct {
		verdicts  []transport.Verdict
		ambiguous bool
		classes   []string
	}{
		"success":     {[]transport.Verdict{good}, false, []string{""}},
		"refusal":     {[]transport.Verdict{says(404, transport.ClassRefused, false)}, false, []string{"refused"}},
		"repeated":    {[]transport.Verdict{busy, good}, true, []string{"refused", ""}},
		"in vain":     {[]transport.Verdict{busy, busy, busy}, true, []string{"refused", "refused", "refused"}},
		"undecodable": {[]transport.Verdict{says(0, transport.ClassUndecodable, true)}, true, []string{"undecodable"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var classes []string
			c := config(t, api, wire(func(*http.Request) (*http.Response, error) { return answer(200, "{}"), nil }))
			c.Observer = func(_ context.Context, a transport.Attempt) {
				classes = append(classes, a.Class)
				assert.Equal(t, 200, a.StatusCode)
			}
			judged := 0
			got, err := transport.Do(t.Context(), transport.New(c), request(t, transport.Idempotent, "POST", api, "{}"),
				func(_ context.Context, got transport.Response, _ any) (int, transport.Verdict) {
					assert.Equal(t, "{}", string(got.Body))
					judged++
					return judged, tt.verdicts[judged-1]
				})
			require.NoError(t, err)
			assert.Len(t, tt.verdicts, got.Attempts)
			assert.Equal(t, judged, got.Result)
			assert.Equal(t, []int{1, 2}[:judged-1], append([]int{}, got.Earlier...))
			assert.Equal(t, tt.ambiguous, got.Ambiguous)
			assert.Equal(t, tt.classes, classes)
		})
	}
}
