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
//	10    refund-001  640.25  00000000-0000-4000-8000-000000000009  -        409     made, and the provider does not say which payment it is
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
// rows, -state and -report must be three files, and -state and -report are tried
// by writing first. With -dry-run the program stops there, prints what it would
// send with totals by service, and writes no file.
//
// # How it pays once
//
// The journal, payouts.csv.journal unless -state says otherwise, gets a line with
// a new transaction id for each row, and is fsynced before the first request
// leaves. The provider makes one payment for a transaction id, and every request
// for the row's payment carries that one, in this run and in later ones. A second
// line, fsynced before the request for the payment leaves, says that it may have
// been made: a kill while the recipient is asked about leaves no doubt, and the
// next run asks again; -skip-recipient makes one line of the two. Later lines tell
// the payment's id and the end. A line that was being written at a kill is cut
// off; a file that is no journal is left as it is. The journal is locked against a
// second process, on a local disk; where the system has no flock, by a file beside
// it that a person removes after a kill.
//
// The journal belongs to the file, by whatever path or link the file is named. A
// mark beside the file, payouts.csv.begun-…, holds the id of the journal: where
// the journal was emptied, removed or replaced, or -state names another one,
// nothing is paid. Journals in the same folder are read too, so that a copy or a
// new name of the file pays no row again that has the same reference and content.
// A row that may have been paid, and that the file has under another reference by
// now, is refused, also with -allow-duplicates. What is left is a copy of the file
// in another folder, without its journal: that pays everything again.
//
// A row ends as one of:
//
//	paid     the payment has succeeded
//	failed   the payment has failed or was canceled, or the provider refused the
//	         recipient or the payment, and no earlier request was in doubt
//	unknown  it may have been paid; this is the end of nothing
//
// Paid and failed rows are not touched again; a failed one is paid by a new row
// with a new reference. Failed is the provider's word: where it tells of a success
// after all, the row is paid, and the report lists it as contradicted, as it does
// a paid row that is said to have failed, which stays paid. Unknown rows are tried
// again by the same command, with the same transaction id. A refusal then proves
// nothing, since an earlier request may have come through: only a payment at its
// end does, and a row that is refused after a lost answer stays unknown, even if
// nothing was made. Where the provider says that a payment exists (409) and not
// which one, the API has no call to find it: the row stays unknown, until a
// callback tells or a person asks the provider by the transaction id. A row whose
// payment was not asked for, or was refused for the key, the account or its
// balance, is "not sent", and the next run begins it. Of a recipient only 400, 403
// and 404 in the provider's own form are a no; whatever else comes is tried again.
//
// With -listen and -public-url callbacks are received while it pays, and, if rows
// are still unknown then, for -listen-for longer. A callback with the end of a
// payment is on the disk before it is answered, and ends the wait for its row.
//
// Status 401 stops the run, and 402, too little money: the same command goes on
// when that is put right. Status 403 may be about a row, or about all: it is the
// end of a row if a payment was made from the account before and the body is the
// provider's own, and else the end of nothing; five in succession stop the run. So
// do five rows in succession of which no try, of six with growing pauses within
// -wait, got a usable answer, and a journal that cannot be written. Ctrl-C and
// SIGTERM stop it too: then no more rows are begun, and requests on their way get
// 15 seconds.
//
// The journal is as confidential as the file: it holds references, amounts, ids
// and digests of rows, and who guesses a phone number can prove it by the digest.
// Journal and -report are readable by their owner only.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
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
func (s *source) dry(ctx context.Context, client *finik.Client, rows []row, stdout io.Writer) error {
	key := newJournalKey(s.url, s.account, s.user)
	last, id, err := recall(s.state, key)
	if err != nil {
		return err
	}
	if err := s.agrees(key, id, len(last)); err != nil {
		return err
	}
	if err := check(ctx, client, rows, s.past(key, last)); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s of %s, %s\n\n%s%s", plural(len(rows), "row"), s.file, s.what, preview(rows, last), s.hint)
	return err
}

