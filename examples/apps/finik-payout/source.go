package main

import (
	"bytes"
	"context"
	"crypto/rsa"
	_ "embed"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// source has the rows to pay and the service that pays them.
type source struct {
	config

	url         string
	credentials finik.Credentials
	options     []finik.Option
	rows        []byte           // of the CSV file
	keys        []*rsa.PublicKey // of the provider, for webhook events
	what        string           // for the heading
	hint        string           // for the end
	demo        bool             // some rows fail on purpose
	close       func()
}

// newSource returns the service of FINIK_URL, or the fake if it is not set. The caller
// calls close.
func newSource(c config, env func(string) string) (*source, error) {
	base := env("FINIK_URL")
	if base == "" {
		return offline(c)
	}
	pem, err := os.ReadFile(env("FINIK_PRIVATE_KEY_FILE"))
	if err != nil {
		return nil, fmt.Errorf("%w: FINIK_PRIVATE_KEY_FILE: %w", cli.ErrUsage, err)
	}
	key, err := finik.ParsePrivateKey(pem)
	if err != nil {
		return nil, err
	}
	signer, err := finik.RSASigner(key)
	if err != nil {
		return nil, err
	}
	rows, err := os.ReadFile(c.file)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", cli.ErrUsage, err)
	}
	s := &source{
		config: c, url: base, credentials: finik.Credentials{APIKey: env("FINIK_API_KEY"), Signer: signer},
		rows: rows, what: "at the service", close: func() {},
		options: []finik.Option{finik.WithServerClock(), finik.WithRetry(finik.RetryPolicy{MinWait: c.pause / 4, MaxWait: 5 * c.pause})},
	}
	if u, err := url.Parse(base); err == nil {
		s.what = "at " + u.Host
	}
	if c.listen != "" {
		s.keys, err = callbackKeys(base, env("FINIK_WEBHOOK_KEY_FILE"))
	}
	return s, err
}

// callbackKeys returns the keys of a list of files, or the key that the provider has
// published for a base URL. It fails with cli.ErrUsage if there is none.
func callbackKeys(base, files string) (keys []*rsa.PublicKey, err error) {
	for _, name := range filepath.SplitList(files) {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("%w: FINIK_WEBHOOK_KEY_FILE: %w", cli.ErrUsage, err)
		}
		key, err := finik.ParsePublicKey(text)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	switch {
	case len(keys) > 0:
		return keys, nil
	case base == finik.ProductionURL:
		return []*rsa.PublicKey{finik.ProductionWebhookKey()}, nil
	case base == finik.BetaURL:
		return []*rsa.PublicKey{finik.BetaWebhookKey()}, nil
	}
	return nil, fmt.Errorf("%w: -listen needs FINIK_WEBHOOK_KEY_FILE, for no key is published for this FINIK_URL", cli.ErrUsage)
}

//go:embed testdata/demo.csv
var demo []byte

const hint = `
This was offline. One answer got lost and one 503 came: both were paid once. For
the real service, where beta moves no money:

  make apps
  FINIK_URL=` + finik.BetaURL + ` FINIK_API_KEY=… FINIK_PRIVATE_KEY_FILE=… \
  bin/finik-payout -account … -user … payouts.csv
`

// offline starts a fake service on loopback with a few faults. Rows are sent one by one, so
// that every run prints the same.
func offline(c config) (*source, error) {
	folder, err := os.MkdirTemp("", "finik-payout-")
	if err != nil {
		return nil, err
	}
	srv := finiktest.NewServer(finiktest.WithNamedDuplicates())
	srv.AddRecipient(finiktest.Recipient{ServiceID: finiktest.ServiceFinik, Value: "+996000000002", Name: "T. P."})
	to := func(phone string) func(finiktest.Request) bool {
		return func(r finiktest.Request) bool { return bytes.Contains(r.Body, []byte(phone)) }
	}
	srv.Inject(
		finiktest.Fault{Operation: "CreatePayment", Match: to("+996000000002"), Kind: finiktest.FaultResetAfter},
		finiktest.Fault{Operation: "CreatePayment", Match: to("0000000000000002"), Status: 503},
		finiktest.Fault{Operation: "CreatePayment", Match: to("+996000000005"), Kind: finiktest.FaultResetAfter},
		finiktest.Fault{Operation: "CreatePayment", Match: to("+996000000005"), Status: 409, Body: `{"statusCode":409,"errorMessage":"Transaction with the same ID already exists."}`},
	)
	// The provider ends one accepted payment as failed.
	failing := finik.WithObserver(func(context.Context, finik.Attempt) {
		for _, p := range srv.Payments() {
			if text, _ := p.Field("phone"); text == "+996000000004" && !p.Final() {
				srv.Fail(p.ID, 502)
			}
		}
	})
	// On loopback short waits are enough.
	c.workers, c.firstLook, c.pause, c.wait = 1, 5*time.Millisecond, 5*time.Millisecond, time.Minute
	c.account, c.user, c.file = finiktest.DefaultAccountID, finiktest.DefaultUserID, "demo.csv"
	c.db, c.book = filepath.Join(folder, "payouts.db"), "finik-payout-local"
	return &source{
		config: c, url: srv.URL(), credentials: finiktest.DefaultCredentials(),
		options: []finik.Option{failing, finik.WithRetry(finik.RetryPolicy{MinWait: time.Millisecond, MaxWait: 5 * time.Millisecond})},
		rows:    demo, what: "at a service made up by finiktest on this machine", hint: hint, demo: true,
		close: func() {
			srv.Close()
			_ = os.RemoveAll(folder)
		},
	}, nil
}
