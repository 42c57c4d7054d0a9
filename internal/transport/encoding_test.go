package transport_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

// Encodings that nobody asked for, from a server and through a transport that
// does not decompress.
func TestUnaskedEncodings(t *testing.T) {
	t.Parallel()
	const body = `{"a":1}`
	for name, tt := range map[string]struct {
		encoding []string
		sent     string
		status   int
		want     string // body
		text     string // of the error
		class    string
	}{
		"none":             {nil, body, 200, body, "", ""},
		"identity":         {[]string{"identity"}, body, 200, body, "", ""},
		"empty":            {[]string{" , "}, body, 200, body, "", ""},
		"gzip":             {[]string{"gzip"}, zipped(body), 200, body, "", ""},
		"GZIP, identity":   {[]string{"GZIP", "identity"}, zipped(body), 200, body, "", ""},
		"x-gzip":           {[]string{"x-gzip"}, zipped(body), 200, body, "", ""},
		"gzip in name":     {[]string{"gzip"}, body, 200, body, "", ""},
		"gzip, no body":    {[]string{"gzip"}, "", 200, "", "", ""},
		"gzip, one byte":   {[]string{"gzip"}, "\x1f", 200, "\x1f", "", ""},
		"gzip cut short":   {[]string{"gzip"}, zipped(body)[:20], 200, "", "response body cut short", "truncated"},
		"gzip, bad header": {[]string{"gzip"}, "\x1f\x8b\x01..........", 200, "", "response body cut short", "truncated"},
		"gzip bomb":        {[]string{"gzip"}, zipped(strings.Repeat(" ", 1<<20)), 200, "", "response too large", "too_large"},
		"br":               {[]string{"br"}, secret, 200, "", "response body cannot be read: content encoding br was not asked for", "encoding"},
		"deflate":          {[]string{"Deflate"}, secret, 200, "", "response body cannot be read: content encoding deflate was not asked for", "encoding"},
		"zstd":             {[]string{"zstd"}, secret, 201, "", "response body cannot be read: content encoding zstd was not asked for", "encoding"},
		"several":          {[]string{"gzip, br"}, secret, 200, "", "response body cannot be read: content encoding (several) was not asked for", "encoding"},
		"twice":            {[]string{"gzip", "gzip"}, zipped(body), 200, "", "response body cannot be read: content encoding (several) was not asked for", "encoding"},
		"unknown":          {[]string{secret}, secret, 200, "", "response body cannot be read: content encoding (unknown) was not asked for", "encoding"},
		"br, no body":      {[]string{"br"}, "", 200, "", "", ""},
		"refusal, gzip":    {[]string{"gzip"}, zipped(body), 422, body, "", ""},
		"refusal, br":      {[]string{"br"}, "\x8b\x03", 422, "\x8b\x03", "", ""},
		"refusal, cut":     {[]string{"gzip"}, "\x1f\x8b", 404, "", "", ""},
	} {
		for kindName, kind := range kinds() {
			t.Run(name+"/"+kindName, func(t *testing.T) {
				t.Parallel()
				base, hits := serve(t, func(w http.ResponseWriter, _ *http.Request) {
					w.Header()["Content-Encoding"] = tt.encoding
					w.WriteHeader(tt.status)
					_, _ = io.WriteString(w, tt.sent)
				})
				own := pool(t)
				own.DisableCompression = true
				c := config(t, base, own)
				c.MaxResponseBytes = 1 << 16
				got, err := transport.New(c).Do(t.Context(), request(t, kind, "POST", base, "{}"))
				if tt.text == "" {
					require.NoError(t, err)
					assert.Equal(t, tt.status, got.StatusCode)
					assert.Equal(t, tt.want, string(got.Body))
					assert.False(t, got.Ambiguous)
					if tt.want != tt.sent {
						assert.Empty(t, got.Header.Get("Content-Encoding"), "the header speaks of this body")
						assert.Empty(t, got.Header.Get("Content-Length"))
					}
					return
				}
				failure := failureOf(t, err)
				assert.Equal(t, tt.text, err.Error())
				assert.Equal(t, tt.class, failure.Class)
				assert.Equal(t, kind != transport.ReadOnly, failure.Ambiguous, "an unreadable answer to a write says nothing")
				if tt.class != "truncated" {
					assert.EqualValues(t, 1, hits.Load(), "the next answer would be the same")
				}
			})
		}
	}
}

// A header that a middleware keeps is not changed under its hands.
func TestMiddlewareKeepsItsHeader(t *testing.T) {
	t.Parallel()
	var kept http.Header
	c := config(t, api, wire(func(*http.Request) (*http.Response, error) {
		return answer(200, zipped("{}"), "Content-Encoding", "gzip"), nil
	}))
	c.Middleware = []middleware{func(next http.RoundTripper) http.RoundTripper {
		return wire(func(r *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			kept = resp.Header
			return resp, err
		})
	}}
	got, err := transport.New(c).Do(t.Context(), request(t, transport.ReadOnly, "GET", api, ""))
	require.NoError(t, err)
	assert.Equal(t, "{}", string(got.Body))
	assert.Equal(t, "gzip", kept.Get("Content-Encoding"))
}

// What net/http has asked for itself it decompresses itself.
func TestAskedEncoding(t *testing.T) {
	t.Parallel()
	base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "gzip", r.Header.Get("Accept-Encoding"))
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = io.WriteString(w, zipped("{}"))
	})
	got, err := transport.New(config(t, base, nil)).Do(t.Context(), request(t, transport.ReadOnly, "GET", base, ""))
	require.NoError(t, err)
	assert.Equal(t, "{}", string(got.Body))
}

// A body that returns its error once, before the two bytes that show gzip.
func TestErrorBeforeTheEncodingIsKnown(t *testing.T) {
	t.Parallel()
	for _, sent := range []string{"", "\x1f"} {
		c, _, _ := watched(t, wire(func(*http.Request) (*http.Response, error) {
			a, left := answer(200, "", "Content-Encoding", "gzip"), []error{io.ErrUnexpectedEOF}
			a.Body = io.NopCloser(reader(func(p []byte) (int, error) {
				if len(left) == 0 {
					return 0, io.EOF
				}
				err := left[0]
				left = nil
				return copy(p, sent), err
			}))
			return a, nil
		}))
		_, err := transport.New(*c).Do(t.Context(), request(t, transport.ReadOnly, "GET", plain, ""))
		require.ErrorContains(t, err, "response body cut short", "after %d bytes", len(sent))
	}
}
