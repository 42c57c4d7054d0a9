// Webhook-server receives the notices of payments. It shows what a handler has to
// do: check the token, drop what it has seen, read the payment again before
// believing anything, and fail so that a notice is sent again.
//
//	go run ./examples/webhook-server
//
// needs no account and no network. It starts wallettest, the fake service that
// comes with this module, lets two payments happen and one of them be undone and
// redone, sends the notices in the wrong order and some twice, forges two, and
// ends:
//
//	Listening on this machine; notices of a service made up by wallettest
//
//	POST /wallet 200  redo      of 1401089240377  now completed  103.00 RUB
//	POST /wallet 200  complete  of 1401089240377  now completed  103.00 RUB
//	POST /wallet 500  undo      of 1401089240377  cannot be read now, to be sent again
//	POST /wallet 200  undo      of 1401089240377  now completed  103.00 RUB
//	POST /wallet 200  undo      of 1401089240377  seen before
//	POST /wallet 200  decline   of 1401089240378  now declined   203.00 RUB
//	POST /wallet 401  forged
//	POST /wallet 200  complete  of 1401089240378  now declined   203.00 RUB
//
//	1401089240377 is completed
//	1401089240378 is declined
//
// The last notice was forged with a right token, which never changes and can be
// learnt from any notice: only the read keeps the shop from delivering.
//
// The environment leads it to the real service; it then serves until Ctrl-C:
//
//	WALLET_URL         base URL, see wallet.ProductionURL
//	WALLET_PHONE       of the wallet, with a plus sign
//	WALLET_PASSWORD    of the wallet
//	WALLET_APP_ID      of the application that signs notices
//	WALLET_APP_SECRET  of that application
//	WEBHOOK_LISTEN     address; 127.0.0.1:8080 unless set, behind a proxy with TLS
//
// It ends with code 1 if something fails and 2 if the environment is wrong.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/payclients/payclients-go/wallet"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Getenv, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "webhook-server:", err)
		os.Exit(exitCode(err))
	}
}

// run serves until ctx ends, or until the fake has nothing more to tell.
func run(ctx context.Context, env func(string) string, stdout io.Writer) error {
	src, err := newSource(env) //nolint:contextcheck // the fake lives until it is closed
	if err != nil {
		return err
	}
	defer src.close()
	client, err := wallet.NewClient(src.url, src.auth, src.options...)
	if err != nil {
		return err
	}
	shop := newShop(client, stdout)
	mux := http.NewServeMux()
	mux.Handle("/wallet", shop.logged(src.hook.Handler(shop.notice)))
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
	shop.say("Listening on %s\n\n", src.what)

	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	told := make(chan error, 1)
	if src.tell != nil {
		go func() { told <- src.tell(ctx, client, "http://"+listener.Addr().String()+"/wallet") }()
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
		shop.sum()
	}
	return err
}

func exitCode(err error) int {
	if errors.Is(err, errUsage) || errors.Is(err, wallet.ErrInvalidRequest) {
		return 2
	}
	return 1
}
