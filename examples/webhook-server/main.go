// Webhook-server receives the notices of payments, those of wallet.best and those
// of Finik. It shows what a handler has to do: check the token or the signature,
// drop what it has seen, decide by what can be believed, and fail so that a
// notice is sent again.
//
//	go run ./examples/webhook-server
//
// needs no account and no network. It starts wallettest and finiktest, the fake
// services that come with this module. Two payments of the one happen, one of
// them is undone and redone; two payouts of the other are made, one of them
// fails. Their notices come in the wrong order and some twice, some are forged,
// one is of yesterday and one somebody else's, and then it ends:
//
//	Listening on this machine; notices of services made up by wallettest and finiktest
//
//	POST /wallet 200  redo      of 1401089240377  now completed  103.00 RUB
//	POST /wallet 200  complete  of 1401089240377  now completed  103.00 RUB
//	POST /wallet 500  undo      of 1401089240377  cannot be read now, to be sent again
//	POST /wallet 200  undo      of 1401089240377  now completed  103.00 RUB
//	POST /wallet 200  undo      of 1401089240377  seen before
//	POST /wallet 200  decline   of 1401089240378  now declined   203.00 RUB
//	POST /wallet 401  forged
//	POST /wallet 200  complete  of 1401089240378  now declined   203.00 RUB
//	POST /finik 200  PROCESSING  of 00000000-0000-4000-8000-000000000001  not at its end
//	POST /finik 200  SUCCEEDED   of 00000000-0000-4000-8000-000000000001  150.00 som
//	POST /finik 200  PROCESSING  of 00000000-0000-4000-8000-000000000001  late, it is SUCCEEDED already
//	POST /finik 200  SUCCEEDED   of 00000000-0000-4000-8000-000000000001  seen before
//	POST /finik 401  forged or stale
//	POST /finik 401  forged or stale
//	POST /finik 200  FAILED      of 00000000-0000-4000-8000-000000000002  150.00 som
//	POST /finik 200  SUCCEEDED   of 00000000-0000-4000-8000-000000000009  not ours
//
//	1401089240377 is completed
//	1401089240378 is declined
//	00000000-0000-4000-8000-000000000001 is SUCCEEDED
//	00000000-0000-4000-8000-000000000002 is FAILED
//
// A token of wallet.best never changes and can be learnt from any notice: the
// last one to /wallet was forged with a right one, and only the read keeps the
// shop from delivering. An event may also overtake what the service shows: the
// shop then answers 500 and waits for the event to come again. A signature of Finik is over the whole notice and its
// time, so the content can be believed. It need not be read again, and cannot be
// everywhere: the id in a notice may have another form than the payment's, and
// there is no call by transaction id. There it is the transaction that has to be
// known, and the status that has to be final.
//
// The environment leads it to the real services, to one of them or both; it then
// serves until Ctrl-C or SIGTERM, and finishes what is under way. -h lists
// variables, flags and exit codes.
//
// Wallet.best's notices belong to the path /wallet and Finik's to /finik.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/wallet"
)

func main() { program().Main(run) }

// program is what -h prints, and what becomes of errors.
func program() *cli.Program {
	return &cli.Program{
		Name: "webhook-server", Invalid: []error{wallet.ErrInvalidRequest, finik.ErrInvalidRequest},
		About: "Receives the notices of payments, of wallet.best at the path /wallet and of Finik at\n/finik, until SIGINT or SIGTERM. Without WALLET_URL and FINIK_WEBHOOK_URL it runs\noffline, and ends by itself.",
		Variables: `
WALLET_URL         base URL: ` + wallet.ProductionURL + `,
                   or ` + wallet.SandboxURL + `
WALLET_PHONE       of the wallet, with a plus sign
WALLET_PASSWORD    of the wallet
WALLET_APP_ID      of the application that signs notices
WALLET_APP_SECRET  of that application
FINIK_WEBHOOK_URL  the address that Finik was told, which the signature is over
FINIK_WEBHOOK_KEY  Finik's public key, PEM or Base64; "beta" is the one published for
                   the beta, and the one for production is taken unless set
WEBHOOK_LISTEN     address to listen at, unless -listen is given`,
		Files: `
None is read or written. Each request is a line on the standard output: method, path,
status, and what was made of it.`,
		Codes: `
0    ended by SIGINT or SIGTERM, or offline by itself: what was under way is finished
1    it could not listen, or not end in order
2    wrong flags or environment`,
		Real: `
FINIK_WEBHOOK_URL=https://shop.example.com/finik FINIK_WEBHOOK_KEY=beta \
go run ./examples/webhook-server -listen 127.0.0.1:8080`,
	}
}

// run serves until ctx ends, or until the fakes have nothing more to tell.
func run(ctx context.Context, call *cli.Call) error {
	p := program()
	flags := p.Flags()
	listen := flags.String("listen", cmp.Or(call.Env("WEBHOOK_LISTEN"), "127.0.0.1:8080"), "the `address` to listen at, behind a proxy with TLS")
	if err := p.Parse(flags, call); err != nil {
		return err
	}
	src, err := newSource(*listen, call.Env) //nolint:contextcheck // the fakes live until they are closed
	if err != nil {
		return err
	}
	defer src.close()
	console := &console{to: call.Out}
	mux := http.NewServeMux()
	sums := []func() string{}
	if src.wallet != nil {
		shop := newShop(src.wallet.client)
		src.wallet.hook.Refused = refused(wallet.ErrUnauthorized, "forged")
		mux.Handle("/wallet", console.logged(src.wallet.hook.Handler(shop.notice)))
		sums = append(sums, shop.sum)
	}
	if src.finik != nil {
		payouts := newPayouts(src.finik.ours)
		src.finik.hook.Refused = refused(finik.ErrUnauthorized, "forged or stale")
		mux.Handle("/finik", console.logged(src.finik.hook.Handler(payouts.notice)))
		sums = append(sums, payouts.sum)
	}
	server := &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: 10 * time.Second, // the handler bounds the body itself
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", src.listen)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", src.listen, err)
	}
	console.say("Listening on %s\n\n", src.what)

	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	told := make(chan error, 1)
	if src.tell != nil {
		go func() { told <- src.tell(ctx, "http://"+listener.Addr().String()) }()
	}
	select {
	case err = <-served:
	case err = <-told:
	case <-ctx.Done():
	}
	// What is under way is finished; a notice that is cut off would come again.
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err = errors.Join(err, server.Shutdown(ending))
	if err == nil {
		console.say("\n")
		for _, sum := range sums {
			console.say("%s", sum())
		}
		console.say("%s", src.hint)
	}
	return err
}
