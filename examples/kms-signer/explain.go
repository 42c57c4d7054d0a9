package main

import (
	"context"
	"errors"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik"
)

// program is what -h prints, and what becomes of errors.
func program() *cli.Program {
	return &cli.Program{
		Name: "kms-signer", Advise: advise, Invalid: []error{finik.ErrInvalidRequest},
		About: "Pays once by Finik, with a key that another process holds. With FINIK_URL it pays\nwithout asking; without it runs offline.",
		Variables: `
FINIK_URL               base URL: ` + finik.ProductionURL + `,
                        or ` + finik.BetaURL + `, where no money moves
FINIK_API_KEY           of the client
FINIK_PRIVATE_KEY_FILE  PEM; only the signing process reads it
FINIK_ACCOUNT           that is debited, unless -account is given
FINIK_USER              on whose behalf, unless -user is given
FINIK_SERVICE           that is paid, unless -service is given
FINIK_PHONE             of the recipient, unless -phone is given
FINIK_AMOUNT            in som, unless -amount is given
FINIK_TRANSACTION_ID    of a payment that was begun before, unless -transaction is given`,
		Files: `
The private key is read, PKCS#1 or PKCS#8 in PEM. None is written.`,
		Codes: `
0    the payment has succeeded
1    it has failed, or a call or the signing process failed
2    wrong flags or environment: nothing was sent
130  interrupted by SIGINT or SIGTERM`,
		Real: `
FINIK_URL=` + finik.BetaURL + ` FINIK_API_KEY=… FINIK_PRIVATE_KEY_FILE=… \
go run ./examples/kms-signer -account … -user … -service … -phone … -amount 150.00`,
	}
}

func advise(err error) string {
	var refusal *finik.Error
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
		return "The service refused it, and nothing was paid: check -account, -user, -service, -phone and -amount."
	case cli.Unreachable(err):
		return "The service could not be reached: check the network, a proxy, and the host in FINIK_URL."
	}
	return ""
}
