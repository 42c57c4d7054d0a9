package main

import (
	"context"
	"errors"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/examples/apps/internal/explain"
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
	if errors.Is(err, context.Canceled) {
		return "Interrupted: nothing is written for part of the interval."
	}
	return explain.Ecommpay(err).Advice
}
