// Ecommpay-export writes the operations of some days to CSV, with totals by type,
// status and currency. It shows a walk over rows that may move while it is under
// way: every operation that stays in the interval is in the file, in its newest
// version, and nothing is written unless all of it could be read.
//
//	go -C examples/apps run ./ecommpay-export > operations.csv
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
// The environment leads it to the real service; -h lists variables, flags, columns
// and exit codes. Built by make apps:
//
//	bin/ecommpay-export -from 2026-01-01 -to 2026-01-31 -zone Asia/Bishkek -out january.csv
//
// Days are of -zone, UTC unless set. The interval is of the last update of an
// operation, and should be over: an operation that changes leaves the interval for
// the day on which it changed.
package main

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/examples/internal/cli"
)

func main() { program().Main(run) }

// run reads the days that are asked for, and writes rows and totals.
func run(ctx context.Context, call *cli.Call) error {
	ask, err := parse(call)
	if err != nil {
		return err
	}
	src, err := newSource(ask, call.Env)
	if err != nil {
		return err
	}
	defer src.close()
	out, err := cli.CreateFlag("-out", ask.out, 0)
	if err != nil {
		return err
	}
	defer out.Discard()

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
	interval := ecommpay.ListOperationsParams{From: ask.from, To: ask.to}
	for operation, err := range client.AllOperations(ctx, interval) {
		if err != nil {
			return fmt.Errorf("after %d operations: %w", len(table.rows), err)
		}
		table.add(operation)
	}

	write := func(to io.Writer) error { return table.writeCSV(to, ask.excel, ask.zone) }
	if out != nil {
		err = out.Save(write)
	} else {
		err = write(call.Out)
	}
	if err != nil {
		return err
	}
	text := fmt.Appendf(nil, "Operations from %s to %s, %s\n\n%s\n%d operations: %d requests, %d retried, %d came again because they changed\n%s",
		ask.from.In(ask.zone).Format(time.DateOnly), ask.to.In(ask.zone).Format(time.DateOnly), src.what, table.totals().table(),
		len(table.rows), requests.Load(), retried.Load(), table.again, src.hint)
	_, err = call.Err.Write(text)
	return err
}
