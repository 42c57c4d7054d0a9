package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// errUsage is an environment that cannot be used.
var errUsage = errors.New("wrong environment")

// source is the service whose notices are received.
type source struct {
	url     string
	auth    wallet.Authenticator
	hook    wallet.Webhook
	listen  string
	options []wallet.Option
	what    string // for the heading
	close   func()
	// tell sends notices to a URL; nil where a real service does.
	tell func(ctx context.Context, client *wallet.Client, url string) error
}

// newSource is the service that env names, or the fake where it names none.
func newSource(env func(string) string) (*source, error) {
	base := env("WALLET_URL")
	if base == "" {
		if env("WALLET_PHONE")+env("WALLET_PASSWORD")+env("WALLET_APP_ID")+env("WALLET_APP_SECRET") != "" {
			return nil, fmt.Errorf("%w: there are credentials but no WALLET_URL, for example %s", errUsage, wallet.SandboxURL)
		}
		return offline(), nil
	}
	for _, name := range []string{"WALLET_PHONE", "WALLET_PASSWORD", "WALLET_APP_ID", "WALLET_APP_SECRET"} {
		if env(name) == "" {
			return nil, fmt.Errorf("%w: WALLET_URL needs %s", errUsage, name)
		}
	}
	listen := cmp.Or(env("WEBHOOK_LISTEN"), "127.0.0.1:8080")
	return &source{
		url: base, auth: wallet.BasicAuth(env("WALLET_PHONE"), env("WALLET_PASSWORD")),
		hook:   wallet.Webhook{AppID: env("WALLET_APP_ID"), AppSecret: env("WALLET_APP_SECRET")},
		listen: listen, what: listen + ", path /wallet; Ctrl-C ends it", close: func() {},
	}, nil
}

// offline is a fake service on loopback.
func offline() *source {
	srv := wallettest.NewServer(wallettest.WithProcessingReads(0))
	return &source{
		url: srv.URL(), auth: wallet.BasicAuth(wallettest.DefaultPhone, wallettest.DefaultPassword),
		hook:    wallet.Webhook{AppID: wallettest.DefaultAppID, AppSecret: wallettest.DefaultAppSecret},
		listen:  "127.0.0.1:0",
		options: []wallet.Option{wallet.WithRetry(wallet.RetryPolicy{MaxAttempts: 2, MinWait: time.Millisecond, MaxWait: time.Millisecond})},
		what:    "this machine; notices of a service made up by wallettest", close: srv.Close,
		tell: func(ctx context.Context, client *wallet.Client, url string) error { return tell(ctx, srv, client, url) },
	}
}

// tell makes two payments and sends what becomes of them: late, twice, forged.
func tell(ctx context.Context, srv *wallettest.Server, client *wallet.Client, url string) error {
	paid, err := pay(ctx, client, "100")
	if err != nil {
		return err
	}
	srv.Undo(paid)
	srv.Redo(paid)
	srv.AddService(wallettest.Service{ID: wallettest.ServiceMobile, Fee: decimal.MustParse("3"), Declines: true})
	declined, err := pay(ctx, client, "200")
	if err != nil {
		return err
	}
	events := srv.Events()
	complete, undo, redo, decline := events[0], events[1], events[2], events[3]
	if _, err = srv.Send(ctx, url, redo, complete); err != nil {
		return err
	}
	srv.Inject(wallettest.Fault{Operation: "GetPayment", Status: 503, Times: 2})
	if _, err = srv.Send(ctx, url, undo, undo, undo, decline); err != nil {
		return err
	}
	forged := fmt.Appendf(nil, `{"type":"complete","payment":{"id":%d,"status":"completed"},"from":"processing","to":"completed"}`, declined)
	for _, secret := range []string{"guessed", wallettest.DefaultAppSecret} {
		if err = post(ctx, url, wallet.Webhook{AppID: wallettest.DefaultAppID, AppSecret: secret}, forged); err != nil {
			return err
		}
	}
	return nil
}

func pay(ctx context.Context, client *wallet.Client, roubles string) (id int64, err error) {
	request := wallet.NewOut(wallet.NewClientPaymentID(), wallettest.ServiceMobile, decimal.MustParse(roubles),
		map[string]string{"phoneNumber": "+70000000001"})
	result, err := client.RunPayment(ctx, request, func(wallet.PaymentResult) error { return nil })
	if err != nil {
		return 0, err
	}
	return result.Payment.ID, nil
}

// post sends a notice with the token of hook.
func post(ctx context.Context, url string, hook wallet.Webhook, body []byte) error {
	request, err := wallettest.NewWebhookRequest(ctx, url, hook, bytes.Clone(body))
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}
