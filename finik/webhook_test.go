package finik_test

import (
	"bytes"
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

const (
	hookHost = "shop.example.com"
	hookPath = "/webhooks/finik"
	hookURL  = "https://" + hookHost + hookPath

	// hookBody is in the order that is signed.
	hookBody = `{"amount":10.5,"fields":{"phone":"+996000000001","amount":10.5},"id":"p-1","status":"SUCCEEDED","transactionId":"tx-1"}`
)

// hookKeys are the service's key and another one.
type hookKeys struct{ service, other *rsa.PrivateKey }

func newHookKeys(t testing.TB) hookKeys {
	t.Helper()
	all := vectors(t)
	return hookKeys{vectorPrivateKey(t, all.WebhookKey.PKCS8), vectorPrivateKey(t, all.Key.PKCS8)}
}

func (k hookKeys) webhook() finik.Webhook {
	return finik.Webhook{PublicURL: hookURL, Keys: []*rsa.PublicKey{&k.service.PublicKey}}
}

// delivery is a callback as it is signed, and as it then arrives.
type delivery struct {
	key                               *rsa.PrivateKey
	signedPath, signedHost, signedXAP string // signedXAP is "&name:value" of all x-api headers
	signedQuery, signedBody           string

	method, target, body string
	header               http.Header
	reader               io.Reader // instead of body
}

func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// newDelivery is a good one of now, in which signed and arriving parts agree.
func newDelivery(k hookKeys) *delivery {
	return (&delivery{
		key: k.service, signedPath: hookPath, signedHost: hookHost, signedBody: hookBody,
		method: http.MethodPost, target: "http://10.0.0.1:8080" + hookPath, body: hookBody, header: http.Header{},
	}).stamped(millis(time.Now()))
}

// stamped signs and sends another timestamp.
func (d *delivery) stamped(text string) *delivery {
	d.signedXAP = "&x-api-timestamp:" + text
	d.header["X-Api-Timestamp"] = []string{text}
	return d
}

// sent signs and sends another body; signed is how JavaScript prints it.
func (d *delivery) sent(body, signed string) { d.body, d.signedBody = body, signed }

func (d *delivery) text() string {
	text := "post\n" + d.signedPath + "\nhost:" + d.signedHost + d.signedXAP + "\n"
	if d.signedQuery != "" {
		text += d.signedQuery + "\n"
	}
	return text + d.signedBody
}

// signed puts the signature on the delivery.
func (d *delivery) signed(t testing.TB) *delivery {
	t.Helper()
	d.header["Signature"] = []string{signatureOf(t, d.key, d.text())}
	return d
}

func (d *delivery) request() *http.Request {
	var body io.Reader = strings.NewReader(d.body)
	if d.reader != nil {
		body = d.reader
	}
	r := httptest.NewRequest(d.method, d.target, body)
	r.Header = d.header
	return r
}

type readerOf func(p []byte) (int, error)

func (f readerOf) Read(p []byte) (int, error) { return f(p) }

// Nothing is accepted that should not be, nothing is lost that should be.
func TestWebhookCases(t *testing.T) {
	t.Parallel()
	k := newHookKeys(t)
	cases := hookCases(k)
	assert.GreaterOrEqual(t, len(cases), 120)
	names := map[string]bool{}
	for _, c := range cases {
		require.False(t, names[c.name], c.name)
		names[c.name] = true
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, hook := newDelivery(k), k.webhook()
			if c.before != nil {
				c.before(d)
			}
			d.signed(t)
			if c.after != nil {
				c.after(d)
			}
			if c.hook != nil {
				c.hook(&hook)
			}
			called := false
			answer := httptest.NewRecorder()
			hook.Handler(func(_ context.Context, e *finik.Event) error {
				called = true
				assert.Equal(t, strings.TrimPrefix(d.body, "\ufeff"), string(e.Raw))
				return nil
			}).ServeHTTP(answer, d.request())
			assert.Equal(t, c.want, answer.Code)
			assert.Equal(t, c.want == 200, called)
			assert.Empty(t, answer.Body.String())
			assert.Equal(t, c.want == 405, answer.Header().Get("Allow") == "POST")

			event, err := hook.Parse(d.request())
			if c.want == 200 {
				require.NoError(t, err)
				require.NotNil(t, event)
				return
			}
			assert.Nil(t, event)
			require.ErrorIs(t, err, finik.ErrBadWebhook)
			assert.Equal(t, c.want == 401, errors.Is(err, finik.ErrUnauthorized))
			for _, private := range []string{"996000000001", "p-1", "tx-1", "10.0.0.1"} {
				assert.NotContains(t, err.Error(), private)
			}
		})
	}
}

