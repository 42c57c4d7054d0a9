package transport_test

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

var bases = []struct {
	text    string
	plain   bool
	problem string // a part of the only one; "" is none
}{
	{"https://api.example.com", false, ""},
	{"https://api.example.com/", false, ""},
	{"https://api.example.com/v1", false, ""},
	{"https://api.example.com/v1/", false, ""},
	{"https://api.example.com/a%2Fb", false, ""},
	{"https://api.example.com:8443/v1", false, ""},
	{"HTTPS://API.example.com", false, ""},
	{"https://127.0.0.1", false, ""},
	{"https://[2001:db8::1]:443/v1", false, ""},
	{"http://localhost:8080", false, ""},
	{"http://127.0.0.1:8080/v1", false, ""},
	{"http://127.9.9.9", false, ""},
	{"http://[::1]:8080", false, ""},
	{"http://api.example.com", true, ""},
	{"http://api.example.com", false, "plain http"},
	{"http://localhost.example.com", false, "plain http"},
	{"http://127.0.0.1.example.com", false, "plain http"},
	{"http://10.0.0.1", false, "plain http"},
	{"http://0.0.0.0", false, "plain http"},
	{"http://[::]", false, "plain http"},
	{"http://[::ffff:10.0.0.1]", false, "plain http"},
	{"http://2130706433", false, "plain http"},
	{"ftp://api.example.com", false, "scheme"},
	{"ftp://api.example.com", true, "scheme"},
	{"ws://127.0.0.1", true, "scheme"},
	{"//api.example.com/v1", false, "scheme"},
	{"", false, "absolute URL"},
	{"https://api.example.com/v1 ", false, "absolute URL"},
	{"api.example.com", false, "absolute URL"},
	{"api.example.com/v1", false, "absolute URL"},
	{"localhost:8080", false, "absolute URL"},
	{"/v1", false, "absolute URL"},
	{"https:", false, "absolute URL"},
	{"https:///v1", false, "absolute URL"},
	{"https://:443", false, "absolute URL"},
	{"https:api.example.com", false, "absolute URL"},
	{"mailto:a@example.com", false, "absolute URL"},
	{"https://api.example.com:port", false, "absolute URL"},
	{"https://api example.com", false, "absolute URL"},
	{"https://api.example.com/%zz", false, "absolute URL"},
	{"https://api.example.com/\n", false, "absolute URL"},
	{"https://[::1", false, "absolute URL"},
	{" https://api.example.com", false, "absolute URL"},
	{"https://api.example.com:", false, "empty port"},
	{"http://LOCALHOST:8080", false, ""},
	{"https://xn--bcher-kva.example", false, ""},
	{"https://api.example.com./v1", false, ""},
	{"https://my_host.example.com", false, ""},
	{"https://bücher.example", false, "punycode"},
	{"https://api.example.com。", false, "punycode"},
	{"https://ａｐｉ.example.com", false, "punycode"},
	{"https://api.exаmple.com", false, "punycode"}, // a Cyrillic letter
	{"https://b%C3%BCcher.example", false, "punycode"},
	{"https://api\xff.example.com", false, "punycode"},
	{"https://b\u00adcher.example", false, "punycode"},
	{"https://[fe80::1%25eth0]:8443", false, "zone"},
	{"https://api%2eexample.com", false, "absolute URL"},
	{"https://api\"x.example.com", false, "letters"},
	{"https://api,example.com", false, "letters"},
	{"https://a;b.example.com", false, "letters"},
	{"https://user@api.example.com", false, "user name"},
	{"https://user:" + secret + "@api.example.com", false, "user name"},
	{"https://api.example.com?key=" + secret, false, "query"},
	{"https://api.example.com/?", false, "query"},
	{"https://api.example.com#" + secret, false, "fragment"},
	{"://" + secret, false, "absolute URL"},
	{"https://" + secret + " /", false, "absolute URL"},
}

