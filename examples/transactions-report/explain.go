package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/payclients/payclients-go/transactions"
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
	var refusal *transactions.Error
	var unreadable *transactions.DecodeError
	var network net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return "Interrupted: nothing is written for part of a day."
	case errors.Is(err, errUsage):
		return "-h lists the flags."
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
	case errors.As(err, &network):
		return "The service could not be reached: check the network, a proxy, and the host in TRANSACTIONS_URL."
	}
	return ""
}

func exitCode(err error) int {
	switch {
	case errors.Is(err, context.Canceled):
		return 130
	case errors.Is(err, errUsage), errors.Is(err, transactions.ErrInvalidRequest):
		return 2
	}
	return 1
}
