package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik/finikjournal"
)

// The names of states in reports.
const (
	reportPaid    = "paid"
	reportFailed  = "failed"
	reportUnknown = "unknown"
	reportNotSent = "not sent" // or refused in a way that is not about the row
)

// stateOf returns the state in reports. A payment that may exist and has not ended is
// unknown.
func stateOf(e finikjournal.Entry) string {
	switch e.State {
	case finikjournal.Paid:
		return reportPaid
	case finikjournal.Failed:
		return reportFailed
	case finikjournal.Sending, finikjournal.Waiting, finikjournal.Unknown:
		return reportUnknown
	case finikjournal.Held, finikjournal.Queued, finikjournal.Canceled:
	}
	return reportNotSent
}

// report has all rows, in the order of the file, and the payouts of other files that have
// not ended.
type report struct {
	rows   []reportRow
	twice  []reportRow // with two ends that contradict each other
	before []reportRow // that had ended before this run
	counts map[string]int
	sums   map[string]*big.Rat // exact, and of any size
}

type reportRow struct {
	row   row // without a line for a payout of another file
	entry finikjournal.Entry
	state string
}

func newReport(rows []row, known map[string]finikjournal.Entry) *report {
	r := &report{counts: map[string]int{}, sums: map[string]*big.Rat{}}
	here := map[string]bool{}
	for _, one := range rows {
		here[one.reference] = true
		r.add(one, known[one.reference])
	}
	for _, reference := range slices.Sorted(maps.Keys(known)) {
		if e := known[reference]; !here[reference] && stateOf(e) == reportUnknown {
			r.add(row{reference: reference, service: e.Service}, e)
		}
	}
	return r
}

func (r *report) add(one row, e finikjournal.Entry) {
	line := reportRow{one, e, stateOf(e)}
	r.rows = append(r.rows, line)
	if e.Flags&finikjournal.Contradicted != 0 {
		r.twice = append(r.twice, line)
	}
	r.counts[line.state]++
	if r.sums[line.state] == nil {
		r.sums[line.state] = new(big.Rat)
	}
	if amount, ok := new(big.Rat).SetString(line.amount()); ok {
		r.sums[line.state].Add(r.sums[line.state], amount)
	}
}

// knew adds the rows that had ended before this run.
func (r *report) knew(rows []row, known map[string]finikjournal.Entry) {
	for _, one := range rows {
		if e, ok := known[one.reference]; ok && e.State.Settled() {
			r.before = append(r.before, reportRow{one, e, stateOf(e)})
		}
	}
}

// done reports whether all rows are paid.
func (r *report) done() bool { return r.counts[reportPaid] == len(r.rows) }

// text returns the report for people. It shows references, amounts and ids, and no field of
// a recipient.
func (r *report) text() string {
	var out strings.Builder
	table := [][]string{{"STATE", "ROWS", "SUM"}}
	total := new(big.Rat)
	for _, state := range []string{reportPaid, reportFailed, reportUnknown, reportNotSent} {
		if r.counts[state] == 0 && state == reportNotSent {
			continue
		}
		sum := cmp.Or(r.sums[state], new(big.Rat))
		total.Add(total, sum)
		table = append(table, []string{state, strconv.Itoa(r.counts[state]), decimals(sum)})
	}
	table = append(table, []string{"TOTAL", strconv.Itoa(len(r.rows)), decimals(total)})
	out.WriteString(align(table))
	list(&out, r.of(reportFailed), reportFailed, "the provider has refused or ended these, nothing was paid",
		"LINE\tREFERENCE\tSERVICE\tAMOUNT\tSTATUS", func(row reportRow) string {
			return fmt.Sprintf("%s\t%s\t%s\t%s\t%d", row.line(), row.row.reference, cmp.Or(row.row.service, "-"), cmp.Or(row.amount(), "-"), row.entry.Code)
		})
	list(&out, r.of(reportUnknown), reportUnknown, "run it again; of what stays here ask the provider by TRANSACTION before paying in another way",
		"LINE\tREFERENCE\tAMOUNT\tTRANSACTION\tPAYMENT\tSTATUS\tWHY", func(row reportRow) string {
			return fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s\t%s", row.line(), row.row.reference, cmp.Or(row.amount(), "-"),
				row.entry.TransactionID, cmp.Or(row.payment(), "-"), code(row.entry.Code, "-"), row.why())
		})
	list(&out, r.twice, "contradicted", "two ends were told of these, and one that is paid counts; ask the provider by TRANSACTION",
		"LINE\tREFERENCE\tAMOUNT\tTRANSACTION\tSTATE", func(row reportRow) string {
			return fmt.Sprintf("%s\t%s\t%s\t%s\t%s", row.line(), row.row.reference, cmp.Or(row.amount(), "-"), row.entry.TransactionID, row.state)
		})
	list(&out, r.of(reportNotSent), reportNotSent, "these wait for a person, or for the next run of the same command",
		"LINE\tREFERENCE\tAMOUNT\tWHY", func(row reportRow) string {
			return fmt.Sprintf("%s\t%s\t%s\t%s", row.line(), row.row.reference, cmp.Or(row.amount(), "-"), cmp.Or(row.why(), "-"))
		})
	list(&out, r.before, "known", "these had come to their end before, and were not paid again",
		"LINE\tREFERENCE\tSTATE\tSETTLED", func(row reportRow) string {
			return fmt.Sprintf("%s\t%s\t%s\t%s", row.line(), row.row.reference, row.state, row.entry.SettledAt.Format(time.DateTime))
		})
	return out.String()
}

