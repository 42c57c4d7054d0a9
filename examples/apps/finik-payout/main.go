// Finik-payout pays the rows of a CSV file, each once. It can be killed at any moment and
// run again with the same command, until every row has ended.
//
//	go -C examples/apps run ./finik-payout
//
// needs no account and no network. It starts finiktest, the fake gateway that
// comes with this module, with twelve rows. Two answers get lost, one of them for
// good. One answer is 503, the provider ends one accepted payment as failed, and
// one recipient does not exist:
//
//	12 rows of demo.csv, at a service made up by finiktest on this machine; 0 ended before, 0 to go on with
//
//	STATE    ROWS       SUM
//	paid        9  68322.50
//	failed      2    420.00
//	unknown     1    640.25
//	TOTAL      12  69382.75
//
//	FAILED: the provider has refused or ended these, nothing was paid
//	LINE  REFERENCE  SERVICE  AMOUNT  STATUS
//	8     bonus-005  mobile   300     502
//	9     bonus-006  finik    120     404
//
//	UNKNOWN: run it again; of what stays here ask the provider by TRANSACTION before paying in another way
//	LINE  REFERENCE   AMOUNT  TRANSACTION                           PAYMENT  STATUS  WHY
//	10    refund-001  640.25  f66e7eb4-b125-4372-9bbc-bedb665ddf1c  -        409     made, and the provider does not say which payment it is
//
// The environment says how to reach the real service. -h lists flags, variables, the
// format of the file and exit codes:
//
//	bin/finik-payout -h
//	bin/finik-payout -account … -user … -dry-run payouts.csv
//
// # The file
//
// The file is CSV in UTF-8 with commas and a line of column names. The column reference is
// the caller's own key of a row, unique in the file. The column service is the id of a
// service. Every other column is a field of that service; an empty cell leaves the field
// out. A field with the name reference or service has the column field:reference or
// field:service. All values are sent as strings, so that 150.00 stays 150.00. Fields whose
// value the service fixes need no column.
//
// Before any money moves the whole file is checked: references, services, the required
// fields with lengths and limits, amounts with at most two decimals, and that no row that
// was begun has changed. The same recipient and amount under two references is a problem
// without -allow-duplicates; comments make no difference. Problems are reported by line, and
// nothing is sent. The rows, -db and -report must be three files, and the program checks
// first that it can write -report. With -dry-run it stops there, prints what it would send
// with totals by service, and writes no file.
//
// # How it pays once
//
// The journal is a database of package finikjournal: by default payouts.db beside the file;
// -db names another file, or a PostgreSQL database. All rows are added in one transaction.
// Before the request for a payment leaves, the journal stores that it may leave. The
// transaction id of a row is derived from the book (-book), the account and the reference.
// A row therefore has the same id in every run, in every copy of the file, and also after
// the database was lost. The provider makes one payment for it. Keep one book for each
// account, and never use a reference twice: a monthly payment has the month in its
// reference.
//
// A row whose reference is known from any earlier file is not paid again. It is listed with
// its line, its end and the date. A known reference with another content is a problem.
// Without -allow-duplicates a row is not sent if its recipient was paid the same amount
// under another reference before.
//
// The program refuses to begin if a journal of an earlier version, *.journal, is beside the
// file. Finish that file with the earlier version.
//
// The report has one of these states for each row that was sent:
//
//	paid     the payment has succeeded
//	failed   the payment has failed or was canceled, or the provider refused the
//	         recipient or the payment, and no earlier request was in doubt
//	unknown  it may have been paid; this is not final
//
// Paid and failed rows are not sent again. To pay a failed one, add a new row with a new
// reference. If the provider reports a success later, a failed row becomes paid, and the
// report lists it as contradicted. Rows that were sent and got no answer are sent again
// with the same transaction id, for an hour. A refusal then proves nothing. If the
// provider answers that a payment exists (409) and does not say which one, the API has no
// call to find it: the row is unknown until a webhook event (a callback) reports its end,
// or a person asks the provider with the transaction id.
//
// With -listen and -public-url the program receives webhook events while it pays, and for
// -listen-for longer if rows are still unknown then. An event with the end of a payment is
// stored before it is answered.
//
// Three refusals of the account in a row (401, 402, 403), or three requests without an
// answer, stop the run. Run the same command again once the reason is removed. -wait limits
// how long the program waits while nothing changes. Ctrl-C and SIGTERM stop it too: then no
// more rows are begun, and requests under way may go on for 15 seconds.
//
// The database is as confidential as the file, because it holds everything in the file.
// Only their owner may read the database and -report.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik"
)

