// Finik-payout pays the rows of a CSV file, each once: it can be killed at any
// moment and run again, by the same command, until every row has come to its end.
//
//	go -C examples/apps run ./finik-payout
//
// needs no account and no network. It starts finiktest, the fake gateway that
// comes with this module, with twelve rows. Two answers get lost, one of them for
// good; a 503 comes; the provider gives up on a payment that it has accepted; and
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
// The environment leads it to the real service; -h lists flags, variables, the
// format of the file and exit codes:
//
//	bin/finik-payout -h
//	bin/finik-payout -account … -user … -dry-run payouts.csv
//
// # The file
//
// CSV in UTF-8 with commas and a line of column names. The column reference is
// the caller's own key of a row, unique in the file; service is the id of a
// service; every other column is a field of that service, and an empty cell is
// no field. A field that is called reference or service itself has a column
// field:reference or field:service. All values are sent as text, so that 150.00
// stays 150.00. Fields whose value the service fixes need no column.
//
// Before any money moves the whole file is checked: references, services, the
// fields that they require with lengths and limits, amounts, which have two
// decimals at most, and that no row that was begun has changed. The same recipient
// and amount under two references is a fault without -allow-duplicates; comments
// do not make a difference. Faults are reported by line, and nothing is sent. The
// rows, -db and -report must be three files, and -report is tried by writing first.
// With -dry-run the program stops there, prints what it would send with totals by
// service, and writes no file.
//
// # How it pays once
//
// The journal is a database of package finikjournal: payouts.db beside the file unless
// -db says otherwise, which may be a PostgreSQL too. All rows are added in one
// transaction, and before the request for a payment leaves, it is stored that it may.
// The transaction id of a row follows from the book (-book), the account and the
// reference: the same row has the same one in every run, from every copy of the file,
// under every name of the file, and also where the database was lost. The provider makes
// one payment for it. So keep one book for each account, and never use a reference twice:
// a monthly payment has the month in its reference.
//
// A row whose reference is known is not paid again, whatever file it comes from: it is
// listed by its line with its end and the date. A known reference with another content is
// a fault. A recipient who has been paid the same amount under another reference before
// is not sent without -allow-duplicates.
//
// While a journal of an earlier version lies beside the file, *.journal, nothing begins:
// finish that file with the version that began it.
//
// A row ends as one of:
//
//	paid     the payment has succeeded
//	failed   the payment has failed or was canceled, or the provider refused the
//	         recipient or the payment, and no earlier request was in doubt
//	unknown  it may have been paid; this is the end of nothing
//
// Paid and failed rows are not touched again; a failed one is paid by a new row with a new
// reference. A success that is told after all makes a failed row paid, and the report
// lists it as contradicted. Rows that were sent and got no answer are sent again with the
// same transaction id, for an hour; a refusal then proves nothing. Where the provider says
// that a payment exists (409) and not which one, the API has no call to find it: the row
// is unknown until a callback tells, or a person asks the provider by the transaction id.
//
// With -listen and -public-url callbacks are received while it pays, and, if rows are
// still unknown then, for -listen-for longer. A callback with the end of a payment is
// stored before it is answered.
//
// Refusals of the account (401, 402, 403) and a provider that is silent stop the run
// after three in a row; the same command goes on when that is put right. -wait bounds how
// long the program waits while nothing changes. Ctrl-C and SIGTERM stop it too: then no
// more rows are begun, and requests on their way get 15 seconds.
//
// The database is as confidential as the file: it holds all that is in it. Database and
// -report are readable by their owner only.
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

// errNotAllPaid is a run that came to its end, with rows that are not paid.
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
	// Whatever stopped a run that had begun, something was sent.
	if errors.Is(failed, errStopped) && !errors.Is(failed, context.Canceled) {
		return 1
	}
	return code
}

// pay does what the command line asks for.
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

// dry checks all that pay does, and pays nothing.
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

// pay pays the rows of a file, and reports on them.
func (s *source) pay(ctx context.Context, client *finik.Client, rows []row, call *cli.Call) (err error) {
	l, err := s.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.db.Close()) }()
	if err := s.apart(); err != nil { // by now all have their place on the disk
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

// say prints; a terminal that is gone is no reason to stop half way.
func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }
