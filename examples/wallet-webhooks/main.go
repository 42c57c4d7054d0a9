// Wallet-webhooks receives the webhook events of wallet.best. It drops those that it has
// seen, asks the service what is true, and has an event sent again that came too early.
//
//	go run ./examples/wallet-webhooks
//
// needs no account and no network: wallettest, the fake of package wallet, sends events
// of a payment in any order, some of them twice, and a stranger sends a forged one.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// shop keeps in memory what a real one keeps in a database: the key of an event in one
// transaction with what is done about it. It also reads its unfinished payments on a
// schedule, since it is Unverified whether an event is sent again.
type shop struct {
	log    *slog.Logger
	client *wallet.Client
	mu     sync.Mutex // not held while the service is asked
	seen   map[string]bool
	newest map[int64]time.Time // event of a payment
}

// receive acts on an event. The token of an event can be learnt from any other one, so
// nothing counts but what the service says now. An error is answered with status 500.
func (s *shop) receive(ctx context.Context, event *wallet.Event) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second) // the sender does not wait for long
	defer cancel()
	read, err := s.client.GetPayment(ctx, event.Payment.ID)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now, id, at := read.Payment.Status, event.Payment.ID, event.CreatedAt
	late := !at.IsZero() && at.Before(s.newest[id])
	switch {
	case s.seen[event.Key()]:
		s.log.Info("seen before", "type", event.Type, "payment", id)
		return nil
	case !late && now != event.To && (!now.Final() || now == event.From):
		s.log.Warn("too early, to be sent again", "type", event.Type, "payment", id, "now", now)
		return errors.New("the service does not show yet what the event reports")
	case !late && at.Before(time.Now()): // a later time is made up
		s.newest[id] = at
	}
	s.seen[event.Key()] = true
	s.log.Info("acted", "type", event.Type, "payment", id, "now", now)
	return nil
}

func main() { program().Main(run) }

func program() *cli.Program {
	return &cli.Program{
		Name: "wallet-webhooks", Invalid: []error{wallet.ErrInvalidRequest},
		About:     "Receives the webhook events of wallet.best until SIGINT or SIGTERM. Without WALLET_URL\nit runs offline, and ends by itself.",
		Variables: "WALLET_URL         base URL: " + wallet.ProductionURL + "\nWALLET_PHONE       of the wallet, with a plus sign\nWALLET_PASSWORD    of the wallet\nWALLET_APP_ID      of the application that events are signed for\nWALLET_APP_SECRET  of that application",
		Real:      "WALLET_URL=" + wallet.SandboxURL + " WALLET_PHONE=+… WALLET_PASSWORD=… WALLET_APP_ID=… WALLET_APP_SECRET=… \\\ngo run ./examples/wallet-webhooks -listen 127.0.0.1:8080",
		Codes:     "0    ended by SIGINT or SIGTERM, or offline by itself: what was under way is finished\n1    it could not listen, or not end in order\n2    wrong flags or environment",
	}
}

func run(ctx context.Context, call *cli.Call) error {
	p, env, meanwhile := program(), call.Env, (func(string) error)(nil)
	flags := p.Flags()
	listen := flags.String("listen", "127.0.0.1:8080", "the `address` to listen at, behind a proxy with TLS")
	if err := p.Parse(flags, call); err != nil {
		return err
	}
	url, phone, password := env("WALLET_URL"), env("WALLET_PHONE"), env("WALLET_PASSWORD")
	hook := wallet.Webhook{AppID: env("WALLET_APP_ID"), AppSecret: env("WALLET_APP_SECRET")}
	s := &shop{log: cli.Log(call.Out), seen: map[string]bool{}, newest: map[int64]time.Time{}}
	switch {
	case (url == "") != (hook.AppID == ""), (url == "") != (hook.AppSecret == ""):
		return fmt.Errorf("%w: WALLET_URL, WALLET_APP_ID and WALLET_APP_SECRET go together", cli.ErrUsage)
	case url == "":
		srv := wallettest.NewServer(wallettest.WithProcessingReads(0)) //nolint:contextcheck // it lives until it is closed
		defer srv.Close()
		*listen, url, phone, password, hook.AppID, hook.AppSecret = "127.0.0.1:0", srv.URL(), wallettest.DefaultPhone, wallettest.DefaultPassword, wallettest.DefaultAppID, wallettest.DefaultAppSecret
		meanwhile = func(url string) error {
			request := wallet.NewOut(wallet.NewClientPaymentID(), wallettest.ServiceMobile, decimal.Hundred, map[string]string{"phoneNumber": "0000000001"})
			paid, err := s.client.RunPayment(ctx, request, func(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
				return wallet.ExecutePaymentRequest{}, nil
			})
			if err != nil {
				return err
			}
			srv.Undo(paid.Payment.ID)
			_, err = srv.DeliverWebhooks(ctx, url+"/wallet", wallettest.DeliverParams{Shuffle: true, Duplicates: 90, Seed: 1})
			_, _ = http.Post(url+"/wallet", "application/json", strings.NewReader(`{"type":"complete"}`)) //nolint:bodyclose,noctx // forged
			_, _ = fmt.Fprint(call.Out, p.Offline())
			return err
		}
	}
	client, err := wallet.NewClient(url, wallet.BasicAuth(phone, password))
	if err != nil {
		return err
	}
	s.client = client
	hook.Refused = func(_ *http.Request, err error) { s.log.Warn("refused", "error", err) }
	s.log.Info("listening", "address", *listen, "path", "/wallet")
	mux := http.NewServeMux()
	mux.Handle("/wallet", hook.Handler(s.receive))
	return cli.Serve(ctx, s.log, *listen, mux, meanwhile)
}