// What can be refused by its headers is refused without its body.
func TestWebhookReadsNoBodyInVain(t *testing.T) {
	t.Parallel()
	k := newHookKeys(t)
	for name, spoil := range map[string]func(d *delivery){
		"no signature": func(d *delivery) { delete(d.header, "Signature") },
		"stale":        func(d *delivery) { d.stamped(millis(time.Now().Add(-time.Hour))) },
		"no timestamp": func(d *delivery) { delete(d.header, "X-Api-Timestamp") },
		"method":       func(d *delivery) { d.method = http.MethodPatch },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDelivery(k).signed(t)
			spoil(d)
			d.reader = readerOf(func([]byte) (int, error) {
				t.Error(name, "read")
				return 0, io.EOF
			})
			_, err := k.webhook().Parse(d.request())
			require.ErrorIs(t, err, finik.ErrBadWebhook, name)
		})
	}
	d := newDelivery(k).signed(t).request()
	d.Body = nil
	_, err := k.webhook().Parse(d)
	require.ErrorContains(t, err, "may have read it before")
}

func TestWebhookVectors(t *testing.T) {
	t.Parallel()
	all := vectors(t)
	hook := finik.Webhook{Keys: []*rsa.PublicKey{vectorPublicKey(t, all.WebhookKey.Public)}, Tolerance: -1}
	for _, v := range all.Webhooks {
		t.Run(v.Name, func(t *testing.T) {
			hook := hook
			hook.PublicURL = "https://" + v.Input.Host + v.Input.Path
			raw, err := finik.EncodeQuery(v.Input.query())
			require.NoError(t, err)
			if raw != "" {
				raw = "?" + raw
			}
			for i, registered := range []string{"", raw} {
				t.Run(fmt.Sprint("registered ", i), func(t *testing.T) {
					hook.PublicURL += registered
					r := httptest.NewRequest(v.Input.Method, "http://10.0.0.1/"+raw, strings.NewReader(*v.Input.Body))
					for name, values := range v.Input.header() {
						r.Header.Set(name, values[0])
					}
					r.Header.Set("signature", v.Signature)
					event, err := hook.Parse(r)
					if !v.Valid {
						require.ErrorIs(t, err, finik.ErrUnauthorized, v.Name)
						return
					}
					require.NoError(t, err, v.Name)
					assert.Equal(t, *v.Input.Body, string(event.Raw), v.Name)
				})
			}
		})
	}
}

