// Quickstart adds up one day of Vima operations per project, status and
// currency. It shows the way from an endpoint and a key to exact sums: a client,
// a walk that reads ahead, what its errors tell, and a context that ends it.
//
//	go run ./examples/quickstart
//
// needs no account and no network. It starts vimatest, the fake collector that
// comes with this module, with 2,400 made-up operations and a few faults:
//
//	Operations of 2026-01-15, made up and served by vimatest on this machine
//
//	PROJECT    STATUS               CURRENCY  COUNT          SUM
//	91game     fail                 INR         231   2150238.00
//	91game     fail                 JPY           3     30579.00
//	…
//	TOTAL                           EUR         708   7307832.50
//	TOTAL                           INR        1173  11405290.00
//	…
//	2400 operations: 26 requests, 3 retried
//
// The environment leads it to the real service:
//
//	VIMA_URL       whole URL of the operation list, see vima.ProductionURL
//	VIMA_API_KEY   the key, or else both of
//	VIMA_USERNAME  and
//	VIMA_PASSWORD
//	VIMA_DATE      the day in UTC, YYYY-MM-DD; yesterday unless set
//
// The sums are those of [vima.Operation.Amount]: what was paid, or what was asked
// for where nothing has been paid yet. They are exact, whatever their size.
//
// It ends with code 1 if a call fails, 2 if the environment is wrong, and 130
// after Ctrl-C or SIGTERM.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

	"github.com/payclients/payclients-go/vima"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Getenv, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", explain(err))
		os.Exit(exitCode(err))
	}
}

// run reads the day that env asks for and prints its totals.
func run(ctx context.Context, env func(string) string, stdout io.Writer) error {
	src, err := newSource(env)
	if err != nil {
		return err
	}
	defer src.close()

	// The observer sees every attempt, on the goroutine that reads ahead.
	var requests, retried atomic.Int64
	client, err := vima.NewClient(src.url, src.auth, append(src.options, vima.WithObserver(func(_ context.Context, a vima.Attempt) {
		if a.Number == 1 {
			requests.Add(1)
		} else {
			retried.Add(1)
		}
	}))...)
	if err != nil {
		return err
	}

	// While a page is added up, the next two are on their way.
	totals := newTotals()
	day := vima.ListOperationsParams{Date: src.day}
	for operation, err := range client.AllOperations(ctx, day, vima.Prefetch(2)) {
		if err != nil {
			return fmt.Errorf("after %d operations of %s: %w", totals.operations, src.day, err)
		}
		totals.add(operation)
	}

	text := fmt.Appendf(nil, "Operations of %s, %s\n\n%s%s\n%d operations: %d requests, %d retried\n",
		src.day, src.what, totals.table(), src.hint, totals.operations, requests.Load(), retried.Load())
	_, err = stdout.Write(text)
	return err
}
