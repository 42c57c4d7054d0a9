package main

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
)

func advise(err error) string {
	var refusal *finik.Error
	switch {
	case errors.As(err, new(problems)), errors.Is(err, errNotAllPaid):
		return ""
	case errors.Is(err, finikjournal.ErrStopped):
		return stopped(err)
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
	case cli.Unreachable(err):
		return "The service could not be reached: check the network, a proxy, and the host in FINIK_URL."
	}
	return ""
}

// stopped returns advice about refusals of the account.
func stopped(err error) string {
	for status, text := range map[string]string{
		"status 401": "Check FINIK_API_KEY, FINIK_PRIVATE_KEY_FILE and the clock of this machine. The same command goes on.",
		"status 402": "The account has too little money: top it up. The same command goes on.",
		"status 403": "Check -account and -user, and what the key may do. The same command goes on.",
	} {
		if strings.Contains(err.Error(), status) {
			return text
		}
	}
	return "The service or the network is in trouble. The same command goes on."
}
