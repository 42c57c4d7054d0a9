package finik_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

// keyInHSM is a key of which only the public part is at hand.
type keyInHSM struct {
	public crypto.PublicKey
	sign   func(digest []byte, opts crypto.SignerOpts) ([]byte, error)
}

func (k keyInHSM) Public() crypto.PublicKey { return k.public }

func (k keyInHSM) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return k.sign(digest, opts)
}

func TestRSASigner(t *testing.T) {
	t.Parallel()
	key := vectorPrivateKey(t, vectors(t).Key.PKCS8)
	inMemory, err := finik.RSASigner(key)
	require.NoError(t, err)
	elsewhere, err := finik.RSASigner(keyInHSM{&key.PublicKey, func(digest []byte, opts crypto.SignerOpts) ([]byte, error) {
		assert.Equal(t, crypto.SHA256, opts, "not *rsa.PSSOptions, not another hash")
		return rsa.SignPKCS1v15(rand.Reader, key, opts.HashFunc(), digest)
	}})
	require.NoError(t, err)
	for i, message := range []string{"", "a", strings.Repeat("text\n", 1000)} {
		t.Run(fmt.Sprint("message ", i), func(t *testing.T) {
			digest := sha256.Sum256([]byte(message))
			for _, signer := range []finik.Signer{inMemory, elsewhere} {
				t.Run(fmt.Sprintf("%T", signer), func(t *testing.T) {
					signature, err := signer.Sign(t.Context(), []byte(message))
					require.NoError(t, err)
					require.NoError(t, rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], signature))
				})
			}
		})
	}
}

func TestRSASignerRefuses(t *testing.T) {
	t.Parallel()
	all := vectors(t)
	key := vectorPrivateKey(t, all.Key.PKCS8)
	_, _, small := otherKeys(t)
	broken := *vectorPrivateKey(t, all.Key.PKCS8)
	broken.Primes = vectorPrivateKey(t, all.WebhookKey.PKCS8).Primes
	for _, c := range []struct {
		name string
		key  crypto.Signer
		rule string
	}{
		{"nil", nil, "must not be nil or empty"},
		{"nil key", (*rsa.PrivateKey)(nil), "must not be nil or empty"},
		{"empty key", &rsa.PrivateKey{}, "must not be nil or empty"},
		{"small", small, "must have 2048 bits or more"},
		{"does not fit together", &broken, "must be valid"},
		{"elliptic", keyInHSM{public: "key"}, "must be an RSA key"},
		{"nil public key", keyInHSM{public: (*rsa.PublicKey)(nil)}, "must not be empty"},
		{"a value", keyInHSM{public: key.PublicKey}, "must be an RSA key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			signer, err := finik.RSASigner(c.key)
			require.ErrorIs(t, err, finik.ErrInvalidRequest, c.name)
			assert.EqualError(t, err, "finik: invalid request: key: "+c.rule, c.name)
			assert.Nil(t, signer)
		})
	}
}

func TestRSASignerFails(t *testing.T) {
	t.Parallel()
	all := vectors(t)
	key := vectorPrivateKey(t, all.Key.PKCS8)
	other := vectorPrivateKey(t, all.WebhookKey.PKCS8)
	errAway := errors.New("the HSM is away")
	digestOf := func(key *rsa.PrivateKey) func([]byte, crypto.SignerOpts) ([]byte, error) {
		return func(digest []byte, _ crypto.SignerOpts) ([]byte, error) {
			return rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest)
		}
	}
	const wrong = "finik: signer: returned something other than an RSASSA-PKCS1-v1_5 signature with SHA-256 by the key it shows"
	for _, c := range []struct {
		name string
		sign func([]byte, crypto.SignerOpts) ([]byte, error)
		want string
	}{
		{"the control", digestOf(key), ""},
		{"away", func([]byte, crypto.SignerOpts) ([]byte, error) { return nil, errAway }, "finik: signer: the HSM is away"},
		{"PSS", func(digest []byte, _ crypto.SignerOpts) ([]byte, error) {
			return rsa.SignPSS(rand.Reader, key, crypto.SHA256, digest, nil)
		}, wrong},
		{"another key", digestOf(other), wrong},
		{"nothing", func([]byte, crypto.SignerOpts) ([]byte, error) { return nil, nil }, wrong},
		{"digest signed as a message", func(digest []byte, _ crypto.SignerOpts) ([]byte, error) {
			again := sha256.Sum256(digest)
			return rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, again[:])
		}, wrong},
	} {
		t.Run(c.name, func(t *testing.T) {
			signer, err := finik.RSASigner(keyInHSM{&key.PublicKey, c.sign})
			require.NoError(t, err)
			signature, err := signer.Sign(t.Context(), []byte("text"))
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, c.want, c.name)
			assert.Equal(t, c.name == "away", errors.Is(err, errAway))
			assert.Nil(t, signature)
		})
	}

	asked := false
	signer, err := finik.RSASigner(keyInHSM{&key.PublicKey, func([]byte, crypto.SignerOpts) ([]byte, error) {
		asked = true
		return nil, errAway
	}})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = signer.Sign(ctx, []byte("text"))
	require.ErrorIs(t, err, context.Canceled)
	assert.False(t, asked)
}

