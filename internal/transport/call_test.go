package transport_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

// 400 to 599, each of those that mean something somewhere, and what is not an error.
var statuses = []int{
	200, 201, 202, 204, 206, 207, 226, 299, 300, 301, 302, 303, 304, 305, 307, 308, 399,
	400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 425, 426, 428,
	429, 431, 444, 451, 460, 499, 500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 510, 511, 520, 521, 522, 523, 524, 525, 526, 529, 530, 598, 599,
}

func TestWhatIsRepeatedByStatus(t *testing.T) {
	t.Parallel()
	bodies := map[string]struct{ contentType, text string }{
		"json":  {"application/json", `{"code":"e1","message":"no"}`},
		"html":  {"text/html", "<html><body>Bad gateway</body></html>"},
		"empty": {"", ""},
	}
	base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var status int
		_, err := fmt.Sscanf(r.URL.Path, "/%d", &status)
		assert.NoError(t, err)
		body := bodies[r.URL.Query().Get("body")]
		if status == 301 {
			w.Header().Set("Location", "/elsewhere")
		}
		w.Header().Set("X-Request-Id", r.URL.Path)
		if body.contentType != "" {
			w.Header().Set("Content-Type", body.contentType)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body.text)
	})
	for _, on500 := range []bool{false, true} {
		shared := pool(t)
		for kindName, kind := range kinds() {
			for bodyName, body := range bodies {
				t.Run(fmt.Sprintf("%s/%s/500=%v", kindName, bodyName, on500), func(t *testing.T) {
					t.Parallel()
					var hits atomic.Int64 // on the wire, which is this client's alone
					c := config(t, base, wire(func(r *http.Request) (*http.Response, error) {
						hits.Add(1)
						return shared.RoundTrip(r)
					}))
					c.RetryOn500 = on500
					client := transport.New(c)
					for _, status := range statuses {
						t.Run(fmt.Sprint(status), func(t *testing.T) {
							hits.Store(0)
							target := fmt.Sprintf("%s/%d?body=%s", base, status, bodyName)
							got, err := client.Do(t.Context(), request(t, kind, "POST", target, "{}"))
							require.NoError(t, err, status)
							want := 1
							if kind != transport.Once && (status == 429 || status == 502 || status == 503 || status == 504 || status == 500 && on500) {
								want = 3
							}
							assert.EqualValues(t, want, hits.Load(), status)
							assert.Equal(t, want, got.Attempts, status)
							assert.Equal(t, status, got.StatusCode)
							assert.Equal(t, fmt.Sprintf("/%d", status), got.Header.Get("X-Request-Id"))
							if status != 204 && status != 304 {
								assert.Equal(t, body.text, string(got.Body), status)
							}
							ambiguous := kind != transport.ReadOnly && (status/100 == 3 || status == 408 || status >= 500)
							assert.Equal(t, ambiguous, got.Ambiguous, status)
						})
					}
				})
			}
		}
	}
}

// The method says nothing: a GET may change state and a POST only read.
func TestKindAndNotMethodDecides(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		for name, kind := range kinds() {
			t.Run(fmt.Sprint(method, ", ", name), func(t *testing.T) {
				base, hits := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
				_, err := transport.New(config(t, base, nil)).Do(t.Context(), request(t, kind, method, base, ""))
				require.NoError(t, err)
				assert.EqualValues(t, map[string]int{"ReadOnly": 3, "Idempotent": 3, "Once": 1}[name], hits.Load(), method+" "+name)
			})
		}
	}
	assert.Zero(t, transport.Once, "a forgotten kind must not be repeated")
}

var (
	errDial  = &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	errDNS   = &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "api.example.com"}}
	errReset = &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
)