func TestParseBase(t *testing.T) {
	t.Parallel()
	for _, test := range bases {
		t.Run(fmt.Sprint(test.text, ", ", test.plain), func(t *testing.T) {
			base, problems := transport.ParseBase("baseURL", test.text, test.plain)
			if test.problem == "" {
				assert.Empty(t, problems, test.text)
				require.NotNil(t, base, test.text)
				assert.Equal(t, strings.ToLower(base.Host), base.Host, test.text)
				return
			}
			if assert.Len(t, problems, 1, test.text) {
				assert.Contains(t, problems[0], "baseURL: ", test.text)
				assert.Contains(t, problems[0], test.problem, test.text)
				assert.NotContains(t, problems[0], secret)
			}
		})
	}
	_, problems := transport.ParseBase("endpoint", "http://u:p@example.com:?a#b", false)
	assert.Len(t, problems, 5, "all at once")
}

func FuzzParseBase(f *testing.F) {
	for _, test := range bases {
		f.Add(test.text, test.plain)
	}
	f.Fuzz(func(t *testing.T, text string, plain bool) {
		base, problems := transport.ParseBase("baseURL", text, plain)
		if len(problems) > 0 {
			return
		}
		// What is sent must be what credentials go to.
		r, err := http.NewRequest(http.MethodGet, base.String(), nil)
		if err != nil || r.URL.Host != base.Host || r.URL.Scheme != base.Scheme || r.URL.User != nil || r.URL.RawQuery != "" || base.Hostname() == "" {
			t.Errorf("%q: %v %v", text, r, err)
		}
		if base.Scheme != "https" && (base.Scheme != "http" || !plain && strings.Trim(base.Hostname(), "0123456789abcdef:.") != "" && base.Hostname() != "localhost") {
			t.Errorf("%q is not safe", text)
		}
	})
}

var joins = []struct {
	base     string
	elements []string
	want     string // "" is refused
}{
	{"https://h", []string{"a"}, "https://h/a"},
	{"https://h/", []string{"a"}, "https://h/a"},
	{"https://h/v1", []string{"a", "b"}, "https://h/v1/a/b"},
	{"https://h/v1/", []string{"a", "b"}, "https://h/v1/a/b"},
	{"https://h/a%2Fb", []string{"c"}, "https://h/a%2Fb/c"},
	{"https://h/v1", []string{"a/b"}, "https://h/v1/a%2Fb"},
	{"https://h/v1", []string{"/"}, "https://h/v1/%2F"},
	{"https://h/v1", []string{"../x"}, "https://h/v1/..%2Fx"},
	{"https://h/v1", []string{"x/.."}, "https://h/v1/x%2F.."},
	{"https://h/v1", []string{"..."}, "https://h/v1/..."},
	{"https://h/v1", []string{"%2e%2e"}, "https://h/v1/%252e%252e"},
	{"https://h/v1", []string{"a%2Fb"}, "https://h/v1/a%252Fb"},
	{"https://h/v1", []string{"a b?c#d"}, "https://h/v1/a%20b%3Fc%23d"},
	{"https://h/v1", []string{"a;b=c&d+e"}, "https://h/v1/a%3Bb=c&d+e"},
	{"https://h/v1", []string{"a:b@c"}, "https://h/v1/a:b@c"},
	{"https://h/v1", []string{"https://evil"}, "https://h/v1/https:%2F%2Fevil"},
	{"https://h/v1", []string{`\\evil\x`}, "https://h/v1/%5C%5Cevil%5Cx"},
	{"https://h/v1", []string{"a\x00\r\n"}, "https://h/v1/a%00%0D%0A"},
	{"https://h/v1", []string{"ö\xff"}, "https://h/v1/%C3%B6%FF"},
	{"https://h/v1", []string{" "}, "https://h/v1/%20"},
	{"https://h/v1", []string{""}, ""},
	{"https://h/v1", []string{"."}, ""},
	{"https://h/v1", []string{".."}, ""},
	{"https://h/v1", []string{"a", ""}, ""},
	{"https://h/v1", []string{"a", "..", "b"}, ""},
}

func TestJoin(t *testing.T) {
	t.Parallel()
	for _, test := range joins {
		t.Run(fmt.Sprint(test.base, ", ", test.elements), func(t *testing.T) {
			base, err := url.Parse(test.base)
			require.NoError(t, err)
			got, err := transport.Join(base, test.elements...)
			assert.Equal(t, test.base, base.String(), "unchanged")
			if test.want == "" {
				assert.Error(t, err, test.elements)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, got.String())
		})
	}
}