// past is what the journal of the file says, and those beside it.
func (s *source) past(key journalKey, last map[string]record) past {
	known := past{last: last, allow: s.allowDuplicates}
	if !s.demo {
		known.others = elsewhere(s.state, key, filepath.Dir(s.file), filepath.Dir(unlinked(s.file)), filepath.Dir(s.state))
	}
	return known
}

// pay pays the rows of a file, and reports on them.
func (s *source) pay(ctx context.Context, client *finik.Client, rows []row, call *cli.Call) (err error) {
	// A full disk shows before money moves, not between two payments.
	tried, err := cli.CreateFlag("-state", s.state, int64(min(len(rows)*recordsSize, 16<<20)))
	if err != nil {
		return err
	}
	tried.Discard()
	key := newJournalKey(s.url, s.account, s.user)
	journal, last, err := openJournal(s.state, key)
	var file *fs.PathError
	if errors.As(err, &file) {
		return fmt.Errorf("%w: -state: %w", cli.ErrUsage, err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, journal.close()) }()
	if err := s.apart(); err != nil { // by now all have their place on the disk
		return err
	}
	if err := s.agrees(key, journal.id, len(last)); err != nil {
		return err
	}
	if err := check(ctx, client, rows, s.past(key, last)); err != nil {
		return err
	}
	p := s.payer(client, journal)
	p.enter(rows, last)
	before := newReport(p.entries).counts
	ended := before[reportPaid] + before[reportFailed]
	if p.mark, err = s.marker(key, journal.id); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(call.Out, "%s of %s, %s; %d ended before, %d to go on with\n\n",
		plural(len(rows), "row"), s.file, s.what, ended, before[reportUnknown]); err != nil {
		return fmt.Errorf("%w: nothing was sent: %w", cli.ErrUsage, err)
	}
	if len(last) > 0 { // an older program leaves none
		err = p.mark()
	}
	if err == nil {
		err = p.takePlace(ctx, s, call.Err)
	}

	r := newReport(p.entries)
	r.contradicted(p.contradicted)
	say(call.Out, "%s%s", r.text(), s.hint)
	if s.report != "" {
		err = errors.Join(err, r.save(s.report, s.excel))
	}
	if err == nil && !r.done() && !s.demo {
		err = errNotAllPaid
	}
	return err
}

func (s *source) payer(client *finik.Client, journal *journal) *payer {
	return &payer{
		client: client, journal: journal, account: s.account, user: s.user, newID: s.newID, workers: s.workers,
		wait:     finik.WaitParams{First: s.firstLook, MinInterval: max(s.firstLook/3, 1), MaxInterval: 2 * s.firstLook},
		patience: s.wait, pause: s.pause, skipRecipient: s.skipRecipient,
	}
}

// takePlace pays, and listens meanwhile where that is asked for.
func (p *payer) takePlace(ctx context.Context, src *source, stderr io.Writer) error {
	if src.listen == "" {
		return p.run(ctx)
	}
	hook := finik.Webhook{PublicURL: src.publicURL, Keys: src.keys}
	stop, err := p.listen(ctx, src.listen, hook, func(address string) { say(stderr, "finik-payout: callbacks at %s\n", address) })
	if err != nil {
		return err
	}
	err = p.run(ctx)
	if ctx.Err() == nil && (err == nil || errors.Is(err, errSilence) || errors.Is(err, finik.ErrInsufficientFunds)) {
		p.await(ctx, src.listenFor)
		err = errors.Join(err, ctx.Err())
	}
	err = errors.Join(err, stop())
	p.mu.Lock()
	defer p.mu.Unlock()
	say(stderr, "finik-payout: %d callbacks about other payments, %d that contradict what is known\n", p.strangers, len(p.contradicted))
	return err
}

// say prints; a terminal that is gone is no reason to stop half way.
func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }
