package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/payclients/payclients-go/wallet"
)

// explain is the error and what to do about it. Errors of this module's packages
// hold no URL, no password and no personal data, so they may be printed.
func explain(err error) string {
	if advice := advise(err); advice != "" {
		return fmt.Sprintf("%v\n  %s", err, advice)
	}
	return err.Error()
}

func advise(err error) string {
	var refusal *wallet.Error
	var network net.Error
	switch {
	case errors.Is(err, errNo):
		return "Nothing was paid."
	case errors.Is(err, wallet.ErrOutcomeUnknown):
		return "Nobody knows yet whether it was paid. Run it again with the same id: it looks first and pays once."
	case errors.Is(err, context.Canceled):
		return "Interrupted. With the same id it goes on where it stands."
	case errors.Is(err, context.DeadlineExceeded):
		return "It takes long. With the same id it goes on where it stands."
	case errors.Is(err, wallet.ErrNotPayable):
		return "The service wants more parameters before it names a price; nothing was paid."
	case errors.Is(err, wallet.ErrUnauthorized):
		return "Check WALLET_PHONE and WALLET_PASSWORD, and that the wallet is active."
	case errors.Is(err, wallet.ErrInsufficientFunds):
		return "There is too little money in the wallet."
	case errors.Is(err, wallet.ErrInvalidRequest):
		return "Check WALLET_URL, WALLET_PHONE, WALLET_AMOUNT and WALLET_PAYMENT_ID."
	case errors.As(err, &refusal) && refusal.RetryAfter > 0:
		return fmt.Sprintf("The service asks to come back in %s.", refusal.RetryAfter.Round(time.Second))
	case errors.As(err, &refusal) && refusal.StatusCode >= 500:
		return "The service is in trouble. Try again later with the same id."
	case errors.As(err, &refusal):
		return "The service refused it: check WALLET_SERVICE, WALLET_ACCOUNT and WALLET_AMOUNT."
	case errors.As(err, &network):
		return "The service could not be reached: check the network, a proxy, and the host in WALLET_URL."
	}
	return ""
}

func exitCode(err error) int {
	switch {
	case errors.Is(err, context.Canceled):
		return 130
	case errors.Is(err, errUsage), errors.Is(err, wallet.ErrInvalidRequest):
		return 2
	}
	return 1
}
