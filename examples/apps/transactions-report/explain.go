package main

import (
	"context"
	"errors"
	"fmt"
	"time"

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
	var refusal *transactions.Error
	var unreadable *transactions.DecodeError
	switch {
	case errors.Is(err, context.Canceled):
		return "Interrupted: nothing is written for part of a day."
	case errors.Is(err, transactions.ErrUnauthorized):
		return "Check TRANSACTIONS_USERNAME and TRANSACTIONS_PASSWORD, or the age of TRANSACTIONS_TOKEN."
	case errors.Is(err, transactions.ErrForbidden):
		return "The user has no rights to transactions: ask the administrator of the service."
	case errors.Is(err, transactions.ErrFilterIgnored):
		return "The service does not know that condition and gave other transactions too: leave it out of -filter."
	case errors.Is(err, transactions.ErrPaginationStalled):
		return "The service ignored the order or the key of the walk: it may not be of the kind that this package reads."
	case errors.Is(err, transactions.ErrNotFound), errors.Is(err, transactions.ErrInvalidRequest):
		return "TRANSACTIONS_URL must be a base URL with https and without /api."
	case errors.As(err, &refusal) && refusal.RetryAfter > 0:
		return fmt.Sprintf("The service asks to come back in %s.", refusal.RetryAfter.Round(time.Second))
	case errors.As(err, &refusal) && refusal.StatusCode >= 500:
		return "The service is in trouble; the request has been repeated without success. Try again later."
	case errors.As(err, &refusal):
		return "The service refused the request: check the values in -filter, and TRANSACTIONS_URL for a redirect."
	case errors.As(err, &unreadable):
		return "The answer holds no transactions: check TRANSACTIONS_URL, and whether a proxy answers in its place."
	case cli.Unreachable(err):
		return "The service could not be reached: check the network, a proxy, and the host in TRANSACTIONS_URL."
	}
	return ""
}
