package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// errUsage is an environment that cannot be used.
var errUsage = errors.New("wrong environment")

// phoneNumber is the parameter of a mobile service.
const phoneNumber = "phoneNumber"

// source is what is paid, and where.
type source struct {
	url     string
	auth    wallet.Authenticator
	request wallet.CreatePaymentRequest
	options []wallet.Option
	what    string // for the heading
	answer  string // given in place of the user's; "" is none
	hint    string // for the end
	close   func()
}

const hint = `
This was offline; the answer to the execution was lost, and the bill paid once. For the real service:

  WALLET_URL=` + wallet.SandboxURL + ` WALLET_PHONE=+… WALLET_PASSWORD=… \
  WALLET_SERVICE=834 WALLET_ACCOUNT=… go run ./examples/wallet-payment
`

// newSource is the service that env names, or the fake where it names none.
func newSource(env func(string) string) (*source, error) {
	base, phone, password := env("WALLET_URL"), env("WALLET_PHONE"), env("WALLET_PASSWORD")
	amount, err := decimal.Parse(cmp.Or(env("WALLET_AMOUNT"), "100"))
	if err != nil {
		return nil, fmt.Errorf("%w: WALLET_AMOUNT must be a number of roubles", errUsage)
	}
	switch {
	case base == "" && phone+password != "":
		return nil, fmt.Errorf("%w: there are credentials but no WALLET_URL, for example %s", errUsage, wallet.SandboxURL)
	case base == "":
		return offline(amount), nil
	case phone == "" || password == "":
		return nil, fmt.Errorf("%w: WALLET_URL needs WALLET_PHONE and WALLET_PASSWORD", errUsage)
	}
	service, err := strconv.Atoi(env("WALLET_SERVICE"))
	if err != nil || env("WALLET_ACCOUNT") == "" {
		return nil, fmt.Errorf("%w: WALLET_URL needs WALLET_SERVICE, a number, and WALLET_ACCOUNT", errUsage)
	}
	id := cmp.Or(env("WALLET_PAYMENT_ID"), wallet.NewClientPaymentID())
	s := &source{
		url: base, auth: wallet.BasicAuth(phone, password), what: "at the service", close: func() {},
		request: wallet.NewOut(id, service, amount, map[string]string{phoneNumber: env("WALLET_ACCOUNT")}),
	}
	if u, err := url.Parse(base); err == nil {
		s.what = "at " + u.Host
	}
	return s, nil
}

// offline is a fake service on loopback that loses the answer to the execution.
// Its payment has a fixed id, so that every run prints the same.
func offline(amount decimal.Decimal) *source {
	srv := wallettest.NewServer(wallettest.WithProcessingReads(0))
	srv.Inject(
		wallettest.Fault{Operation: "CreatePayment", Status: 503},
		wallettest.Fault{Operation: "ExecutePayment", Kind: wallettest.FaultResetAfter},
	)
	return &source{
		url: srv.URL(), auth: wallet.BasicAuth(wallettest.DefaultPhone, wallettest.DefaultPassword),
		request: wallet.NewOut("00000000-0000-4000-8000-000000000001", wallettest.ServiceMobile, amount, map[string]string{phoneNumber: "+70000000001"}),
		// Loopback needs none of the patience that a real service deserves.
		options: []wallet.Option{wallet.WithRetry(wallet.RetryPolicy{MinWait: 20 * time.Millisecond, MaxWait: 200 * time.Millisecond})},
		what:    "at a service made up by wallettest on this machine",
		answer:  "y\n", hint: hint, close: srv.Close,
	}
}
