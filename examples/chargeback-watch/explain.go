package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
)

// explain is the error and what to do about it. Errors of this module's packages
// hold no URL, no secret and no personal data, so they may be printed.
func explain(err error) string {
	if advice := advise(err); advice != "" {
		return fmt.Sprintf("%v\n  %s", err, advice)
	}
	return err.Error()
}

func advise(err error) string {
	var refusal *ecommpay.Error
	var unreadable *ecommpay.DecodeError
	var network net.Error
	switch {
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
		return "The service refused the request: check ECOMMPAY_FROM and ECOMMPAY_TO, and ECOMMPAY_URL for a redirect."
	case errors.As(err, &unreadable):
		return "The answer is no list of chargebacks: check ECOMMPAY_URL, and whether a proxy or a gateway answers in its place."
	case errors.As(err, &network):
		return "The service could not be reached: check the network, a proxy, and the host in ECOMMPAY_URL."
	}
	return ""
}

func exitCode(err error) int {
	switch {
	case errors.Is(err, context.Canceled):
		return 130
	case errors.Is(err, errUsage), errors.Is(err, ecommpay.ErrInvalidRequest):
		return 2
	}
	return 1
}
