package main

import (
	"context"
	"crypto/rsa"
	"fmt"
	"net/url"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/wallet"
)

// source is the services whose notices are received.
type source struct {
	wallet *walletSource // nil is none
	finik  *finikSource  // nil is none
	listen string
	what   string // for the heading
	hint   string // for the end
	close  func()
	// tell sends notices to a URL; nil where real services do.
	tell func(ctx context.Context, url string) error
}

type walletSource struct {
	client *wallet.Client
	hook   wallet.Webhook
}

type finikSource struct {
	hook finik.Webhook
	ours func(transactionID string) bool
}

// newSource is the services that env names, or the fakes where it names none.
func newSource(listen string, env func(string) string) (*source, error) {
	s := &source{listen: listen, close: func() {}}
	var err error
	if s.wallet, err = newWalletSource(env); err != nil {
		return nil, err
	}
	if s.finik, err = newFinikSource(env); err != nil {
		return nil, err
	}
	switch {
	case s.wallet == nil && s.finik == nil:
		return offline()
	case s.finik == nil:
		s.what = s.listen + ", path /wallet; Ctrl-C ends it"
	case s.wallet == nil:
		s.what = s.listen + ", path /finik; Ctrl-C ends it"
	default:
		s.what = s.listen + ", paths /wallet and /finik; Ctrl-C ends it"
	}
	return s, nil
}

func newWalletSource(env func(string) string) (*walletSource, error) {
	names := []string{"WALLET_PHONE", "WALLET_PASSWORD", "WALLET_APP_ID", "WALLET_APP_SECRET"}
	for _, name := range names {
		switch {
		case env("WALLET_URL") == "" && env(name) != "":
			return nil, fmt.Errorf("%w: there are credentials but no WALLET_URL, for example %s", cli.ErrUsage, wallet.SandboxURL)
		case env("WALLET_URL") != "" && env(name) == "":
			return nil, fmt.Errorf("%w: WALLET_URL needs %s", cli.ErrUsage, name)
		}
	}
	if env("WALLET_URL") == "" {
		return nil, nil //nolint:nilnil // the other service may be there
	}
	client, err := wallet.NewClient(env("WALLET_URL"), wallet.BasicAuth(env("WALLET_PHONE"), env("WALLET_PASSWORD")))
	if err != nil {
		return nil, err
	}
	return &walletSource{client, wallet.Webhook{AppID: env("WALLET_APP_ID"), AppSecret: env("WALLET_APP_SECRET")}}, nil
}

func newFinikSource(env func(string) string) (*finikSource, error) {
	public, key := env("FINIK_WEBHOOK_URL"), env("FINIK_WEBHOOK_KEY")
	if public == "" {
		if key != "" {
			return nil, fmt.Errorf("%w: there is a FINIK_WEBHOOK_KEY but no FINIK_WEBHOOK_URL", cli.ErrUsage)
		}
		return nil, nil //nolint:nilnil // the other service may be there
	}
	if u, err := url.Parse(public); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, fmt.Errorf("%w: FINIK_WEBHOOK_URL must be the address that the service knows, such as https://shop.example.com/finik", cli.ErrUsage)
	}
	var keys []*rsa.PublicKey
	switch key {
	case "":
		keys = append(keys, finik.ProductionWebhookKey())
	case "beta": // never beside the other: no money moves there
		keys = append(keys, finik.BetaWebhookKey())
	default:
		parsed, err := finik.ParsePublicKey([]byte(key))
		if err != nil {
			return nil, fmt.Errorf("%w: FINIK_WEBHOOK_KEY: %w", cli.ErrUsage, err)
		}
		keys = append(keys, parsed)
	}
	// A real service looks the transaction up among its own.
	ours := func(string) bool { return true }
	return &finikSource{finik.Webhook{PublicURL: public, Keys: keys}, ours}, nil
}
