// Reconcile matches the Vima operations that vimasync keeps in SQL with what the
// other side says of them, and reports every difference: PayShack, by a CSV file, or
// ecommpay, by what ecommpaysync keeps in the same database. Two sides of any
// size take it a few megabytes.
//
//	go -C examples/apps run ./reconcile
//
// needs no account and no network. It makes 2,400 operations up, lets vimasync
// store them in a SQLite file, writes an export as PayShack would, with known
// differences, and shows what it has found beside what was planted:
//
//	Vima operations of vima.db and PayShack rows of payshack.csv, all days
//
//	KIND                 CURRENCY  VIMA          SUM  PAYSHACK          SUM
//	matched              EUR        685   7095191.77       685   7095191.77
//	matched              INR       1135  11027669.00      1135  11027669.00
//	…
//	missing in payshack  INR         10     99810.00         0            -
//	missing in vima      INR          0            -        10     33908.00
//	…
//	amount               INR         10    104499.00        10    104499.10
//	…
//	vima: 2400 rows: 2322 matched, 36 different, 24 missing, 6 duplicate, 12 unreadable
//	payshack: 2400 rows: 2322 matched, 36 different, 12 missing, 6 duplicate, 24 unreadable
//	…
//	PLANTED                     TIMES  FOUND
//	left out of the file            6      6
//	made up in the file             6      6
//	…
//	90 differences planted, 90 of them found, and no others
//
// The next step is -keep FOLDER, which leaves both sides there to try the flags
// on. Then the real ones:
//
//	bin/reconcile -db postgres://user@host/name -csv payshack.csv -date-column created_at -type-column type -project 91game -from 2026-01-15 -to 2026-01-15 -edge 1h -out differences.csv
//	bin/reconcile -db vima.db -ecommpay -project monetix
//	bin/reconcile -h
//
// -db is a SQLite file or a PostgreSQL URL; RECONCILE_DB may hold it instead, and
// PGPASSWORD or .pgpass the password. Any other text is refused, and no output has
// the database's address, user or password. Nothing is written to it. Choose the
// -project that the other side serves: operations of others are missing there.
//
// # The sides
//
// Of Vima it reads vima_operations: client_operation_id, which is the matching key
// with PayShack, the amount and currency of vima.Operation.Amount, and its
// Outcome. Run vimasync first: what it has not stored yet is missing.
//
// Of a CSV file it reads the columns client_operation_id, amount, currency and
// status, or those that -id-column and its sisters name, and leaves the others
// alone. What PayShack calls them is Unverified. The file need not be sorted: it
// is sorted in a nameless file of SQLite, in the folder for temporary files.
//
// Amounts are in major units, with -minor in minor ones by the digits of the
// currency. They are written 1234.50, unless -decimal-comma (1234,50), -grouping
// (1,234,567 or in lakh 12,34,567) and -currency-signs (₹ 5) say otherwise. An
// amount of any other form is unreadable, and not guessed.
//
// The file is in UTF-8 with commas, and its first line has the names of columns.
// -encoding, -separator, -header-line and -skip-last say otherwise. A line "sep=;"
// is read over. A file of another format, such as UTF-16, XLSX, gzip or PDF, is
// named by its first bytes. Where a column is not found, the line, the separator
// or the spelling that has it is named.
//
// Of ecommpay it reads ecommpay_operations, by payment_id, with initial sums.
// A payment has an operation for each thing that was done with it, of which
// -ecommpay-types count, unless set sale and payout. A payment of two sales, the
// first of which was declined, has a key twice: see duplicate. A payment_id is
// unique within a project of ecommpay only: see -ecommpay-project.
//
// # What differs
//
// The type of a row is payment, payout, refund or fee. -type-column names the
// column of the file, -type-map adds words, and the type is held against the
// method of the Vima operation: payment.in is a payment, payment.out a payout.
// -types leaves out the other types on both sides. Without -type-column no type is
// compared, and the summary says so: let the file hold payments only, or payouts
// only, and say which with -types. Of ecommpay the type of the operation is taken.
//
// Keys are compared byte by byte, and nothing is done to them: 7, 07 and "7 " are
// three. Amounts are compared as exact numbers: 1.5 is 1.50. Of currencies case
// and spaces around them mean nothing. Statuses are compared by class, which is
// success, failed or pending; -status-map adds words of the other side to those
// that are known.
//
//	missing in …  the other side has the key and this side does not
//	waiting       missing, but the other side does not reach far enough to know;
//	              see "A period"
//	amount        both have an amount, and the amounts differ
//	no amount     a side has no amount, or neither has: nothing was compared
//	currency      both have an amount, in different currencies
//	status        the classes differ, such as pending here and failed there
//	type          the types differ, such as payment here and refund there
//	duplicate     a side has the key more than once: rows with the same amount,
//	              currency, class and type are pairs, and the other rows of both
//	              sides are duplicates; a key that only one side has is missing
//	unreadable    cannot be compared: no key, an amount that is not an exact number
//	              of at most 19 digits, an unknown status or type, with -from or
//	              -to an unreadable date, more cells than columns or fewer
//	spoilt key    missing, and the key has an exponent or only zeros behind its
//	              fifteenth digit, as a spreadsheet writes long numbers
//	left out      of a type that -types does not name; not a difference
//	outside       of the period; not a difference
//
// A pair may be of several kinds, and counts in each. The table has the rows of
// each side with their sum, of those that have an amount; "?" is a currency that
// is not a code. Below it each row of both sides counts once.
//
// # A period
//
// -from and -to are days of -zone, UTC unless set, by operation_created_at, and by
// -date-column where the file has one; -date-zone says where the clock of the file
// is, unless set where -zone is. An abbreviation such as IST that this zone does
// not know is unreadable. A row without a time counts as if it lay within.
//
// The other side has its own clock, and may have an operation of 23:59:59 on the
// next day. With -edge 1h both sides are read an hour further at both ends. A row
// outside only counts where it belongs to a row within, and else is "outside". A
// row within an hour of an end that the other side does not have is missing if the
// other side is known to reach an hour past the row: its oldest and its newest row
// say how far it reaches, for any period. Else the row is "waiting". What
// waits is counted and listed, the summary says how far the other side must reach,
// and the program ends with 4: compare the same days again with a newer file. A
// file without -date-column reaches nowhere.
//
// # The file of differences
//
// -out FILE gets a line for each pair and row that is of another kind than
// matched: kinds, joined by "+", key, what is unreadable, and of both sides ref
// (the operation_id, or the line of the file), amount in major units, currency,
// status and time, and at the end the types as they are stored or written. It replaces FILE when it is complete, and not before, and is
// readable by its owner only. A cell that a spreadsheet could take for a formula,
// and one that begins with an apostrophe, gets an apostrophe in front.
//
// The file is UTF-8: a byte that is not becomes U+FFFD. With -excel it is for
// spreadsheets: a byte order mark, semicolons, and keys and refs that stay texts.
//
// Keys, statuses and what is unreadable are in this file only; of other columns
// nothing is printed or kept. Standard error has a line for each kind of problem:
// how many rows have it, the first line, the column, and the flag that mends it.
//
// # Exit codes
//
// 0 nothing differs, or it was offline, where differences are planted, and all were
// found and no others; 1 something differs; 2 wrong flags, or -out cannot be
// written; 3 something failed, and nothing is known; 4 nothing differs, but rows
// wait; 130 interrupted by SIGINT or SIGTERM.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