// align returns a table of three columns, of which two are numbers.
func align(table [][]string) string {
	var out strings.Builder
	widths := [3]int{}
	for _, cells := range table {
		for i, cell := range cells {
			widths[i] = max(widths[i], len(cell))
		}
	}
	for _, cells := range table {
		_, _ = fmt.Fprintf(&out, "%-*s  %*s  %*s\n", widths[0], cells[0], widths[1], cells[1], widths[2], cells[2])
	}
	return out.String()
}

// of returns the rows in a state.
func (r *report) of(state string) (rows []reportRow) {
	for _, row := range r.rows {
		if row.state == state {
			rows = append(rows, row)
		}
	}
	return rows
}

func list(out *strings.Builder, rows []reportRow, name, what, header string, line func(reportRow) string) {
	if len(rows) == 0 {
		return
	}
	_, _ = fmt.Fprintf(out, "\n%s: %s\n", strings.ToUpper(name), what)
	var table bytes.Buffer
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, header)
	for _, row := range rows {
		_, _ = fmt.Fprintln(w, line(row))
	}
	_ = w.Flush() // a bytes.Buffer takes everything
	out.Write(table.Bytes())
}

func (r reportRow) line() string {
	if r.row.line == 0 {
		return "-" // of an earlier file
	}
	return strconv.Itoa(r.row.line)
}

func (r reportRow) amount() string { return cmp.Or(r.row.amountText(), r.entry.Amount.String()) }

// payment returns the provider's id with ? for spaces and control characters.
func (r reportRow) payment() string {
	return strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) && c != ' ' {
			return c
		}
		return '?'
	}, r.entry.PaymentID)
}

func (r reportRow) why() string {
	switch {
	case r.state == reportUnknown && r.row.line == 0:
		return "no longer in the file, and this command goes on with it"
	case r.entry.Code == 409 && r.entry.State == finikjournal.Unknown && r.entry.Flags == 0:
		return "made, and the provider does not say which payment it is"
	case r.entry.Cause != "":
		return r.entry.Cause
	case r.state == reportUnknown && r.entry.PaymentID != "":
		return "made, and its end is not known yet"
	case r.state == reportUnknown:
		return "a request may have left, and no answer is known"
	}
	return ""
}

// rowSize is about the largest size of a row of the report, in bytes.
const rowSize = 1 << 10

// save replaces the file at path with a row for each payment.
func (r *report) save(path string, excel bool) error {
	out, err := cli.Create(path, 0)
	if err != nil {
		return err
	}
	out.Private()
	return out.Save(func(to io.Writer) error { return r.writeCSV(to, excel) })
}

func (r *report) writeCSV(to io.Writer, excel bool) error {
	w := cli.NewTable(to, excel)
	if err := w.Write("line", "reference", "service", "amount", "state", "provider_status", "transaction_id", "payment_id", "why"); err != nil {
		return err
	}
	for _, row := range r.rows {
		why := row.why()
		if err := w.Write(
			row.line(), w.ID(row.row.reference), w.ID(row.row.service), row.amount(), row.state,
			code(row.entry.Code, ""), row.entry.TransactionID, w.ID(row.payment()), why,
		); err != nil {
			return err
		}
	}
	return w.Flush()
}

func code(c int, none string) string {
	if c == 0 {
		return none
	}
	return strconv.Itoa(c)
}

// decimals returns an exact sum, with two decimals or as many as it needs.
func decimals(r *big.Rat) string {
	n, _ := r.FloatPrec() // a sum of decimals always ends
	return r.FloatString(max(2, n))
}