func FuzzJoin(f *testing.F) {
	for _, test := range joins {
		f.Add(test.elements[0], test.elements[len(test.elements)-1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		base, err := url.Parse("https://h/a%2Fb/v1")
		require.NoError(t, err)
		got, err := transport.Join(base, a, b)
		if err != nil {
			return
		}
		sent, err := url.Parse(got.String()) // as Do does
		require.NoError(t, err)
		parts := strings.Split(sent.EscapedPath(), "/")
		require.Len(t, parts, 5, "%q %q", a, b)
		for i, want := range []string{"", "a/b", "v1", a, b} {
			part, err := url.PathUnescape(parts[i])
			require.NoError(t, err)
			require.Equal(t, want, part)
		}
		require.Equal(t, "https://h", sent.Scheme+"://"+sent.Host)
		require.Empty(t, sent.RawQuery+sent.Fragment)
	})
}

func TestConfigProblems(t *testing.T) {
	t.Parallel()
	type C = transport.Config
	retry := func(attempts int, least, most time.Duration) C {
		return C{Retry: transport.RetryPolicy{MaxAttempts: attempts, MinWait: least, MaxWait: most}}
	}
	for _, test := range []struct {
		config  C
		problem string
	}{
		{C{}, ""},
		{C{Timeout: 1, RatePerSecond: 0.001, Burst: 1, MaxResponseBytes: 1, UserAgent: "a/1 (b)"}, ""},
		{C{Timeout: math.MaxInt64, RatePerSecond: 1e9, Burst: math.MaxInt, MaxResponseBytes: math.MaxInt64}, ""},
		{C{Middleware: []middleware{func(next http.RoundTripper) http.RoundTripper { return next }}}, ""},
		{C{Timeout: -1}, "WithTimeout"},
		{retry(1, 0, 0), ""},
		{retry(0, time.Minute, 0), ""},
		{retry(0, 0, 1), ""},
		{retry(0, 1, 1), ""},
		{retry(math.MaxInt, math.MaxInt64, math.MaxInt64), ""},
		{retry(-1, 0, 0), "MaxAttempts"},
		{retry(0, -1, 0), "WithRetry: MinWait and MaxWait"},
		{retry(0, 0, -1), "WithRetry: MinWait and MaxWait"},
		{retry(0, 2, 1), "above MaxWait"},
		{C{RatePerSecond: 1}, "WithRateLimit: burst"},
		{C{RatePerSecond: 1, Burst: -1}, "WithRateLimit: burst"},
		{C{Burst: 1}, "WithRateLimit: perSecond"},
		{C{RatePerSecond: -1, Burst: 1}, "WithRateLimit: perSecond"},
		{C{RatePerSecond: math.NaN(), Burst: 1}, "WithRateLimit: perSecond"},
		{C{RatePerSecond: math.Inf(1), Burst: 1}, "WithRateLimit: perSecond"},
		{C{RatePerSecond: math.Inf(-1), Burst: 1}, "WithRateLimit: perSecond"},
		{C{MaxResponseBytes: -1}, "WithMaxResponseBytes"},
		{C{UserAgent: "a\r\nX: y"}, "WithUserAgent"},
		{C{UserAgent: "ö"}, "WithUserAgent"},
		{C{UserAgent: "\x7f"}, "WithUserAgent"},
		{C{Middleware: []middleware{nil}}, "WithMiddleware"},
	} {
		problems := test.config.Problems()
		if test.problem == "" {
			assert.Empty(t, problems)
		} else if assert.Len(t, problems, 1) {
			assert.Contains(t, problems[0], test.problem)
		}
	}
	assert.Len(t, C{Timeout: -1, MaxResponseBytes: -1, UserAgent: "\n", RatePerSecond: -1}.Problems(), 5, "all at once")
}

var headers = []struct{ name, value, problem string }{
	{"X-Request-Id", "abc 123", ""},
	{"x-request-id", "", ""},
	{"Traceparent", "00-1-2-01", ""},
	{"Accept-Language", "ky", ""},
	{"!#$%&'*+-.^_`|~09azAZ", "~", ""},
	{"Accept-Encoding", "br", "must not be set"},
	{"Authorization", secret, "must not be set"},
	{"AUTHORIZATION", secret, "must not be set"},
	{"connection", "close", "must not be set"},
	{"Cookie", secret, "must not be set"},
	{"host", "evil", "must not be set"},
	{"idempotency-KEY", "k", "must not be set"},
	{"X-Idempotency-Key", "k", "must not be set"},
	{"Transfer-Encoding", "chunked", "must not be set"},
	{"Content-Type", "text/plain", "must not be set"},
	{"content-length", "0", "must not be set"},
	{"Content-Anything", "0", "must not be set"},
	{"Range", "bytes=0-1", "must not be set"},
	{"if-none-match", "x", "must not be set"},
	{"expect", "100-continue", "must not be set"},
	{"TE", "trailers", "must not be set"},
	{"Trailer", "X", "must not be set"},
	{"Upgrade", "h2c", "must not be set"},
	{"proxy-authorization", secret, "must not be set"},
	{"x-api-key", secret, "must not be set"},
	{"SIGNATURE", secret, "must not be set"},
	{"", "v", "token"},
	{"X Y", "v", "token"},
	{"Authorization ", secret, "token"},
	{"X:Y", "v", "token"},
	{"X\r\nY", "v", "token"},
	{"Хост", "v", "token"},
	{"X-\xff", "v", "token"},
	{"X-\u0161", "v", "token"},
	{"[X]", "v", "token"},
	{"{X}", "v", "token"},
	{"X@", "v", "token"},
	{"X-Value", "a\r\nb: " + secret, "printable"},
	{"X-Value", "a\x00", "printable"},
	{"X-Value", "\t", "printable"},
	{"X-Value", "\x7f", "printable"},
	{"X-Value", "ö", "printable"},
}

func TestHeaderProblem(t *testing.T) {
	t.Parallel()
	for _, test := range headers {
		problem := transport.HeaderProblem(test.name, test.value, "X-Api-Key", "signature")
		assert.NotContains(t, problem, secret)
		if test.problem == "" {
			assert.Empty(t, problem, test.name)
		} else {
			assert.Contains(t, problem, test.problem, test.name)
			assert.Contains(t, problem, "WithHeader: ")
		}
	}
}

func FuzzHeaderProblem(f *testing.F) {
	for _, test := range headers {
		f.Add(test.name, test.value)
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		if transport.HeaderProblem(name, value, "Signature") != "" {
			return
		}
		key := http.CanonicalHeaderKey(name)
		for _, refused := range []string{"Host", "Authorization", "Cookie", "Transfer-Encoding", "Accept-Encoding", "Connection", "Idempotency-Key", "X-Idempotency-Key", "Signature", "Range", "Expect", "Upgrade"} {
			if strings.EqualFold(key, refused) || strings.HasPrefix(strings.ToLower(name), "content-") {
				t.Fatalf("%q passes", name)
			}
		}
		// net/http must find nothing wrong with it, for then nothing would be sent.
		var wire strings.Builder
		if err := (http.Header{key: {value}}).Write(&wire); err != nil || strings.Count(wire.String(), "\n") != 1 || !strings.HasPrefix(wire.String(), key+": ") {
			t.Fatalf("%q %q: %q %v", name, value, wire.String(), err)
		}
	})
}

// The header of a call serves each page of a walk: it stays as it is.
func TestJSONHeader(t *testing.T) {
	t.Parallel()
	header := http.Header{"X-Trace": {"1"}}
	out := transport.JSONHeader(header)
	assert.Equal(t, http.Header{"X-Trace": {"1"}, "Content-Type": {"application/json"}}, out)
	out["X-Trace"][0] = "2"
	assert.Equal(t, http.Header{"X-Trace": {"1"}}, header)
	assert.Equal(t, http.Header{"Content-Type": {"application/json"}}, transport.JSONHeader(nil))
}
