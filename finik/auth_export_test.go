package finik

import (
	"net/http"

	"github.com/payclients/payclients-go/internal/transport"
)

// Authenticate stamps and signs a request as an attempt is, for the benchmark.
func Authenticate(c Credentials) func(*http.Request, []byte) error {
	s := newStamper(c, options{})
	return func(r *http.Request, body []byte) error {
		_, err := s.sign(r, body, transport.Used[Credentials]{Credentials: c})
		return err
	}
}

// PaymentBody is the body of a payment as it is sent.
func PaymentBody(r CreatePaymentRequest) ([]byte, error) {
	fields, _ := r.Fields.json()
	return encode(paymentBody{r, fields})
}
