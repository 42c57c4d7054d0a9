// Vima-backfill writes the operations of a range of days to CSV or JSON Lines,
// several days at a time, and can be killed at any moment: the same command then
// goes on, with no operation lost and none written twice.
//
//	go -C examples/apps run ./vima-backfill > january.csv    # made-up operations
//	make apps
//	bin/vima-backfill -from 2026-01-01 -out operations.csv   # the real service
//	bin/vima-backfill -from 2026-01-01 -format jsonl | zstd > operations.jsonl.zst
//
// The environment names the service: VIMA_URL, the whole URL of the operation
// list (see vima.ProductionURL), and VIMA_API_KEY, or VIMA_USERNAME and
// VIMA_PASSWORD. Without VIMA_URL, or with -demo, operations of January 2026 are
// made up and served by vimatest on loopback, with latency and a few faults:
//
//	vima-backfill: demo: operations of January 2026, made up and served on this machine
//	  51% |███████████████               | (16/31) 4900 operations
//	vima-backfill: january.csv: 31 days, 9300 operations, 0 rejected; 138 requests, 18 retried
//
// The bar is for terminals; elsewhere a line tells now and then how far it is.
//
// # Output
//
// CSV begins with a line of column names:
//
//	operation_id, reference_id, client_operation_id  ids; the last is the merchant's
//	operation_create_id, operation_update_id         cursors of new operations and of changes
//	project, service, method                         method is payment.in or payment.out
//	status, class                                    the status to decide by, of the next two, and what it means:
//	current_status, payment_status
//	payment_method_type, payment_method_code
//	amount, currency                                 best known: paid, else sent on, else requested
//	requested_minor, requested_currency              in minor units, as received
//	complete_amount, complete_currency               final; empty until finished
//	fee, fee_currency                                of the payment gate
//	created_at, modified_at, completed_at            RFC 3339 in UTC
//
// and with -personal, because these are personal data:
//
//	user_id, contact, ip_addr
//	payer_email, payer_phone, payer_first_name, payer_last_name, payer_account_id
//
// Amounts are exact decimals, in major units but for requested_minor. What is
// missing is empty. A cell that a spreadsheet could take for a formula (it begins
// with = + - @, a tab or a line break, and is no negative number), and one that
// begins with an apostrophe, gets an apostrophe in front: take one away to have
// it as received.
//
// JSON Lines are the operations as received, byte for byte but for white space
// between tokens, personal data included.
//
// Days come in order. Within a day operations come in the order of
// operation_create_id, page by page as they were received, so that the output is
// the same whatever -workers is and however often the program was killed.
//
// Rows that do not decode go to OUT.rejects.jsonl, or to stderr with stdout, each
// with its error and as received, personal data included. Files are readable by
// their owner only.
//
// # How it goes on
//
// A batch of days, as many as there are workers, is fetched into OUT.part, in
// whatever order its pages arrive. Once all of it is there, its pages are
// appended to OUT, and its rejects to OUT.rejects.jsonl, in order; both are
// fsynced, and then OUT.state is replaced by rename: it holds the last finished
// day and the length of both files. So OUT.state is always true of the first
// bytes of both files. A new run cuts them to these lengths, which undoes a batch
// that was under way, and fetches that batch again. Memory holds one page a
// worker, and less than 100 bytes for each page of the batch.
//
// OUT.state stays when all is done: with a later -to it goes on from there. It
// refuses other flags than those it began with, an OUT that is shorter than it
// should be, and a second process on the same OUT. What was written to a pipe
// cannot be taken back, so stdout has no state: it gets whole batches, and when
// interrupted the program tells the -from to go on with.
//
// Days that are not over are refused, because a finished day is not read again.
// To follow new operations and changes, use a sync. Days are UTC days of
// operation_created_at. What the service takes for a day is not proven, so its date
// only proposes where a worker begins: no operation is lost between two days, also
// not between two batches.
//
// # Exit codes
//
// 0 all days are written; 1 something failed, or rows were rejected; 2 wrong
// flags or environment; 130 interrupted by Ctrl-C or SIGTERM.
package main

import (
	"context"
	"fmt"
	"io"

	"github.com/payclients/payclients-go/examples/apps/internal/explain"
	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima"
)

func main() { program().Main(run) }

// run writes the days that the command line asks for.
func run(ctx context.Context, call *cli.Call) error {
	c, err := parse(call)
	if err != nil {
		return err
	}
	return backfill(ctx, c, call)
}

// program is what -h prints, and what becomes of errors.
func program() *cli.Program {
	return &cli.Program{
		Name: "vima-backfill", Invalid: []error{vima.ErrInvalidRequest},
		Advise: func(err error) string { return explain.Vima(err).Advice },
		About: `
Writes the operations of a range of days to CSV or JSON Lines, several days at a time.
It can be killed at any moment: the same command then goes on. Without VIMA_URL it
makes operations of January 2026 up.`,
		Variables: `
VIMA_URL       the whole URL of the operation list: ` + vima.ProductionURL + `
VIMA_API_KEY   or VIMA_USERNAME and VIMA_PASSWORD`,
		Files: `
CSV       a line of column names, then operations; amounts are exact decimals in major
          units, except requested_minor, and times RFC 3339 in UTC
JSON Lines
          operations as received, personal data included
OUT.state the last finished day; the same command goes on from there
OUT.rejects.jsonl
          rows that do not decode, with their errors; with stdout they go to stderr
Files are readable by their owner only.`,
		Codes: `
0    all days are written
1    something failed, or rows were rejected
2    wrong flags or environment
130  interrupted by SIGINT or SIGTERM: what is written stays, and it says how to go on`,
		Real: `
make apps
VIMA_URL=` + vima.ProductionURL + ` VIMA_API_KEY=… \
bin/vima-backfill -from 2026-01-01 -out january.csv`,
	}
}

func say(w io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(w, "vima-backfill: "+format+"\n", args...)
}
