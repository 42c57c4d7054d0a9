// Finik-webhooks receives the webhook events of Finik. It checks signature and age, and
// acts on the first final status of a transaction.
//
//	go run ./examples/finik-webhooks
//
// needs no account and no network: finiktest, the fake of package finik, sends events of
// two payouts in any order, some of them twice, and a stranger sends a forged one.
package main

import (
	"cmp"
	"context"
	"crypto/rsa"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// payouts keeps in memory what a real service keeps in a database.
type payouts struct {
	log   *slog.Logger
	mu    sync.Mutex
	ended map[string]finik.Status // final, by transaction
}

// receive acts on an event. The signature is over the content, which can be believed: the
// payment is not read. A real service looks the transaction up among its own first.
func (p *payouts) receive(_ context.Context, event *finik.Event) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	before, ended := p.ended[event.TransactionID]
	log := p.log.With("transaction", event.TransactionID, "status", event.Status)
	switch {
	case !event.Status.Final():
		log.Info("not final")
	case ended && !before.Is(event.Status):
		log.Error("a person has to look", "before", before)
	case ended:
		log.Info("seen before")
	default:
		p.ended[event.TransactionID] = event.Status
		log.Info("acted")
	}
	return nil
}

func main() { program().Main(run) }

func program() *cli.Program {
	return &cli.Program{
		Name:      "finik-webhooks",
		About:     "Receives the webhook events of Finik until SIGINT or SIGTERM. Without\nFINIK_WEBHOOK_URL it runs offline, and ends by itself.",
		Variables: "FINIK_WEBHOOK_URL  the address that Finik was told, which the signature is over\nFINIK_WEBHOOK_KEY  public key of Finik, PEM or Base64; \"beta\" is the published one of the\n                   beta; the published one of production unless set",
		Real:      "FINIK_WEBHOOK_URL=https://shop.example.com/finik FINIK_WEBHOOK_KEY=beta \\\ngo run ./examples/finik-webhooks -listen 127.0.0.1:8080",
		Codes:     "0    ended by SIGINT or SIGTERM, or offline by itself: what was under way is finished\n1    it could not listen, or not end in order\n2    wrong flags or environment",
	}
}

func run(ctx context.Context, call *cli.Call) error {
	p, public, meanwhile := program(), call.Env("FINIK_WEBHOOK_URL"), (func(string) error)(nil)
	flags := p.Flags()
	listen := flags.String("listen", "127.0.0.1:8080", "the `address` to listen at, behind a proxy with TLS")
	if err := p.Parse(flags, call); err != nil {
		return err
	}
	state := &payouts{log: cli.Log(call.Out), ended: map[string]finik.Status{}}
	hook := finik.Webhook{PublicURL: cmp.Or(public, "https://shop.example.com/finik"), Refused: func(_ *http.Request, err error) { state.log.Warn("refused", "error", err) }}
	address, err := url.Parse(public)
	switch key := call.Env("FINIK_WEBHOOK_KEY"); {
	case public == "" && key != "", public != "" && (err != nil || address.Host == ""):
		return fmt.Errorf("%w: FINIK_WEBHOOK_URL must be the address that Finik was told, such as https://shop.example.com/finik", cli.ErrUsage)
	case public == "":
		srv := finiktest.NewServer() //nolint:contextcheck // it lives until it is closed
		defer srv.Close()
		hook.Keys = []*rsa.PublicKey{finiktest.PublicKey()}
		*listen, meanwhile = "127.0.0.1:0", func(url string) error { return offline(ctx, srv, url+"/finik", hook.PublicURL) }
	case key == "":
		hook.Keys = []*rsa.PublicKey{finik.ProductionWebhookKey()}
	case key == "beta": // never beside the other: no money moves there
		hook.Keys = []*rsa.PublicKey{finik.BetaWebhookKey()}
	default:
		hook.Keys = make([]*rsa.PublicKey, 1)
		if hook.Keys[0], err = finik.ParsePublicKey([]byte(key)); err != nil {
			return fmt.Errorf("%w: FINIK_WEBHOOK_KEY: %w", cli.ErrUsage, err)
		}
	}
	state.log.Info("listening", "address", *listen, "path", "/finik")
	mux := http.NewServeMux()
	mux.Handle("/finik", hook.Handler(state.receive))
	err = cli.Serve(ctx, state.log, *listen, mux, meanwhile)
	if err == nil && meanwhile != nil {
		_, err = fmt.Fprint(call.Out, p.Offline())
	}
	return err
}

// offline makes two payouts, has their events sent, and forges one.
func offline(ctx context.Context, srv *finiktest.Server, target, public string) error {
	client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials())
	for i := 1; i <= 2 && err == nil; i++ {
		_, err = client.CreatePayment(ctx, finik.CreatePaymentRequest{
			AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceFinik,
			TransactionID: fmt.Sprintf("00000000-0000-4000-8000-%012d", i), Fields: finik.Fields{"phone": finiktest.DefaultPhone, "amount": decimal.Hundred},
		})
	}
	if err == nil {
		_, err = srv.DeliverWebhooks(ctx, target, finiktest.DeliverParams{Shuffle: true, Duplicates: 90, Seed: 1, PublicURL: public})
	}
	_, _ = http.Post(target, "application/json", strings.NewReader(`{"status":"SUCCEEDED"}`)) //nolint:bodyclose,noctx // forged
	return err
}
