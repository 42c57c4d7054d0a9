// Observer watches clients of five providers with one observer, and decides by the
// class of an error what to do, whichever provider the error is from.
//
//	go run ./examples/observer
//
// needs no account and no network: each provider is the fake that comes with its
// package, with one fault of its own. The first line of each pair is what the
// observer heard of the attempt. The second line is the caller's error, and what to
// do about it:
//
//	vima ListOperations: attempt 1, status 200, class "refused"
//	  vima: ListOperations: status 401 (unauthorized): look after the credentials
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// observe is the observer of all five: their Attempts convert to one another.
func observe(out io.Writer, provider string, a vima.Attempt) {
	_, _ = fmt.Fprintf(out, "%s %s: attempt %d, status %d, class %q\n", provider, a.Operation, a.Number, a.StatusCode, a.Class)
}

// advise says what to do about an error of any provider.
func advise(err error) string {
	var failed interface{ Class() string }
	if !errors.As(err, &failed) {
		return "mend the request" // nothing was sent
	}
	switch failed.Class() {
	case "unauthorized", "forbidden", "credentials":
		return "look after the credentials"
	case "rate_limited", "timeout", "reset", "dial", "dns", "network", "truncated":
		return "come back later"
	case "undecodable", "signature", "encoding", "proxy", "tls":
		return "see who is answering"
	}
	return "read the refusal" // "status" and "refused", where the provider decides
}

func main() { program().Main(run) }

func program() *cli.Program {
	return &cli.Program{
		Name: "observer", About: "Watches clients of five providers with one observer, offline.",
		Variables: "None is read.", Files: "None is read or written.", Codes: "0    done\n2    wrong flags\n130  interrupted by SIGINT or SIGTERM",
		Real: "This program has none: give the five NewClient the URLs and credentials of your own.",
	}
}

func run(ctx context.Context, call *cli.Call) error {
	if err := program().Parse(program().Flags(), call); err != nil {
		return err
	}
	vs := vimatest.NewServer()
	defer vs.Close()
	vs.Inject(vimatest.Fault{Status: 200, Body: `{"code":401,"message":"no"}`}) // a refusal inside a 200
	v, err := vima.NewClient(vs.URL(), vimatest.DefaultCredentials(), vima.WithObserver(func(_ context.Context, a vima.Attempt) { observe(call.Out, "vima", a) }))
	if err == nil {
		_, err = v.ListOperations(ctx, vima.ListOperationsParams{})
	}
	report(call.Out, err)
	es := ecommpaytest.NewServer()
	defer es.Close()
	es.Inject(ecommpaytest.Fault{Status: 200, Body: `{"balance":[],"signature":"AAAA"}`}) // not the service's
	e, err := ecommpay.NewClient(es.URL(), ecommpaytest.DefaultCredentials(), ecommpay.WithObserver(func(_ context.Context, a ecommpay.Attempt) { observe(call.Out, "ecommpay", vima.Attempt(a)) }))
	if err == nil {
		_, err = e.Balances(ctx)
	}
	report(call.Out, err)

	ws := wallettest.NewServer() //nolint:contextcheck // it lives until it is closed
	defer ws.Close()
	ws.Inject(wallettest.Fault{Status: 429, RetryAfter: "3600"}) // longer than a retry waits
	w, err := wallet.NewClient(ws.URL(), wallettest.DefaultCredentials(), wallet.WithObserver(func(_ context.Context, a wallet.Attempt) { observe(call.Out, "wallet", vima.Attempt(a)) }))
	if err == nil {
		_, err = w.GetPayment(ctx, 1)
	}
	report(call.Out, err)

	fs := finiktest.NewServer() //nolint:contextcheck // it lives until it is closed
	defer fs.Close()
	f, err := finik.NewClient(fs.URL(), finiktest.DefaultCredentials(), finik.WithObserver(func(_ context.Context, a finik.Attempt) { observe(call.Out, "finik", vima.Attempt(a)) }))
	if err == nil {
		_, err = f.GetPayment(ctx, "no-such-payment")
	}
	report(call.Out, err)

	ts := transactionstest.NewServer()
	defer ts.Close()
	ts.Inject(transactionstest.Fault{Kind: transactionstest.FaultHTML}) // a login page
	t, err := transactions.NewClient(ts.URL(), transactionstest.DefaultCredentials(), transactions.WithObserver(func(_ context.Context, a transactions.Attempt) { observe(call.Out, "transactions", vima.Attempt(a)) }))
	if err == nil {
		_, err = t.ListTransactions(ctx, transactions.ListTransactionsParams{})
	}
	report(call.Out, err)
	_, _ = fmt.Fprint(call.Out, program().Offline())
	return ctx.Err()
}

func report(out io.Writer, err error) {
	text, _, _ := strings.Cut(err.Error(), ": expected") // only the beginning, for short lines
	_, _ = fmt.Fprintf(out, "  %s: %s\n", text, advise(err))
}
