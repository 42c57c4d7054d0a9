package main

import (
	"cmp"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// errUsage is an environment that cannot be used.
var errUsage = errors.New("wrong environment")

// source is what is paid, and where.
type source struct {
	url     string
	apiKey  string
	keyFile string // for the signing process alone; "" makes a key there
	request finik.CreatePaymentRequest
	wait    finik.WaitParams
	options []finik.Option
	what    string // for the heading
	hint    string // for the end
	// serve starts the fake, which has to know the public key; nil where there is
	// a real service. It sets url.
	serve func(public *rsa.PublicKey) (url string, stop func())
}

const hint = `
This was offline. For the real service, where beta moves no money and answers at
random:

  FINIK_URL=` + finik.BetaURL + ` FINIK_API_KEY=… FINIK_PRIVATE_KEY_FILE=… \
  FINIK_ACCOUNT=… FINIK_USER=… FINIK_SERVICE=… FINIK_PHONE=… FINIK_AMOUNT=… go run ./examples/kms-signer
`

// newSource is the service that env names, or the fake where it names none.
func newSource(env func(string) string) (*source, error) {
	if env("FINIK_URL") == "" {
		if env("FINIK_API_KEY")+env("FINIK_PRIVATE_KEY_FILE") != "" {
			return nil, fmt.Errorf("%w: there are credentials but no FINIK_URL, for example %s", errUsage, finik.BetaURL)
		}
		return offline(), nil
	}
	for _, name := range []string{"FINIK_API_KEY", "FINIK_PRIVATE_KEY_FILE", "FINIK_ACCOUNT", "FINIK_USER", "FINIK_SERVICE", "FINIK_PHONE", "FINIK_AMOUNT"} {
		if env(name) == "" {
			return nil, fmt.Errorf("%w: FINIK_URL needs %s", errUsage, name)
		}
	}
	amount, err := decimal.Parse(env("FINIK_AMOUNT"))
	if err != nil || amount.String() != env("FINIK_AMOUNT") || !amount.IsPos() {
		return nil, fmt.Errorf("%w: FINIK_AMOUNT must be a number above 0 such as 150.00", errUsage)
	}
	s := &source{
		url: env("FINIK_URL"), apiKey: env("FINIK_API_KEY"), keyFile: env("FINIK_PRIVATE_KEY_FILE"), what: "at the service",
		request: finik.CreatePaymentRequest{
			AccountID: env("FINIK_ACCOUNT"), UserID: env("FINIK_USER"), ServiceID: env("FINIK_SERVICE"),
			TransactionID: cmp.Or(env("FINIK_TRANSACTION_ID"), finik.NewTransactionID()),
			Fields:        finik.Fields{"phone": env("FINIK_PHONE"), "amount": amount},
		},
	}
	if u, err := url.Parse(s.url); err == nil {
		s.what = "at " + u.Host
	}
	return s, nil
}

// offline is a fake service on loopback that is overloaded for a moment.
func offline() *source {
	return &source{
		apiKey: finiktest.DefaultAPIKey, what: "at a service made up by finiktest on this machine", hint: hint,
		request: finik.CreatePaymentRequest{
			AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceFinik,
			TransactionID: "00000000-0000-4000-8000-000000000001",
			Fields:        finik.Fields{"phone": finiktest.DefaultPhone, "amount": decimal.MustParse("150.00")},
		},
		// Loopback needs none of the patience that a real service deserves.
		options: []finik.Option{finik.WithRetry(finik.RetryPolicy{MinWait: time.Millisecond, MaxWait: 20 * time.Millisecond})},
		wait:    finik.WaitParams{First: time.Millisecond},
		serve: func(public *rsa.PublicKey) (string, func()) {
			srv := finiktest.NewServer(finiktest.WithClient(finiktest.DefaultAPIKey, public))
			srv.Inject(finiktest.Fault{Operation: "CreatePayment", Status: 503})
			return srv.URL(), srv.Close
		},
	}
}
