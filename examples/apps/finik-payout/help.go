package main

import (
	"github.com/payclients/payclients-go/examples/apps/internal/address"
	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik"
)

// program returns the text of -h, and the advice for errors.
func program() *cli.Program {
	return &cli.Program{
		Name: "finik-payout", Arguments: "payouts.csv", Advise: advise, Redact: address.Redact, Invalid: []error{finik.ErrInvalidRequest},
		About: "Pays the rows of a CSV file by Finik, each once: it can be killed at any moment, and\n" +
			"the same command goes on. Without FINIK_URL and a file it runs offline.",
		Variables: `
FINIK_URL               base URL: ` + finik.ProductionURL + `,
                        or ` + finik.BetaURL + `, where no money moves
FINIK_API_KEY           of the client
FINIK_PRIVATE_KEY_FILE  PEM, PKCS#1 or PKCS#8
FINIK_ACCOUNT           that is debited, unless -account is given
FINIK_USER              on whose behalf, unless -user is given
FINIK_WEBHOOK_KEY_FILE  public keys of callbacks, files as in PATH; the one that is
                        published for FINIK_URL unless set`,
		Files: `
payouts.csv  UTF-8, commas, a line of column names:

  reference,service,phone,amount,qp_comment
  salary-001,finik,+996000000001,1500.00,January

  reference  your key of the row, unique in the file
  service    id of a service
  others     fields of that service; an empty cell is no field; a field that is
             called reference or service has a column field:reference

  Amounts are som: digits, and a dot with one or two decimals. Problems are listed by
  line before anything is sent, among them the same recipient and amount under two
  references, in the file or in what its journal has paid.

payouts.db  what has become of each row: a SQLite database beside the rows, see -db;
            keep it with the file
-report     CSV: line, reference, service, amount, state (paid, failed,
            unknown, not sent), provider_status, transaction_id, payment_id,
            why`,
		Codes: `
0    all rows are paid; or -dry-run found no problem; or it was offline
1    some rows are not paid, or something failed
2    wrong flags, environment or files: nothing was sent
130  interrupted by SIGINT or SIGTERM: the same command goes on`,
		Real: `
make apps
FINIK_URL=` + finik.BetaURL + ` FINIK_API_KEY=… FINIK_PRIVATE_KEY_FILE=… \
bin/finik-payout -account … -user … -dry-run payouts.csv`,
	}
}
