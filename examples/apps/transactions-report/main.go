// Transactions-report adds up the transactions of a day by gateway, status and
// currency. It shows a walk that neither loses nor doubles a row while others
// arrive, sums without a float, and a filter that comes from the command line.
//
//	go -C examples/apps run ./transactions-report
//
// needs no account and no network. It starts transactionstest, the fake service
// that comes with this module, with 2,400 made-up transactions and a few faults:
//
//	Transactions of 2026-01-15 UTC, made up and served by transactionstest on this machine
//
//	GATEWAY           STATUS      CURRENCY  COUNT   MINOR UNITS
//	100%_gate         CHECK_OK    643           2     266837961
//	100%_gate         CHECK_OK    840           1      17275700
//	…
//	TOTAL                         840          68    7282650685
//	TOTAL                         860        2265  226243105984
//
//	2400 transactions, 0 of them without an amount: 5 requests, 3 retried
//
// CURRENCY is a numeric code of ISO 4217; 860 is UZS. How many digits minor units
// have is known to the agent alone: with -digits 2 the sums are major units.
//
//	bin/transactions-report -csv totals.csv -filter 'status.equals=SUCCESS&requestAmount.greaterThan=1000'
//
// writes the totals to a file too, and "-csv -" to the standard output alone. The
// filter is in the service's own language, of which nothing is passed on that it
// would ignore. -h lists all flags, the variables that lead to a real service,
// columns and exit codes.
package main

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/transactions"
)

func main() { program().Main(run) }

// run reads the day that is asked for and writes its totals.
func run(ctx context.Context, call *cli.Call) error {
	ask, err := parse(call)
	if err != nil {
		return err
	}
	src, err := newSource(call.Env)
	if err != nil {
		return err
	}
	defer src.close()
	var file *cli.Output
	if ask.csv != "-" {
		if file, err = cli.CreateFlag("-csv", ask.csv, 0); err != nil {
			return err
		}
		defer file.Discard()
	}
	if ask.day.IsZero() {
		ask.day = src.day(ask.zone)
	}

	var requests, retried atomic.Int64
	client, err := transactions.NewClient(src.url, src.tokens, append(src.options, transactions.WithObserver(func(_ context.Context, a transactions.Attempt) {
		if a.Number == 1 {
			requests.Add(1)
		} else {
			retried.Add(1)
		}
	}))...)
	if err != nil {
		return err
	}

	sums := newTotals()
	for t, err := range client.WalkTransactions(ctx, ask.selected(), transactions.PageSize(500)) {
		if err == nil {
			err = sums.add(t)
		}
		if err != nil {
			return fmt.Errorf("after %d transactions: %w", sums.count, err)
		}
	}

	write := func(to io.Writer) error { return sums.writeCSV(to, ask.excel) }
	if ask.csv == "-" {
		return write(call.Out)
	}
	if file != nil {
		if err := file.Save(write); err != nil {
			return err
		}
	}
	text := fmt.Appendf(nil, "Transactions of %s %s, %s\n\n%s\n%d transactions, %d of them without an amount: %d requests, %d retried\n%s",
		ask.day.Format(dateForm), ask.zone, src.what, sums.table(ask.digits), sums.count, sums.without, requests.Load(), retried.Load(), src.hint)
	_, err = call.Out.Write(text)
	return err
}
