package ecommpay_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
)

// signerFunc is a Signer of a user.
type signerFunc func(ctx context.Context, canonical []byte) ([]byte, error)

func (f signerFunc) Sign(ctx context.Context, canonical []byte) ([]byte, error) {
	return f(ctx, canonical)
}

func TestSignRefuses(t *testing.T) {
	t.Parallel()
	_, err := ecommpay.Sign("", []byte(`{"a":1}`))
	require.ErrorIs(t, err, ecommpay.ErrInvalidRequest)
	assert.EqualError(t, err, "ecommpay: invalid request: secret: must not be empty")
	_, err = ecommpay.Sign("secret", []byte(`[]`))
	require.ErrorIs(t, err, ecommpay.ErrInvalidRequest)
}

func TestSignBody(t *testing.T) {
	t.Parallel()
	secret := strings.Repeat("0", 20)
	signature := func(text string) string {
		return base64.StdEncoding.EncodeToString(hmacOf(secret, []byte(text)))
	}
	for _, c := range []struct{ body, want string }{
		{`{}`, `{"signature":"` + signature("") + `"}`},
		{`{ }`, `{ "signature":"` + signature("") + `"}`},
		{`{"a":[]}`, `{"a":[],"signature":"` + signature("") + `"}`},
		{"{\"token\":\"t\",\"limit\":10} \n", `{"token":"t","limit":10,"signature":"` + signature("limit:10;token:t") + `"}`},
		{`{"a":{"b":{}}, "c":"}"}`, `{"a":{"b":{}}, "c":"}","signature":"` + signature("c:}") + `"}`},
	} {
		t.Run(c.body, func(t *testing.T) {
			body := []byte(c.body)
			signed, err := ecommpay.SignBody(t.Context(), ecommpay.NewSecretSigner(secret), body)
			require.NoError(t, err)
			assert.Equal(t, c.want, string(signed))
			assert.Equal(t, c.body, string(body), "the body that was given stays")
			assert.NoError(t, ecommpay.Verify(secret, signed))
		})
	}
}

func TestSignBodyRefuses(t *testing.T) {
	t.Parallel()
	signer := ecommpay.NewSecretSigner("secret")
	for _, body := range []string{`{"signature":""}`, `{"a":1,"signature":null}`, `[]`, `{"a":1,"a":2}`, ``} {
		t.Run(body, func(t *testing.T) {
			signed, err := ecommpay.SignBody(t.Context(), signer, []byte(body))
			require.ErrorIs(t, err, ecommpay.ErrInvalidRequest, body)
			assert.Nil(t, signed)
		})
	}
	_, err := ecommpay.SignBody(t.Context(), ecommpay.NewSecretSigner(""), []byte(`{"a":1}`))
	require.ErrorIs(t, err, ecommpay.ErrInvalidRequest)
}

// A signer of the user gets the text and the context; its error comes back.
func TestSignBodyBySigner(t *testing.T) {
	t.Parallel()
	type key struct{}
	ctx := context.WithValue(t.Context(), key{}, "here")
	signed, err := ecommpay.SignBody(ctx, signerFunc(func(ctx context.Context, text []byte) ([]byte, error) {
		assert.Equal(t, "here", ctx.Value(key{}))
		assert.Equal(t, "a:1", string(text))
		return hmacOf("secret", text), nil
	}), []byte(`{"a":1}`))
	require.NoError(t, err)
	require.NoError(t, ecommpay.Verify("secret", signed))

	broken := errors.New("the HSM is away")
	for i, signer := range []ecommpay.Signer{
		signerFunc(func(context.Context, []byte) ([]byte, error) { return nil, broken }),
	} {
		t.Run(fmt.Sprintf("%T %d", signer, i), func(t *testing.T) {
			_, err = ecommpay.SignBody(ctx, signer, []byte(`{"a":1}`))
			require.ErrorIs(t, err, broken)
		})
	}
	for _, mac := range [][]byte{nil, {}, make([]byte, 32), []byte(base64.StdEncoding.EncodeToString(make([]byte, 64)))} {
		signer := signerFunc(func(context.Context, []byte) ([]byte, error) { return mac, nil })
		_, err = ecommpay.SignBody(ctx, signer, []byte(`{"a":1}`))
		assert.EqualError(t, err, fmt.Sprintf("ecommpay: signer: must return the 64 bytes of an HMAC-SHA-512, returned %d", len(mac)))
		err = ecommpay.VerifyAnswer(ctx, signer, ecommpay.VerifyStrict, signed)
		assert.EqualError(t, err, fmt.Sprintf("ecommpay: signer: must return the 64 bytes of an HMAC-SHA-512, returned %d", len(mac)))
	}
}

func TestSecretSignerConcurrently(t *testing.T) {
	t.Parallel()
	signer := ecommpay.NewSecretSigner("secret")
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			for i := range 200 {
				text := fmt.Appendf(nil, "a:%d;b:%d", n, i)
				mac, err := signer.Sign(t.Context(), text)
				if assert.NoError(t, err) {
					assert.Equal(t, hmacOf("secret", text), mac)
				}
			}
		})
	}
	wg.Wait()
}

func TestSecretSignerHidesItself(t *testing.T) {
	t.Parallel()
	const secret = "not-to-be-seen"
	signer := ecommpay.NewSecretSigner(secret)
	_, err := signer.Sign(t.Context(), []byte("a:1"))
	require.NoError(t, err)
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
		fmt.Fprintf(&out, verb+" "+verb+"\n", signer, struct{ S any }{signer})
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("signer", "signer", signer)
	slog.New(slog.NewTextHandler(&out, nil)).Info("signer", "signer", signer)
	text, err := json.Marshal(map[string]any{"signer": signer})
	require.NoError(t, err)
	out.Write(text)
	assert.NotContains(t, out.String(), secret)
	assert.NotContains(t, out.String(), fmt.Sprintf("%x", secret))
	assert.NotContains(t, out.String(), base64.StdEncoding.EncodeToString([]byte(secret)))
	assert.Contains(t, out.String(), "ecommpay secret")
}

// A body means the same however it is spelled.
func TestSignatureOfEqualBodies(t *testing.T) {
	t.Parallel()
	want, err := ecommpay.Sign("secret", []byte(`{"limit":1000,"offset":0,"name":"Тест/é","l":[{"a":1,"b":null}]}`))
	require.NoError(t, err)
	for _, body := range []string{
		`{"offset":"0","limit":"1000","l":[{"b":"","a":"1"}],"name":"\u0422\u0435\u0441\u0442\/\u00e9"}`,
		"{ \"l\" : [ { \"b\" : null , \"\\u0061\" : true } ] ,\n\"name\":\"Тест/é\",\"offset\":false,\"limit\":1000,\"x\":[],\"signature\":\"old\"}",
	} {
		t.Run(body, func(t *testing.T) {
			got, err := ecommpay.Sign("secret", []byte(body))
			require.NoError(t, err)
			assert.Equal(t, want, got)
		})
	}
	other, err := ecommpay.Sign("secret", bytes.ReplaceAll([]byte(`{"limit":1000,"offset":0}`), []byte("1000"), []byte("1000.0")))
	require.NoError(t, err)
	assert.NotEqual(t, want, other)
}
