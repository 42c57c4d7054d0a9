package finik_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

// constantSigner costs nothing, so that what is measured is all but the RSA
// operation.
type constantSigner []byte

func (s constantSigner) Sign(context.Context, []byte) ([]byte, error) { return s, nil }

const benchPayment = `{"accountId":"acc-1","fields":{"amount":150,"phone":"+996000000001"},"service":{"id":"averspay"},"transactionId":"6f1c1b5e-0000-4000-8000-000000000001","userId":"user-1"}`

// BenchmarkSignPayment is what an attempt of a payment costs beside RSA:
// timestamp, text, signature in Base64, headers.
func BenchmarkSignPayment(b *testing.B) {
	var signer finik.Signer = constantSigner(make([]byte, 256))
	body := []byte(benchPayment)
	now := int64(1767225600123)
	b.ReportAllocs()
	for b.Loop() {
		now++
		header := http.Header{"Content-Type": {"application/json"}}
		header.Set("X-Api-Key", "test-api-key-0000000000000000000000000000")
		header.Set("X-Api-Timestamp", strconv.FormatInt(now, 10))
		text, err := finik.Message{
			Method: http.MethodPost, Host: "api.paymentsgateway.averspay.kg", Path: "/v2/payment",
			Header: header, Body: body,
		}.Text()
		if err != nil {
			b.Fatal(err)
		}
		signature, err := signer.Sign(b.Context(), text)
		if err != nil {
			b.Fatal(err)
		}
		header.Set("Signature", base64.StdEncoding.EncodeToString(signature))
	}
}

func BenchmarkText(b *testing.B) {
	m := finik.Message{
		Method: http.MethodPost, Host: "api.paymentsgateway.averspay.kg", Path: "/v2/payment",
		Header: http.Header{"X-Api-Key": {"test-api-key-0000000000000000000000000000"}, "X-Api-Timestamp": {"1767225600123"}},
		Body:   []byte(benchPayment),
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Text(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCanonicalJSON(b *testing.B) {
	body := []byte(`{"userId":"user-1","transactionId":"6f1c1b5e-0000-4000-8000-000000000001","service":{"id":"averspay"},"fields":{"phone":"+996000000001","amount":150.50},"accountId":"acc-1"}`)
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := finik.CanonicalJSON(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRSASigner(b *testing.B) {
	signer, err := finik.RSASigner(vectorPrivateKey(b, vectors(b).Key.PKCS8))
	require.NoError(b, err)
	text := make([]byte, 400)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := signer.Sign(b.Context(), text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWebhookReceivedText(b *testing.B) {
	m := vectors(b).Webhooks[2].Input.message()
	b.ReportAllocs()
	b.SetBytes(int64(len(m.Body)))
	for b.Loop() {
		if _, err := m.ReceivedText(); err != nil {
			b.Fatal(err)
		}
	}
}