func main() { program().Main(run) }

// run compares what the command line asks for.
func run(ctx context.Context, call *cli.Call) error {
	c, err := parse(call)
	switch {
	case err != nil:
		return err
	case c.db == "":
		err = demo(ctx, c, call.Out, call.Err)
	default:
		err = reconcile(ctx, c, call.Out, call.Err, func(entry, string) {})
	}
	switch {
	case err == nil, errors.Is(err, cli.ErrUsage), errors.Is(err, errDiffers), errors.Is(err, errWaits):
		return err
	case ctx.Err() != nil:
		return ctx.Err() // drivers have words of their own for it
	}
	return fmt.Errorf("failed: %w", err)
}

// reconcile compares both sides and prints the totals. Its error is errDiffers
// where they are not the same. observe sees every entry.
func reconcile(ctx context.Context, c config, stdout, stderr io.Writer, observe func(entry, string)) (err error) {
	var file *differences
	if c.out != "" { // a file that cannot be written is found out before the work
		if file, err = create(c.out, c.otherName(), c.excel); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, file.abandon()) }()
	}
	src, err := newSource(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.close()) }()
	sums := newTotals(src.otherName)
	sums.typed, sums.reaches = c.types.used, [2]reach{src.vima.reach, src.other.reach}
	err = match(ctx, src.vima, src.other, c.period, func(e entry) error {
		sums.add(e)
		observe(e, src.otherName)
		if file != nil {
			return file.add(e)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if file != nil {
		if err := file.finish(); err != nil {
			return err
		}
	}
	text := fmt.Appendf(nil, "%s, %s\n\n%s\n%s%s", src.what, c.period, sums.table(), sums.account(), sums.remarks(c.period))
	if _, err := stdout.Write(text); err != nil {
		return err
	}
	for _, line := range sums.problems.lines(src.otherName) {
		say(stderr, "%s", line)
	}
	switch {
	case sums.differences > 0:
		return fmt.Errorf("%w: %s", errDiffers, sums.verdict(c.out))
	case sums.waiting() > 0:
		return fmt.Errorf("%w: %s", errWaits, sums.verdict(c.out))
	}
	return nil
}

func say(w io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(w, "reconcile: "+format+"\n", args...)
}
