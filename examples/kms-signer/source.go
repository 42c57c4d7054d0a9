package main

import (
	"cmp"
	"crypto/rsa"
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

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

// ask is what the command line asks for.
type ask struct{ account, user, service, phone, amount, transaction string }

// parse reads flags, and from the environment what they leave open.
func parse(call *cli.Call) (*ask, error) {
	p, a, env := program(), new(ask), call.Env
	flags := p.Flags()
	flags.StringVar(&a.account, "account", env("FINIK_ACCOUNT"), "`id` of the account that is debited")
	flags.StringVar(&a.user, "user", env("FINIK_USER"), "`id` of the user on whose behalf")
	flags.StringVar(&a.service, "service", env("FINIK_SERVICE"), "`id` of the service that is paid; one with the fields phone and amount")
	flags.StringVar(&a.phone, "phone", env("FINIK_PHONE"), "`phone` of the recipient")
	flags.StringVar(&a.amount, "amount", env("FINIK_AMOUNT"), "the amount in `som`")
	flags.StringVar(&a.transaction, "transaction", env("FINIK_TRANSACTION_ID"), "`id` of a payment that was begun before, to go on with it")
	return a, p.Parse(flags, call)
}

// somDecimals is how many decimal places the som has.
const somDecimals = 2

const hint = `
This was offline. For the real service, where beta moves no money and answers at
random:

  FINIK_URL=` + finik.BetaURL + ` FINIK_API_KEY=… FINIK_PRIVATE_KEY_FILE=… \
  FINIK_ACCOUNT=… FINIK_USER=… FINIK_SERVICE=… FINIK_PHONE=… FINIK_AMOUNT=… go run ./examples/kms-signer
`

// newSource is the service that env names, or the fake where it names none.
func newSource(a *ask, env func(string) string) (*source, error) {
	if env("FINIK_URL") == "" {
		if env("FINIK_API_KEY")+env("FINIK_PRIVATE_KEY_FILE") != "" {
			return nil, fmt.Errorf("%w: there are credentials but no FINIK_URL, for example %s", cli.ErrUsage, finik.BetaURL)
		}
		return offline(), nil
	}
	for _, want := range [][2]string{
		{"FINIK_API_KEY", env("FINIK_API_KEY")},
		{"FINIK_PRIVATE_KEY_FILE", env("FINIK_PRIVATE_KEY_FILE")},
		{"-account (or FINIK_ACCOUNT)", a.account},
		{"-user (or FINIK_USER)", a.user},
		{"-service (or FINIK_SERVICE)", a.service},
		{"-phone (or FINIK_PHONE)", a.phone},
		{"-amount (or FINIK_AMOUNT)", a.amount},
	} {
		if want[1] == "" {
			return nil, fmt.Errorf("%w: FINIK_URL needs %s", cli.ErrUsage, want[0])
		}
	}
	amount, err := decimal.Parse(a.amount)
	if err != nil || amount.String() != a.amount || !amount.IsPos() || amount.Scale() > somDecimals {
		return nil, fmt.Errorf("%w: -amount (or FINIK_AMOUNT) must be a number above 0 with at most %d decimals, such as 150.00", cli.ErrUsage, somDecimals)
	}
	if _, err := os.Stat(env("FINIK_PRIVATE_KEY_FILE")); err != nil { // only the signing process reads it
		return nil, fmt.Errorf("%w: FINIK_PRIVATE_KEY_FILE: %w", cli.ErrUsage, err)
	}
	s := &source{
		url: env("FINIK_URL"), apiKey: env("FINIK_API_KEY"), keyFile: env("FINIK_PRIVATE_KEY_FILE"), what: "at the service",
		request: finik.CreatePaymentRequest{
			AccountID: a.account, UserID: a.user, ServiceID: a.service,
			TransactionID: cmp.Or(a.transaction, finik.NewTransactionID()),
			Fields:        finik.Fields{"phone": a.phone, "amount": amount},
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
