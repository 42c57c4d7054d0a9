// Ecommpay-export writes the operations of some days to CSV, with totals by type,
// status and currency. It shows a walk over rows that may move while it is under
// way: every operation that stays in the interval is in the file, in its newest
// version, and nothing is written unless all of it could be read.
//
//	go run ./examples/ecommpay-export > operations.csv
//
// needs no account and no network. It starts ecommpaytest, the fake Data API that
// comes with this module, with 2,400 made-up operations, some of which leave the
// interval, arrive and change place while they are read, and a few faults. The
// rows go to the standard output, the totals to the standard error:
//
//	Operations from 2026-01-15 to 2026-01-16, made up and served by ecommpaytest on this machine
//
//	TYPE    STATUS               CURRENCY  COUNT          SUM
//	refund  awaiting 3ds result  EUR           3     13204.91
//	refund  awaiting 3ds result  USD           1     16206.01
//	…
//	TOTAL                        EUR        1374  13849418.91
//	TOTAL                        JPY          37       404608
//	…
//	2400 operations: 6 requests, 3 retried, 9 came again because they changed
//
// The environment leads it to the real service:
//
//	ECOMMPAY_URL     base URL, see ecommpay.ProductionURL
//	ECOMMPAY_TOKEN   the token of the user account
//	ECOMMPAY_SECRET  the secret that was issued with it
//	ECOMMPAY_FROM    first day in UTC, YYYY-MM-DD; yesterday unless set
//	ECOMMPAY_TO      last day in UTC; the first one unless set
//
// The interval is that of the last update of an operation, and should be over: an
// operation that changes leaves it for the day on which it changed.
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

	"github.com/payclients/payclients-go/ecommpay"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Getenv, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "ecommpay-export:", explain(err))
		os.Exit(exitCode(err))
	}
}

// run reads the days that env asks for, and writes rows and totals.
func run(ctx context.Context, env func(string) string, rows, summary io.Writer) error {
	src, err := newSource(env)
	if err != nil {
		return err
	}
	defer src.close()

	// The observer sees every attempt, on the goroutine that reads ahead.
	var requests, retried atomic.Int64
	client, err := ecommpay.NewClient(src.url, src.credentials, append(src.options, ecommpay.WithObserver(func(_ context.Context, a ecommpay.Attempt) {
		if a.Number == 1 {
			requests.Add(1)
		} else {
			retried.Add(1)
		}
	}))...)
	if err != nil {
		return err
	}

	// An operation that changes meanwhile comes again: the newest version counts.
	table := newExport()
	interval := ecommpay.ListOperationsParams{From: src.from, To: src.to}
	for operation, err := range client.AllOperations(ctx, interval) {
		if err != nil {
			return fmt.Errorf("after %d operations: %w", len(table.rows), err)
		}
		table.add(operation)
	}

	if err := table.writeCSV(rows); err != nil {
		return err
	}
	text := fmt.Appendf(nil, "Operations from %s to %s, %s\n\n%s%s\n%d operations: %d requests, %d retried, %d came again because they changed\n",
		src.from.Format(dateForm), src.to.Format(dateForm), src.what, table.totals().table(), src.hint,
		len(table.rows), requests.Load(), retried.Load(), table.again)
	_, err = summary.Write(text)
	return err
}