func TestAmbiguousIsSticky(t *testing.T) {
	t.Parallel()
	const once, idempotent, readOnly = transport.Once, transport.Idempotent, transport.ReadOnly
	type cut struct{} // a 200 with a broken body
	for _, test := range []struct {
		name      string
		kind      transport.Kind
		script    []any // a status, an error or a cut
		status    int   // 0 is an error
		ambiguous bool
	}{
		{"success", idempotent, []any{200}, 200, false},
		{"refusal", idempotent, []any{422}, 422, false},
		{"503 then refusal", idempotent, []any{503, 422}, 422, true},
		{"503 then success", idempotent, []any{503, 200}, 200, true}, // a success speaks for itself
		{"502 then 404", idempotent, []any{502, 404}, 404, true},
		{"504 then 409", idempotent, []any{504, 409}, 409, true},
		{"429 then refusal", idempotent, []any{429, 422}, 422, false},
		{"429 to the end", idempotent, []any{429, 429, 429}, 429, false},
		{"503 then 429", idempotent, []any{503, 429, 429}, 429, true},
		{"503 to the end", idempotent, []any{503, 503, 503}, 503, true},
		{"reset then success", idempotent, []any{errReset, 200}, 200, true},
		{"reset then refusal", idempotent, []any{errReset, 422}, 422, true},
		{"reset to the end", idempotent, []any{errReset, errReset, errReset}, 0, true},
		{"reset then dial", idempotent, []any{errReset, errDial, errDial}, 0, true},
		{"cut then conflict", idempotent, []any{cut{}, 409}, 409, true},
		{"dial then success", idempotent, []any{errDial, 200}, 200, false},
		{"dial then refusal", idempotent, []any{errDial, 422}, 422, false},
		{"dial to the end", idempotent, []any{errDial, errDial, errDial}, 0, false},
		{"name then dial then 400", idempotent, []any{errDNS, errDial, 400}, 400, false},
		{"timeout status", idempotent, []any{408}, 408, true},
		{"redirect", idempotent, []any{302}, 302, true},
		{"once: dial then success", once, []any{errDial, 200}, 200, false},
		{"once: dial, dial, refusal", once, []any{errDial, errDNS, 422}, 422, false},
		{"once: dial then reset", once, []any{errDial, errReset}, 0, true},
		{"once: reset", once, []any{errReset}, 0, true},
		{"once: cut", once, []any{cut{}}, 0, true},
		{"once: 429", once, []any{429}, 429, false},
		{"once: 503", once, []any{503}, 503, true},
		{"once: 500", once, []any{500}, 500, true},
		{"once: 307", once, []any{307}, 307, true},
		{"read: 503 then 422", readOnly, []any{503, 422}, 422, false},
		{"read: resets", readOnly, []any{errReset, errReset, errReset}, 0, false},
		{"read: cuts", readOnly, []any{cut{}, cut{}, cut{}}, 0, false},
		{"read: redirect", readOnly, []any{302}, 302, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			hits := 0
			c := config(t, "https://api.example.com", wire(func(*http.Request) (*http.Response, error) {
				step := test.script[hits]
				hits++
				switch step := step.(type) {
				case int:
					return answer(step, "{}"), nil
				case error:
					return nil, step
				}
				resp := answer(200, "")
				resp.Body = io.NopCloser(failing{})
				return resp, nil
			}))
			got, err := transport.New(c).Do(t.Context(), request(t, test.kind, "POST", "https://api.example.com/x", "{}"))
			assert.Len(t, test.script, hits)
			assert.Equal(t, test.status, got.StatusCode)
			if test.status == 0 {
				assert.Equal(t, test.ambiguous, failureOf(t, err).Ambiguous)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.ambiguous, got.Ambiguous)
			assert.Equal(t, len(test.script), got.Attempts)
		})
	}
}

// A package may know statuses that leave more open, or less, than the usual ones.
func TestTheJudgeDecidesWhatAStatusLeavesOpen(t *testing.T) {
	t.Parallel()
	only := func(open int) func(int) bool { return func(status int) bool { return status == open } }
	for _, test := range []struct {
		name      string
		kind      transport.Kind
		open      func(int) bool
		script    []int
		ambiguous bool
	}{
		{"usual", transport.Idempotent, nil, []int{429, 422}, false},
		{"429 is open", transport.Idempotent, only(429), []int{429, 422}, true},
		{"422 is open", transport.Idempotent, only(422), []int{422}, true},
		{"503 is not", transport.Idempotent, only(429), []int{503, 422}, false},
		{"once", transport.Once, only(429), []int{429}, true},
		{"read", transport.ReadOnly, only(429), []int{429, 422}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			hits := 0
			c := config(t, "https://api.example.com", wire(func(*http.Request) (*http.Response, error) {
				hits++
				return answer(test.script[hits-1], "{}"), nil
			}))
			r := request(t, test.kind, "POST", "https://api.example.com/x", "{}")
			if test.open != nil {
				r.Judge = func(_ context.Context, got transport.Response, _ any) transport.Verdict {
					return transport.Verdict{Open: test.open(got.StatusCode)}
				}
			}
			got, err := transport.New(c).Do(t.Context(), r)
			require.NoError(t, err, test.name)
			assert.Equal(t, test.ambiguous, got.Ambiguous, test.name)
			assert.Len(t, test.script, hits, test.name)
		})
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// The faults are real: nobody listens on port 1.
func TestNothingSentIsRepeatedForEveryKind(t *testing.T) {
	t.Parallel()
	plain, _ := raw(t, func(conn net.Conn, _ int) { _, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n") })
	mute, _ := raw(t, func(conn net.Conn, _ int) { _, _ = conn.Read(make([]byte, 1)) })
	silent := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, syscall.ECONNREFUSED }}

	for _, test := range []struct {
		name, base, class string
		dial              net.Dialer
	}{
		{"refused", "http://127.0.0.1:1", "dial", net.Dialer{}},
		{"no name", "http://api.example.com", "dns", net.Dialer{Resolver: silent}},
		{"server speaks plain", "https" + plain[4:], "tls", net.Dialer{}},
		{"handshake cut", "https" + mute[4:], "reset", net.Dialer{}},
	} {
		for name, kind := range kinds() {
			t.Run(test.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				var dials atomic.Int64
				own := pool(t)
				own.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
					dials.Add(1)
					return test.dial.DialContext(ctx, network, address)
				}
				_, err := transport.New(config(t, test.base, own)).Do(t.Context(), request(t, kind, "POST", test.base, "{}"))
				e := failureOf(t, err)
				assert.Equal(t, test.class, e.Class, "%v", e.Err)
				assert.False(t, e.Ambiguous)
				assert.EqualValues(t, 3, dials.Load())
			})
		}
	}
}

func TestCertificateFaultIsNeverRepeated(t *testing.T) {
	t.Parallel()
	for name, kind := range kinds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base, handshakes := badCertificate(t)
			_, err := transport.New(config(t, base, nil)).Do(t.Context(), request(t, kind, "POST", base, "{}"))
			e := failureOf(t, err)
			assert.Equal(t, "tls", e.Class)
			assert.False(t, e.Ambiguous)
			assert.EqualValues(t, 1, handshakes.Load())
			var certificate *tls.CertificateVerificationError
			assert.ErrorAs(t, err, &certificate)
		})
	}
}
