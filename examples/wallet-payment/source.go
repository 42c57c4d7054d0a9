package main

import (
	"cmp"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

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

// bill is what the command line asks for.
type bill struct {
	service, account, id string
	amount               decimal.Decimal
}

// kopecks is how many decimal places the rouble has.
const kopecks = 2

// parse reads flags, and from the environment what they leave open.
func parse(call *cli.Call) (*bill, error) {
	p, b, env := program(), new(bill), call.Env
	flags := p.Flags()
	flags.StringVar(&b.service, "service", env("WALLET_SERVICE"), "`number` of the service that is paid")
	flags.StringVar(&b.account, "account", env("WALLET_ACCOUNT"), "the `phone` to pay for, as the service wants it")
	amount := flags.String("amount", cmp.Or(env("WALLET_AMOUNT"), "100"), "the amount in `roubles`")
	flags.StringVar(&b.id, "id", env("WALLET_PAYMENT_ID"), "`id` of a payment that was begun before, to go on with it")
	if err := p.Parse(flags, call); err != nil {
		return nil, err
	}
	var err error
	if b.amount, err = decimal.Parse(*amount); err != nil || b.amount.String() != *amount || !b.amount.IsPos() || b.amount.Scale() > kopecks {
		return nil, fmt.Errorf("%w: -amount (or WALLET_AMOUNT) must be a number of roubles above 0 with at most %d decimals, such as 150.00", cli.ErrUsage, kopecks)
	}
	return b, nil
}

const hint = `
This was offline; the answer to the execution was lost, and the bill paid once. For the real service:

  WALLET_URL=` + wallet.SandboxURL + ` WALLET_PHONE=+… WALLET_PASSWORD=… \
  WALLET_SERVICE=834 WALLET_ACCOUNT=… go run ./examples/wallet-payment
`

// newSource is the service that env names, or the fake where it names none.
func newSource(b *bill, env func(string) string) (*source, error) {
	base, phone, password := env("WALLET_URL"), env("WALLET_PHONE"), env("WALLET_PASSWORD")
	switch {
	case base == "" && phone+password != "":
		return nil, fmt.Errorf("%w: there are credentials but no WALLET_URL, for example %s", cli.ErrUsage, wallet.SandboxURL)
	case base == "":
		return offline(b.amount), nil
	case phone == "" || password == "":
		return nil, fmt.Errorf("%w: WALLET_URL needs WALLET_PHONE and WALLET_PASSWORD", cli.ErrUsage)
	}
	service, err := strconv.Atoi(b.service)
	if err != nil || b.account == "" {
		return nil, fmt.Errorf("%w: WALLET_URL needs -service (or WALLET_SERVICE), a number, and -account (or WALLET_ACCOUNT)", cli.ErrUsage)
	}
	id := cmp.Or(b.id, wallet.NewClientPaymentID())
	s := &source{
		url: base, auth: wallet.BasicAuth(phone, password), what: "at the service", close: func() {},
		request: wallet.NewOut(id, service, b.amount, map[string]string{phoneNumber: b.account}),
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
