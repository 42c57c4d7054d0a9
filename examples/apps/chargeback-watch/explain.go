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
		Name: "chargeback-watch", Advise: advise, Invalid: []error{ecommpay.ErrInvalidRequest},
		About: "Lists the chargebacks that wait for a response, those due soon first.\nWithout ECOMMPAY_URL it runs offline.",
		Variables: `
ECOMMPAY_URL     base URL: ` + ecommpay.ProductionURL + `
ECOMMPAY_TOKEN   of the Data API, of a user with the role Risks or Merchant admin
ECOMMPAY_SECRET  that was issued with it
ECOMMPAY_FROM    first day, unless -from is given
ECOMMPAY_TO      last day, unless -to is given`,
		Files: `
None is read or written. -json prints one object to the standard output: now, zone,
open (a list, those due soon first, each with mark: "overdue", "due soon", "no date"
or "", days_left or null, respond_by or null, amount as text, currency, reason_code,
arn, project_id, operation_id, status and chargeback_id), and the counts overdue,
due_soon and no_date. Card and holder are not printed.`,
		Codes: `
0    nothing is overdue
1    something is overdue: the list is printed; or a call failed: nothing is printed
2    wrong flags or environment
130  interrupted by SIGINT or SIGTERM`,
		Real: `
make apps
ECOMMPAY_URL=` + ecommpay.ProductionURL + ` ECOMMPAY_TOKEN=… ECOMMPAY_SECRET=… \
bin/chargeback-watch -zone Asia/Bishkek`,
	}
}

func advise(err error) string {
	switch {
	case errors.Is(err, errOverdue):
		return "Respond, or settle with the provider what is over."
	case errors.Is(err, context.Canceled):
		return "Interrupted: no part of a list is printed."
	case errors.Is(err, ecommpay.ErrForbidden):
		return "The service knows this account but does not let it in: chargebacks need the role Risks or Merchant admin."
	}
	return explain.Ecommpay(err).Advice
}
