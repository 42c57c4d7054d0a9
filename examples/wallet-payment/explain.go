package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/wallet"
)

// program is what -h prints, and what becomes of errors.
func program() *cli.Program {
	return &cli.Program{
		Name: "wallet-payment", Advise: advise, Invalid: []error{wallet.ErrInvalidRequest},
		About: "Pays a phone bill from a wallet of wallet.best, after it has asked on the terminal.\nWithout WALLET_URL it runs offline.",
		Variables: `
WALLET_URL         base URL: ` + wallet.ProductionURL + `,
                   or ` + wallet.SandboxURL + `
WALLET_PHONE       of the wallet, with a plus sign
WALLET_PASSWORD    of the wallet
WALLET_SERVICE     number of the service that is paid, unless -service is given
WALLET_ACCOUNT     the phone to pay for, unless -account is given
WALLET_AMOUNT      in roubles, unless -amount is given; 100 if neither is
WALLET_PAYMENT_ID  of a payment that was begun before, unless -id is given`,
		Files: `
None is read or written. The standard input answers the question: y pays, and all
else does not, the end of the input too.`,
		Codes: `
0    the payment is completed
1    it is not: declined, not agreed to, or a call failed
2    wrong flags or environment: nothing was sent
130  interrupted by SIGINT or SIGTERM: with the same id it goes on`,
		Real: `
WALLET_URL=` + wallet.SandboxURL + ` WALLET_PHONE=+… WALLET_PASSWORD=… \
go run ./examples/wallet-payment -service 834 -account … -amount 100`,
	}
}

func advise(err error) string {
	var refusal *wallet.Error
	switch {
	case errors.Is(err, errNo):
		return "Nothing was paid."
	case errors.Is(err, errDeclined):
		return ""
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
	case cli.Unreachable(err):
		return "The service could not be reached: check the network, a proxy, and the host in WALLET_URL."
	}
	return ""
}
