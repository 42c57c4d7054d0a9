package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/payclients/payclients-go/finik"
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
	var refusal *finik.Error
	var network net.Error
	switch {
	case errors.Is(err, finik.ErrOutcomeUnknown):
		return "Nobody knows yet whether it was paid. Run it again with the same FINIK_TRANSACTION_ID: the service pays once."
	case errors.Is(err, errSigner):
		return "What is not signed is not sent: nothing was paid."
	case errors.Is(err, context.Canceled):
		return "Interrupted before anything was paid."
	case errors.Is(err, finik.ErrUnauthorized):
		return "Check FINIK_API_KEY, the clock, and that the service knows the public key of the signing process."
	case errors.Is(err, finik.ErrInvalidRequest):
		return "Check FINIK_URL and the other variables."
	case errors.As(err, &refusal):
		return "The service refused it, and nothing was paid: check FINIK_ACCOUNT, FINIK_USER, FINIK_SERVICE, FINIK_PHONE and FINIK_AMOUNT."
	case errors.As(err, &network):
		return "The service could not be reached: check the network, a proxy, and the host in FINIK_URL."
	}
	return ""
}

func exitCode(err error) int {
	switch {
	case errors.Is(err, context.Canceled):
		return 130
	case errors.Is(err, errUsage), errors.Is(err, finik.ErrInvalidRequest):
		return 2
	}
	return 1
}
