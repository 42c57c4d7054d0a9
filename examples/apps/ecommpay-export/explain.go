package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/examples/internal/cli"
)

// program is what -h prints, and what becomes of errors.
func program() *cli.Program {
	return &cli.Program{
		Name: "ecommpay-export", Advise: advise, Invalid: []error{ecommpay.ErrInvalidRequest},
		About: "Writes the operations of some days to CSV, with totals by type, status and currency.\nWithout ECOMMPAY_URL it runs offline.",
		Variables: `
ECOMMPAY_URL     base URL: ` + ecommpay.ProductionURL + `
ECOMMPAY_TOKEN   the token of the user account
ECOMMPAY_SECRET  the secret that was issued with it
ECOMMPAY_FROM    first day, unless -from is given
ECOMMPAY_TO      last day, unless -to is given`,
		Files: `
CSV with a line of column names: project_id, operation_id, payment_id, type, status,
amount (major units, with a dot; empty for a currency that is not known), currency,
amount_minor, created_at and provider_date (RFC 3339), rrn, arn, provider_code.

The file is written when all of the interval was read, and is whole or absent. With
-excel ids are written as ="1249513591778836480", which spreadsheets keep as text;
they are for people: a program reads the file without -excel.`,
		Codes: `
0    the file is written
1    a call failed, or the file could not be written
2    wrong flags or environment
130  interrupted by SIGINT or SIGTERM: nothing is written`,
		Real: `
make apps
ECOMMPAY_URL=` + ecommpay.ProductionURL + ` ECOMMPAY_TOKEN=… ECOMMPAY_SECRET=… \
bin/ecommpay-export -from 2026-01-01 -to 2026-01-31 -out january.csv`,
	}
}

func advise(err error) string {
	var refusal *ecommpay.Error
	var unreadable *ecommpay.DecodeError
	switch {
	case errors.Is(err, context.Canceled):
		return "Interrupted: nothing is written for part of the interval."
	case errors.Is(err, ecommpay.ErrUnauthorized):
		return "Check ECOMMPAY_TOKEN and ECOMMPAY_SECRET: a token ends when a newer one is made for the same account."
	case errors.Is(err, ecommpay.ErrForbidden):
		return "The account of the token has no rights to this section: ask for the role in the Dashboard."
	case errors.Is(err, ecommpay.ErrBadSignature):
		return "The answer is not signed by the secret in ECOMMPAY_SECRET: check it, and whether a proxy changes answers."
	case errors.Is(err, ecommpay.ErrPaginationStalled):
		return "The rows would not hold still: ask for an interval that is over."
	case errors.Is(err, ecommpay.ErrNotFound), errors.Is(err, ecommpay.ErrInvalidRequest):
		return "ECOMMPAY_URL must be a base URL with https, as " + ecommpay.ProductionURL
	case errors.As(err, &refusal) && refusal.RetryAfter > 0:
		return fmt.Sprintf("The service asks to come back in %s.", refusal.RetryAfter.Round(time.Second))
	case errors.As(err, &refusal) && refusal.StatusCode >= 500:
		return "The service is in trouble; the request has been repeated without success. Try again later."
	case errors.As(err, &refusal):
		return "The service refused the request: check -from and -to, and ECOMMPAY_URL for a redirect."
	case errors.As(err, &unreadable):
		return "The answer is none of the Data API: check ECOMMPAY_URL, and whether a proxy answers in its place."
	case cli.Unreachable(err):
		return "The service could not be reached: check the network, a proxy, and the host in ECOMMPAY_URL."
	}
	return ""
}
