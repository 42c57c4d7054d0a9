package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/payclients/payclients-go/vima"
)

// explain is the error and what to do about it. Errors of this module's packages
// hold no URL, no key and no personal data, so they may be printed.
func explain(err error) string {
	if advice := advise(err); advice != "" {
		return fmt.Sprintf("%v\n  %s", err, advice)
	}
	return err.Error()
}

func advise(err error) string {
	var refusal *vima.Error
	var unreadable *vima.DecodeError
	var network net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return "Interrupted: no totals are printed for part of a day."
	case errors.Is(err, vima.ErrUnauthorized):
		return "Check VIMA_API_KEY, or VIMA_USERNAME and VIMA_PASSWORD, and that they were issued for the service at VIMA_URL."
	case errors.Is(err, vima.ErrForbidden):
		return "The service knows these credentials but does not let them in: check what they may read, and from which addresses."
	case errors.Is(err, vima.ErrNotFound):
		return "VIMA_URL must be the whole URL of the operation list, as " + vima.ProductionURL
	case errors.Is(err, vima.ErrInvalidRequest):
		return "VIMA_URL must be a URL with https, as " + vima.ProductionURL
	case errors.As(err, &refusal) && refusal.RetryAfter > 0:
		return fmt.Sprintf("The service asks to come back in %s.", refusal.RetryAfter.Round(time.Second))
	case errors.As(err, &refusal) && refusal.StatusCode >= 500:
		return "The service is in trouble; the request has been repeated without success. Try again later."
	case errors.As(err, &refusal):
		return "The service refused the request: check VIMA_DATE, and VIMA_URL for a redirect."
	case errors.As(err, &unreadable):
		return "The answer is no list of operations: check VIMA_URL, and whether a proxy or a gateway answers in its place."
	case errors.As(err, &network):
		return "The service could not be reached: check the network, a proxy, and the host in VIMA_URL."
	}
	return ""
}

func exitCode(err error) int {
	switch {
	case errors.Is(err, context.Canceled):
		return 130
	case errors.Is(err, errUsage), errors.Is(err, vima.ErrInvalidRequest):
		return 2
	}
	return 1
}
