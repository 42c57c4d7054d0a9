package finiktest_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik/finiktest"
)

// raw is a request by hand. Its text is what is signed of the body.
type raw struct {
	method, path, body, text string
	at                       time.Time
	key                      string
	signer                   *rsa.PrivateKey
	change                   func(*http.Request) // after it is signed
}

// send returns the status and the answer.
func send(t *testing.T, srv *finiktest.Server, r raw) (int, map[string]any) {
	t.Helper()
	base, err := url.Parse(srv.URL())
	require.NoError(t, err)
	if r.at.IsZero() {
		r.at = time.Now()
	}
	if r.key == "" {
		r.key = finiktest.DefaultAPIKey
	}
	if r.signer == nil {
		r.signer = finiktest.ClientKey()
	}
	if r.text == "" {
		r.text = r.body
	}
	stamp := strconv.FormatInt(r.at.UnixMilli(), 10)
	text := strings.ToLower(r.method) + "\n" + r.path + "\nhost:" + base.Host + "&x-api-key:" + r.key + "&x-api-timestamp:" + stamp + "\n" + r.text
	digest := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, r.signer, crypto.SHA256, digest[:])
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), r.method, srv.URL()+r.path, strings.NewReader(r.body))
	require.NoError(t, err)
	request.Header.Set("x-api-key", r.key)
	request.Header.Set("x-api-timestamp", stamp)
	request.Header.Set("signature", base64.StdEncoding.EncodeToString(signature))
	if r.change != nil {
		r.change(request)
	}
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	data, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	var body map[string]any
	_ = json.Unmarshal(data, &body)
	return answer.StatusCode, body
}

const payment = `{"accountId":"account-1","fields":{"amount":"100.00","phone":"+996000000001"},"service":{"id":"finik"},"transactionId":"t","userId":"user-1"}`

func TestAuthentication(t *testing.T) {
	t.Parallel()
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	srv := finiktest.NewServer()
	t.Cleanup(srv.Close)
	good := raw{method: "POST", path: "/v2/payment", body: payment}
	for name, tt := range map[string]struct {
		change func(*raw)
		ok     bool
	}{
		"good":           {func(*raw) {}, true},
		"9 s old":        {func(r *raw) { r.at = time.Now().Add(-9 * time.Second) }, true},
		"11 s old":       {func(r *raw) { r.at = time.Now().Add(-11 * time.Second) }, false},
		"of the future":  {func(r *raw) { r.at = time.Now().Add(12 * time.Second) }, false},
		"another key":    {func(r *raw) { r.signer = other }, false},
		"another client": {func(r *raw) { r.key = "nobody" }, false},
		"another body":   {func(r *raw) { r.text = strings.Replace(r.body, "100", "101", 1) }, false},
		"spaced body":    {func(r *raw) { r.text, r.body = r.body, strings.ReplaceAll(r.body, ",", ", ") }, true},
		"spaced text":    {func(r *raw) { r.text = strings.ReplaceAll(r.body, ",", ", ") }, false},
		"unsorted body": {func(r *raw) {
			r.text, r.body = r.body, `{"userId":"user-1",`+strings.Replace(r.body[1:], `,"userId":"user-1"`, "", 1)
		}, true},
		"unsorted text": {func(r *raw) {
			r.body = `{"userId":"user-1",` + strings.Replace(r.body[1:], `,"userId":"user-1"`, "", 1)
		}, false},
		"nested unsorted": {func(r *raw) {
			r.body = strings.Replace(payment, `"amount":"100.00","phone":"+996000000001"`, `"phone":"+996000000001","amount":"100.00"`, 1)
		}, true},
		"nested sorted": {func(r *raw) {
			r.text, r.body = r.body, strings.Replace(payment, `"amount":"100.00","phone":"+996000000001"`, `"phone":"+996000000001","amount":"100.00"`, 1)
		}, false},
		"a number as is": {func(r *raw) { r.body = strings.Replace(r.body, `"100.00"`, `100.00`, 1) }, false},
		"a number as JS": {func(r *raw) {
			r.body = strings.Replace(r.body, `"100.00"`, `100.00`, 1)
			r.text = strings.Replace(r.body, "100.00", "100", 1)
		}, true},
		"escaped text": {func(r *raw) {
			r.body = strings.Replace(r.body, `{"amount"`, `{"a<b":1,"amount"`, 1)
			r.text = strings.Replace(r.body, "<", `\u003c`, 1)
		}, false},
		"escaped body": {func(r *raw) {
			r.text = strings.Replace(r.body, `{"amount"`, `{"a<b":1,"amount"`, 1)
			r.body = strings.Replace(r.text, "<", `\u003c`, 1)
		}, true},
		"integer names": {func(r *raw) {
			r.body = strings.Replace(r.body, `{"amount"`, `{"10":1,"9":1,"amount"`, 1)
			r.text = strings.Replace(r.body, `"10":1,"9":1`, `"9":1,"10":1`, 1)
		}, true},
		"no signature":    {func(r *raw) { r.change = func(r *http.Request) { r.Header.Del("signature") } }, false},
		"no timestamp":    {func(r *raw) { r.change = func(r *http.Request) { r.Header.Del("x-api-timestamp") } }, false},
		"one header more": {func(r *raw) { r.change = func(r *http.Request) { r.Header.Set("x-api-more", "1") } }, false},
		"a query more":    {func(r *raw) { r.change = func(r *http.Request) { r.URL.RawQuery = "a=b" } }, false},
		"another host":    {func(r *raw) { r.change = func(r *http.Request) { r.Host = "example.com" } }, false},
	} {
		r := good
		r.body = strings.Replace(payment, `"t"`, `"`+strings.ReplaceAll(name, " ", "-")+`"`, 1)
		tt.change(&r)
		if strings.Contains(name, "nested") { // they replace the whole body
			r.body = strings.Replace(r.body, `"t"`, `"`+name+`"`, 1)
			r.text = strings.Replace(r.text, `"t"`, `"`+name+`"`, 1)
		}
		status, answer := send(t, srv, r)
		if tt.ok {
			assert.Equal(t, 200, status, "%s: %v", name, answer)
		} else {
			assert.Equal(t, 401, status, name)
			assert.InDelta(t, 401, answer["statusCode"], 0, name)
		}
	}
}