func TestHandlerOfWebhook(t *testing.T) {
	t.Parallel()
	k := newHookKeys(t)
	answer := httptest.NewRecorder()
	k.webhook().Handler(func(context.Context, *finik.Event) error { return errors.New("no") }).
		ServeHTTP(answer, newDelivery(k).signed(t).request())
	assert.Equal(t, 500, answer.Code, "the service is to come again")
	assert.Empty(t, answer.Body.String())
	assert.PanicsWithValue(t, "finik: Webhook.Handler: fn must not be nil", func() { k.webhook().Handler(nil) })

	// Over sockets, where the server has canonical names of headers.
	var got *finik.Event
	server := httptest.NewServer(k.webhook().Handler(func(ctx context.Context, e *finik.Event) error {
		got = e
		return ctx.Err()
	}))
	defer server.Close()
	d := newDelivery(k).signed(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/any", strings.NewReader(d.body))
	require.NoError(t, err)
	r.Header = d.header
	response, err := server.Client().Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	assert.Equal(t, 200, response.StatusCode)
	require.NotNil(t, got)
	assert.Equal(t, "tx-1 p-1", got.Key())
}

func TestParseErrorsOfWebhook(t *testing.T) {
	t.Parallel()
	k := newHookKeys(t)
	parse := func(change func(d *delivery)) error {
		d := newDelivery(k).signed(t)
		change(d)
		_, err := k.webhook().Parse(d.request())
		return err
	}
	require.EqualError(t, parse(func(d *delivery) { d.method = "GET" }), "finik: bad webhook: the method is not POST")
	require.EqualError(t, parse(func(d *delivery) { delete(d.header, "Signature") }), "finik: bad webhook: finik: unauthorized: there must be exactly one signature header")
	require.EqualError(t, parse(func(d *delivery) { d.body = `{"a":1}` }), "finik: bad webhook: finik: unauthorized: the signature is wrong")
	var tooLong *http.MaxBytesError
	require.ErrorAs(t, parse(func(d *delivery) { d.body = strings.Repeat(" ", 2<<20) }), &tooLong)
	var decode *finik.DecodeError
	require.ErrorAs(t, parse(func(d *delivery) { d.body = `{"phone":"+996000000001"` }), &decode)
	assert.Equal(t, "Webhook", decode.Operation)
	assert.JSONEq(t, `{"phone":"+996000000001"}`, string(decode.Body)+"}")
	hook := k.webhook()
	hook.PublicURL = "shop.example.com"
	_, err := hook.Parse(newDelivery(k).signed(t).request())
	require.ErrorIs(t, err, finik.ErrInvalidRequest)
	require.ErrorIs(t, err, finik.ErrBadWebhook)
}

func TestWebhookPrintsItsHostOnly(t *testing.T) {
	t.Parallel()
	hook := finik.Webhook{PublicURL: "https://shop.example.com/hidden?token=hidden"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		assert.Equal(t, "finik webhook of shop.example.com", fmt.Sprintf(verb, hook))
	}
	assert.Equal(t, "finik webhook of shop.example.com", hook.LogValue().String())
	hook.PublicURL = "://hidden"
	assert.Equal(t, "finik webhook", fmt.Sprint(hook))
}

func FuzzWebhookParse(f *testing.F) {
	k := newHookKeys(f)
	hook := k.webhook()
	hook.Tolerance = -1
	for _, v := range vectors(f).Webhooks {
		f.Add([]byte(*v.Input.Body), v.Signature, "", true)
	}
	f.Add([]byte(hookBody), "AAAA", "a=b", false)
	f.Add([]byte(`{"id":1,"amount":"1e5","sender":[],"service":"x","requestDate":"2026-01-01"}`), "", "q=%41", true)
	f.Fuzz(func(t *testing.T, body []byte, signature, query string, sign bool) {
		r := httptest.NewRequest(http.MethodPost, "http://h/", bytes.NewReader(body))
		r.URL.RawQuery = query
		r.Header["Signature"] = []string{signature}
		if sign { // what was signed must not make it panic either
			m := finik.Message{Method: "POST", Host: hookHost, Path: hookPath, Query: r.URL.Query(), Body: body}
			if text, err := m.ReceivedText(); err == nil {
				r.Header["Signature"] = []string{signatureOf(t, k.service, string(text))}
			}
		}
		event, err := hook.Parse(r)
		require.Equal(t, err == nil, event != nil)
		if err != nil {
			require.ErrorIs(t, err, finik.ErrBadWebhook)
			return
		}
		require.True(t, sign, "a signature was forged")
		require.NotEqual(t, " ", event.Key())
		out, err := event.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, body, out)
		_ = event.String()
	})
}
