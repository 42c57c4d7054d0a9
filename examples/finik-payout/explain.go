package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"

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
	case errors.Is(err, errUsage), errors.As(err, new(faults)), errors.Is(err, errNotAllPaid):
		return ""
	case errors.Is(err, errSilence):
		return "The service or the network is in trouble. The same command goes on."
	case errors.Is(err, finik.ErrUnauthorized):
		return "Check FINIK_API_KEY, FINIK_PRIVATE_KEY_FILE and the clock of this machine. The same command goes on."
	case errors.Is(err, finik.ErrInsufficientFunds):
		return "The account has too little money: top it up. The same command goes on."
	case errors.Is(err, finik.ErrForbidden):
		return "Check -account and -user, and what the key may do. The same command goes on."
	case errors.Is(err, finik.ErrInvalidRequest):
		return "Check FINIK_URL, -account and -user."
	case errors.Is(err, context.Canceled):
		return "Interrupted. The same command goes on."
	case errors.As(err, &refusal) && refusal.StatusCode >= http.StatusInternalServerError:
		return "The service is in trouble. The same command goes on."
	case errors.As(err, &network):
		return "The service could not be reached: check the network, a proxy, and the host in FINIK_URL."
	}
	return ""
}

func exitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, context.Canceled):
		return 130
	case errors.Is(err, errStopped):
		return 1
	case errors.Is(err, errUsage), errors.Is(err, finik.ErrInvalidRequest), errors.As(err, new(faults)):
		return 2
	}
	return 1
}
