package finik

import "net/http"

// Authenticate stamps and signs a request as an attempt is, for the benchmark.
func Authenticate(c Credentials) func(*http.Request, []byte) error { return newStamper(c, 0).sign }

// PaymentBody is the body of a payment as it is sent.
func PaymentBody(r CreatePaymentRequest) ([]byte, error) {
	fields, _ := r.Fields.json()
	return encode(paymentBody{r, fields})
}