func TestRSASignerConcurrently(t *testing.T) {
	t.Parallel()
	key := vectorPrivateKey(t, vectors(t).Key.PKCS8)
	signer, err := finik.RSASigner(key)
	require.NoError(t, err)
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			for i := range 5 {
				text := fmt.Appendf(nil, "%d %d", n, i)
				signature, err := signer.Sign(t.Context(), text)
				digest := sha256.Sum256(text)
				if assert.NoError(t, err) {
					assert.NoError(t, rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], signature))
				}
			}
		})
	}
	wg.Wait()
}

func TestRSASignerHidesItself(t *testing.T) {
	t.Parallel()
	key := vectorPrivateKey(t, vectors(t).Key.PKCS8)
	signer, err := finik.RSASigner(key)
	require.NoError(t, err)
	_, err = signer.Sign(t.Context(), []byte("text"))
	require.NoError(t, err)
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T"} {
		fmt.Fprintf(&out, verb+" "+verb+"\n", signer, struct{ S any }{signer})
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("signer", "signer", signer)
	slog.New(slog.NewTextHandler(&out, nil)).Info("signer", "signer", signer)
	text, err := json.Marshal(map[string]any{"signer": signer})
	require.NoError(t, err)
	out.Write(text)
	assert.Contains(t, out.String(), "finik RSA key")
	shows := func(printed string) bool {
		return strings.Contains(printed, key.D.String()) || strings.Contains(printed, key.Primes[0].String()) ||
			strings.Contains(strings.ToLower(printed), key.D.Text(16)) || strings.Contains(strings.ToLower(printed), key.Primes[0].Text(16))
	}
	assert.False(t, shows(out.String()))
	assert.True(t, shows(fmt.Sprintf("%+v", key)), "the control: a bare key shows itself")
}

func ExampleRSASigner() {
	key, err := rsa.GenerateKey(rand.Reader, 2048) // or finik.ParsePrivateKey, or a key in a KMS
	if err != nil {
		fmt.Println(err)
		return
	}
	signer, err := finik.RSASigner(key)
	if err != nil {
		fmt.Println(err)
		return
	}
	signature, err := signer.Sign(context.Background(), []byte("text to sign"))
	fmt.Println(signer, len(signature), err)
	// Output: finik RSA key 256 <nil>
}

func ExampleMessage_Text() {
	text, err := finik.Message{
		Method: http.MethodPost, Host: "beta.api.paymentsgateway.averspay.kg", Path: "/v2/recipient",
		Header: http.Header{"X-Api-Key": {"test-api-key"}, "X-Api-Timestamp": {"1767225600123"}},
		Body:   []byte(`{"service": "averspay", "fields": {"phone": "+996000000001", "amount": 150.00}}`),
	}.Text()
	fmt.Printf("%s\n%v\n", text, err)
	// Output:
	// post
	// /v2/recipient
	// host:beta.api.paymentsgateway.averspay.kg&x-api-key:test-api-key&x-api-timestamp:1767225600123
	// {"fields":{"amount":150,"phone":"+996000000001"},"service":"averspay"}
	// <nil>
}

func ExampleMessage_ReceivedText() {
	text, err := finik.Message{
		Method: http.MethodPost, Host: "shop.example.com", Path: "/webhooks/finik",
		Header: http.Header{"X-Api-Timestamp": {"1767225600123"}},
		Body:   []byte(`{"status":"SUCCEEDED","fields":{"phone":"+996000000001","amount":10.0}}`),
	}.ReceivedText()
	fmt.Printf("%s\n%v\n", text, err)
	// Output:
	// post
	// /webhooks/finik
	// host:shop.example.com&x-api-timestamp:1767225600123
	// {"fields":{"phone":"+996000000001","amount":10},"status":"SUCCEEDED"}
	// <nil>
}

func ExampleCanonicalJSON() {
	body, err := finik.CanonicalJSON([]byte(`{"fields": {"phone": "+996000000001", "42": "x", "amount": "150.00"}, "accountId": "acc-1"}`))
	fmt.Printf("%s %v\n", body, err)
	_, err = finik.CanonicalJSON([]byte(`{"amount": 9007199254740993}`))
	fmt.Println(err)
	// Output:
	// {"accountId":"acc-1","fields":{"42":"x","amount":"150.00","phone":"+996000000001"}} <nil>
	// finik: invalid request: body: must not have numbers that a double prints with other digits: send them as strings (at byte 11)
}

func ExampleCanonicalQuery() {
	q := map[string][]string{"query": {"a+b c"}, "locale": nil}
	line, err := finik.CanonicalQuery(q)
	fmt.Println(line, err)
	raw, err := finik.EncodeQuery(q)
	fmt.Println(raw, err)
	// Output:
	// locale=&query=a+b%20c <nil>
	// locale=&query=a%2Bb%20c <nil>
}

func ExampleEncodeQuery() {
	_, err := finik.EncodeQuery(map[string][]string{"query": {"100%"}})
	fmt.Println(err)
	// Output: finik: invalid request: query: must not have a percent sign
}

// signatureOf signs a text in Base64.
func signatureOf(t testing.TB, key *rsa.PrivateKey, text string) string {
	t.Helper()
	digest := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	require.NoError(t, err)
	return base64.StdEncoding.EncodeToString(signature)
}
