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
	var refusal *ecommpay.Error
	var unreadable *ecommpay.DecodeError
	switch {
	case errors.Is(err, errOverdue):
		return "Respond, or settle with the provider what is over."
	case errors.Is(err, context.Canceled):
		return "Interrupted: no part of a list is printed."
	case errors.Is(err, ecommpay.ErrBadSignature):
		return "Do not use the data: something on the way changed it, or ECOMMPAY_SECRET was not issued with ECOMMPAY_TOKEN."
	case errors.Is(err, ecommpay.ErrUnauthorized):
		return "Check ECOMMPAY_TOKEN and ECOMMPAY_SECRET: both of one issue, the newest one, and that the token reaches the projects."
	case errors.Is(err, ecommpay.ErrForbidden):
		return "The service knows this account but does not let it in: chargebacks need the role Risks or Merchant admin."
	case errors.Is(err, ecommpay.ErrNotFound):
		return "ECOMMPAY_URL must be the base URL, as " + ecommpay.ProductionURL
	case errors.Is(err, ecommpay.ErrInvalidRequest):
		return "Check ECOMMPAY_URL (a URL with https, as " + ecommpay.ProductionURL + "), ECOMMPAY_TOKEN and ECOMMPAY_SECRET."
	case errors.Is(err, ecommpay.ErrPaginationStalled):
		return "Chargebacks move faster than they can be read. Try again later."
	case errors.As(err, &refusal) && refusal.RetryAfter > 0:
		return fmt.Sprintf("The service asks to come back in %s.", refusal.RetryAfter.Round(time.Second))
	case errors.As(err, &refusal) && refusal.StatusCode >= 500:
		return "The service is in trouble; the request has been repeated without success. Try again later."
	case errors.As(err, &refusal):
		return "The service refused the request: check -from and -to, and ECOMMPAY_URL for a redirect."
	case errors.As(err, &unreadable):
		return "The answer is no list of chargebacks: check ECOMMPAY_URL, and whether a proxy or a gateway answers in its place."
	case cli.Unreachable(err):
		return "The service could not be reached: check the network, a proxy, and the host in ECOMMPAY_URL."
	}
	return ""
}
