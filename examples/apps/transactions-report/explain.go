package main

import (
	"context"
	"errors"

	"github.com/payclients/payclients-go/examples/apps/internal/explain"
	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/transactions"
)

// program is what -h prints, and what becomes of errors.
func program() *cli.Program {
	return &cli.Program{
		Name: "transactions-report", Advise: advise, Invalid: []error{transactions.ErrInvalidRequest},
		About: "Adds up the transactions of a day by gateway, status and currency.\nWithout TRANSACTIONS_URL it runs offline.",
		Variables: `
TRANSACTIONS_URL       base URL without /api
TRANSACTIONS_USERNAME  user who gets a token, with
TRANSACTIONS_PASSWORD  a password; or
TRANSACTIONS_TOKEN     a token`,
		Files: `
-csv  CSV with a line of column names: gateway, status, currency (numeric, ISO 4217),
      count, amount_minor. It is written when all of the day was read, and is whole
      or absent. With -excel, currencies such as 008 keep their zeros.`,
		Codes: `
0    the totals are written
1    a call failed, or a file could not be written
2    wrong flags or environment
130  interrupted by SIGINT or SIGTERM: nothing is written`,
		Real: `
make apps
TRANSACTIONS_URL=https://… TRANSACTIONS_USERNAME=… TRANSACTIONS_PASSWORD=… \
bin/transactions-report -day 2026-01-15 -zone Asia/Tashkent -csv totals.csv`,
	}
}

func advise(err error) string {
	switch {
	case errors.Is(err, context.Canceled):
		return "Interrupted: nothing is written for part of a day."
	case errors.Is(err, transactions.ErrFilterIgnored):
		return "The service does not know that condition and sent other transactions too: leave the condition out of -filter."
	}
	return explain.Transactions(err).Advice
}
