package transport_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

// refusing is a proxy that answers CONNECT by a status line.
func refusing(t *testing.T, line string) (*url.URL, *atomic.Int64) {
	t.Helper()
	asked := new(atomic.Int64)
	address, _ := raw(t, func(conn net.Conn, _ int) {
		r, _, err := receive(conn)
		if err == nil && assert.Equal(t, http.MethodConnect, r.Method) {
			asked.Add(1)
			_, _ = io.WriteString(conn, "HTTP/1.1 "+line+"\r\nProxy-Authenticate: Basic realm=\""+secret+"\"\r\nContent-Length: 0\r\n\r\n")
		}
	})
	u, err := url.Parse(address)
	require.NoError(t, err)
	u.User = url.UserPassword("user", secret)
	return u, asked
}

var proxyRefusals = []struct {
	line, text string
	asked      int64 // times
	known      bool  // to a caller's transport too
}{
	{"407 Proxy Authentication Required", "proxy refused the connection: status 407 Proxy Authentication Required", 1, true},
	{"407 proxy authentication required", "proxy refused the connection: status 407 Proxy Authentication Required", 1, true},
	{"407 Proxy Authentication Required (" + secret + ")", "proxy refused the connection: status 407 Proxy Authentication Required", 1, true},
	{"407 " + secret, "proxy refused the connection: status 407 Proxy Authentication Required", 1, false},
	{"403 Forbidden", "proxy refused the connection: status 403 Forbidden", 1, true},
	{"470 " + secret, "proxy refused the connection: status 470", 1, false},
	{"502 Bad Gateway", "proxy refused the connection: status 502 Bad Gateway", 3, true},
	{"503 Service Unavailable", "proxy refused the connection: status 503 Service Unavailable", 3, true},
	{"504 Gateway Timeout", "proxy refused the connection: status 504 Gateway Timeout", 3, true},
}

// A proxy that refuses CONNECT proves that nothing reached the provider, and is
// asked again only if its status says that this may help.
func TestProxyRefusesToConnect(t *testing.T) { //nolint:paralleltest // http.DefaultTransport is replaced
	usual := http.DefaultTransport
	defer func() { http.DefaultTransport = usual }()
	for _, tt := range proxyRefusals {
		for name, kind := range kinds() {
			for _, callers := range []bool{false, true} {
				t.Run(fmt.Sprint(tt.line, " ", name, " ", callers), func(t *testing.T) {
					proxy, asked := refusing(t, tt.line)
					own := &http.Transport{Proxy: http.ProxyURL(proxy)}
					c := config(t, "https://api.example.com", own)
					if !callers {
						http.DefaultTransport, c.HTTPClient = own, nil
					}
					var last transport.Attempt
					c.Observer = func(_ context.Context, a transport.Attempt) { last = a }
					_, err := transport.New(c).Do(t.Context(), request(t, kind, "POST", "https://api.example.com/v1", "{}"))
					failure := failureOf(t, err)
					assert.False(t, failure.Ambiguous, "nothing left")
					if callers && !tt.known {
						assert.Equal(t, "network", failure.Class)
						assert.EqualValues(t, 3, asked.Load())
						return
					}
					assert.Equal(t, "proxy", failure.Class)
					assert.Equal(t, "proxy", last.Class)
					assert.Equal(t, tt.text, err.Error())
					assert.Equal(t, tt.asked, asked.Load())
				})
			}
		}
	}
}