// errNotAllPaid ends a run that is finished and has rows that are not paid.
var errNotAllPaid = errors.New("not all rows are paid")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second Ctrl-C ends it at once, which is safe too
	os.Exit(run(ctx, &cli.Call{Args: os.Args[1:], Env: os.Getenv, Out: os.Stdout, Err: os.Stderr}))
}

// run is the program. It returns the exit code.
func run(ctx context.Context, call *cli.Call) int {
	var failed error
	code := program().Run(ctx, call, func(ctx context.Context, call *cli.Call) error {
		c, err := parse(call)
		if err == nil {
			err = pay(ctx, c, call)
		}
		failed = err
		return err
	})
	// Something may have been sent, so this is not an error of usage.
	if errors.Is(failed, errStopped) && !errors.Is(failed, context.Canceled) {
		return 1
	}
	return code
}

// pay checks the file and then, depending on the flags, prints what it would send or pays.
func pay(ctx context.Context, c config, call *cli.Call) error {
	src, err := newSource(c, call.Env) //nolint:contextcheck // the fake lives until it is closed
	if err != nil {
		return err
	}
	defer src.close()
	client, err := finik.NewClient(src.url, src.credentials, src.options...)
	if err != nil {
		return err
	}
	rows, err := readRows(bytes.NewReader(src.rows))
	if err != nil {
		return err
	}
	report, err := cli.CreateFlag("-report", src.report, int64(len(rows)*rowSize))
	if err != nil {
		return err
	}
	report.Discard() // it can be written, and a kill leaves no part of it behind
	if src.dryRun {
		return src.dry(ctx, client, rows, call.Out)
	}
	return src.pay(ctx, client, rows, call)
}

// dry makes the checks of pay and prints what pay would send. It pays nothing.
func (s *source) dry(ctx context.Context, client *finik.Client, rows []row, stdout io.Writer) (err error) {
	l, err := s.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.db.Close()) }()
	if err := check(ctx, client, rows, l.known, s.allowDuplicates); err != nil {
		return err
	}
	if err := l.tried(ctx, s, rows); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s of %s, %s\n\n%s%s", plural(len(rows), "row"), s.file, s.what, preview(rows, l.known), s.hint)
	return err
}

// pay pays the rows of a file and prints the report. It fails with errNotAllPaid if a row
// is not paid.
func (s *source) pay(ctx context.Context, client *finik.Client, rows []row, call *cli.Call) (err error) {
	l, err := s.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.db.Close()) }()
	if err := s.apart(); err != nil { // by now all files exist
		return err
	}
	if err := check(ctx, client, rows, l.known, s.allowDuplicates); err != nil {
		return err
	}
	before := l.known
	ended, open := 0, 0
	for _, r := range rows {
		switch e, ok := before[r.reference]; {
		case ok && e.State.Settled():
			ended++
		case stateOf(e) == reportUnknown:
			open++
		}
	}
	if _, err := fmt.Fprintf(call.Out, "%s of %s, %s; %d ended before, %d to go on with\n\n", plural(len(rows), "row"), s.file, s.what, ended, open); err != nil {
		return fmt.Errorf("%w: nothing was sent: %w", cli.ErrUsage, err)
	}
	if err := l.enter(ctx, nil, s, rows); err != nil {
		return err
	}
	if s.allowDuplicates {
		if err := l.release(ctx, rows); err != nil {
			return err
		}
	}
	if err := l.reopen(ctx, s.account); err != nil {
		return err
	}
	err = l.takePlace(ctx, s, client, call.Err)

	if failed := l.read(context.WithoutCancel(ctx), s.account); failed != nil {
		return errors.Join(err, failed)
	}
	r := newReport(rows, l.known)
	r.knew(rows, before)
	say(call.Out, "%s%s", r.text(), s.hint)
	if s.report != "" {
		err = errors.Join(err, r.save(s.report, s.excel))
	}
	if err == nil && !r.done() && !s.demo {
		err = errNotAllPaid
	}
	return err
}

// say prints and ignores errors: a closed terminal must not stop the payments.
func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }
