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
		return "The service refused the request: check the days, and ECOMMPAY_URL for a redirect."
	case errors.As(err, &unreadable):
		return "The answer is none of the Data API: check ECOMMPAY_URL, and whether a proxy answers in its place."
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