// A hook of the caller's in http.DefaultTransport is asked first.
func TestProxyHookOfTheCaller(t *testing.T) { //nolint:paralleltest // http.DefaultTransport is replaced
	usual := http.DefaultTransport
	defer func() { http.DefaultTransport = usual }()
	proxy, _ := refusing(t, "407 No")
	mine := fmt.Errorf("mine: %w", io.ErrNoProgress)
	var hook error
	seen := 0
	http.DefaultTransport = &http.Transport{Proxy: http.ProxyURL(proxy), OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
		seen = answer.StatusCode
		return hook
	}}
	for _, hook = range []error{mine, nil} {
		c := config(t, "https://api.example.com", nil)
		c.HTTPClient, c.Retry.MaxAttempts = nil, 1
		_, err := transport.New(c).Do(t.Context(), request(t, transport.Once, "POST", "https://api.example.com/v1", "{}"))
		assert.Equal(t, 407, seen)
		if hook != nil {
			require.ErrorIs(t, err, io.ErrNoProgress)
		} else {
			assert.Equal(t, "proxy", failureOf(t, err).Class)
		}
	}
}

// A proxy that is not there is a failed dial, and one whose address is not valid
// a failure of its own.
func TestProxyThatIsNotThere(t *testing.T) { //nolint:paralleltest // http.DefaultTransport is replaced
	usual := http.DefaultTransport
	defer func() { http.DefaultTransport = usual }()
	for name, tt := range map[string]struct {
		proxy    func(*http.Request) (*url.URL, error)
		class    string
		attempts int
	}{
		"refused":       {http.ProxyURL(&url.URL{Scheme: "http", Host: "127.0.0.1:1"}), "dial", 3},
		"refused socks": {http.ProxyURL(&url.URL{Scheme: "socks5", Host: "127.0.0.1:1"}), "dial", 3},
		"invalid": {func(*http.Request) (*url.URL, error) {
			return nil, fmt.Errorf("invalid proxy address %q", "http://user:"+secret+"@")
		}, "proxy", 1},
	} {
		t.Run(name, func(t *testing.T) {
			http.DefaultTransport = &http.Transport{Proxy: tt.proxy}
			c := config(t, "https://api.example.com", nil)
			c.HTTPClient = nil
			attempts := 0
			c.Observer = func(_ context.Context, a transport.Attempt) { attempts = a.Number }
			_, err := transport.New(c).Do(t.Context(), request(t, transport.Once, "POST", "https://api.example.com/v1", "{}"))
			failure := failureOf(t, err)
			assert.Equal(t, tt.class, failure.Class)
			assert.False(t, failure.Ambiguous)
			assert.Equal(t, tt.attempts, attempts)
		})
	}
}

// SOCKS5 has no status; a refused password is tried once all the same.
func TestSocksRefusesThePassword(t *testing.T) {
	t.Parallel()
	address, accepted := raw(t, func(conn net.Conn, _ int) {
		greeting := make([]byte, 4)
		_, _ = io.ReadFull(conn, greeting)
		_, _ = conn.Write([]byte{5, 2})
		_, _ = io.ReadFull(conn, make([]byte, 2+len("user")+1+len(secret)))
		_, _ = conn.Write([]byte{1, 1})
	})
	proxy := &url.URL{Scheme: "socks5", Host: address[len("http://"):], User: url.UserPassword("user", secret)}
	own := &http.Transport{Proxy: http.ProxyURL(proxy)}
	_, err := transport.New(config(t, "https://api.example.com", own)).Do(t.Context(), request(t, transport.Once, "POST", "https://api.example.com/v1", "{}"))
	failure := failureOf(t, err)
	assert.Equal(t, "proxy", failure.Class)
	assert.Equal(t, "proxy: authentication failed", err.Error())
	assert.False(t, failure.Ambiguous)
	assert.EqualValues(t, 1, accepted.Load())
}

// Over plain http a proxy answers in place of the provider: an answer like others.
func TestPlainProxyAnswers407(t *testing.T) {
	t.Parallel()
	address, hits := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) })
	proxy, err := url.Parse(address)
	require.NoError(t, err)
	own := pool(t)
	own.Proxy = http.ProxyURL(proxy)
	got, err := transport.New(config(t, "http://api.example.com", own)).Do(t.Context(), request(t, transport.ReadOnly, "GET", "http://api.example.com/v1", ""))
	require.NoError(t, err)
	assert.Equal(t, 407, got.StatusCode)
	assert.EqualValues(t, 1, hits.Load())
}
