package finik_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

// What an attempt of a payment costs except the RSA operation: the timestamp,
// the text that is signed, and the headers.
func BenchmarkAuthenticate(b *testing.B) {
	body, err := finik.PaymentBody(topUp(testID))
	require.NoError(b, err)
	authenticate := finik.Authenticate(finik.Credentials{APIKey: testKey, Signer: stub})
	r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, finik.BetaURL+"/v2/payment", nil)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if err := authenticate(r, body); err != nil {
			b.Fatal(err)
		}
	}
}

// What its body costs, once a call.
func BenchmarkPaymentBody(b *testing.B) {
	request := topUp(testID)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := finik.PaymentBody(request); err != nil {
			b.Fatal(err)
		}
	}
}

// Both together: a payment that is sent once.
func BenchmarkPayment(b *testing.B) {
	request := topUp(testID)
	authenticate := finik.Authenticate(finik.Credentials{APIKey: testKey, Signer: stub})
	r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, finik.BetaURL+"/v2/payment", nil)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		body, err := finik.PaymentBody(request)
		if err != nil {
			b.Fatal(err)
		}
		if err := authenticate(r, body); err != nil {
			b.Fatal(err)
		}
	}
}
