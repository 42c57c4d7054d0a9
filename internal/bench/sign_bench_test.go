package main

import (
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// BenchmarkVerify checks the signature of an ecommpay page of 1,000 rows. The
// floor is the HMAC of the text that is signed.
func BenchmarkVerify(b *testing.B) {
	const secret = "0123456789abcdef0123"
	operations := ecommpayPage(b)
	unsigned := fmt.Appendf(nil, `{"operations":%s}`, operations)
	signature, err := ecommpay.Sign(secret, unsigned)
	require.NoError(b, err)
	text, err := ecommpay.Canonical(unsigned)
	require.NoError(b, err)
	body := fmt.Appendf(nil, `{"operations":%s,"signature":%q}`, operations, signature)
	b.Run("floor", func(b *testing.B) {
		cost(b, func() error {
			h := hmac.New(sha512.New, []byte(secret))
			h.Write(text)
			_ = h.Sum(nil)
			return nil
		})
	})
	b.Run("ours", func(b *testing.B) { cost(b, func() error { return ecommpay.Verify(secret, body) }) })
}

// BenchmarkSign signs a finik payment. The floor is SHA-256 and the RSA operation
// on a text that is ready; "text" makes the text alone, beside the hash of it.
func BenchmarkSign(b *testing.B) {
	m := finik.Message{
		Method: http.MethodPost, Host: "api.paymentsgateway.averspay.kg", Path: "/v2/payment",
		Header: http.Header{"X-Api-Key": {finiktest.DefaultAPIKey}, "X-Api-Timestamp": {"1767225600123"}},
		Body: []byte(`{"accountId":"acc-1","fields":{"amount":150,"phone":"+996000000001"},"service":{"id":"averspay"},` +
			`"transactionId":"6f1c1b5e-0000-4000-8000-000000000001","userId":"user-1"}`),
	}
	key := finiktest.ClientKey()
	signer, err := finik.RSASigner(key)
	require.NoError(b, err)
	text, err := m.Text()
	require.NoError(b, err)
	for _, bm := range []struct {
		name string
		run  func() error
	}{
		{"floor", func() error {
			digest := sha256.Sum256(text)
			_, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
			return err
		}},
		{"ours", func() error {
			text, err := m.Text()
			if err != nil {
				return err
			}
			signature, err := signer.Sign(b.Context(), text)
			_ = base64.StdEncoding.EncodeToString(signature)
			return err
		}},
		{"text/floor", func() error { _ = sha256.Sum256(text); return nil }},
		{"text/ours", func() error { _, err := m.Text(); return err }},
	} {
		b.Run(bm.name, func(b *testing.B) { cost(b, bm.run) })
	}
}
