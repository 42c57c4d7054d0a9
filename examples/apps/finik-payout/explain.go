package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik"
)

func advise(err error) string {
	var refusal *finik.Error
	switch {
	case errors.As(err, new(faults)), errors.Is(err, errNotAllPaid):
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
	case cli.Unreachable(err):
		return "The service could not be reached: check the network, a proxy, and the host in FINIK_URL."
	}
	return ""
}
