package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

// The names of states in reports. What was made and is not at its end is unknown.
const (
	reportPaid    = "paid"
	reportFailed  = "failed"
	reportUnknown = "unknown"
	reportNotSent = "not sent" // or refused in a way that is not about the row
)

func (s state) report() string {
	switch s {
	case statePaid:
		return reportPaid
	case stateFailed:
		return reportFailed
	case stateBegun, stateCreated, stateUnknown:
		return reportUnknown
	}
	return reportNotSent
}

// report is what is known of all rows, in the order of the file.
type report struct {
	rows   []reportRow
	twice  []reportRow // of which two ends were told
	counts map[string]int
	sums   map[string]*big.Rat // exact, and of any size
}

type reportRow struct {
	entry *entry
	last  record
	note  string
	state string
}

func newReport(entries []*entry) *report {
	r := &report{counts: map[string]int{}, sums: map[string]*big.Rat{}}
	for _, e := range entries {
		row := e.report()
		r.rows = append(r.rows, row)
		r.counts[row.state]++
		if r.sums[row.state] == nil {
			r.sums[row.state] = new(big.Rat)
		}
		if amount, ok := new(big.Rat).SetString(row.amount()); ok {
			r.sums[row.state].Add(r.sums[row.state], amount)
		}
	}
	return r
}

func (e *entry) report() reportRow {
	e.mu.Lock()
	defer e.mu.Unlock()
	return reportRow{e, e.last, e.note, e.last.State.report()}
}

// contradicted adds rows of which two ends were told, in the file or not.
func (r *report) contradicted(entries []*entry) {
	for _, e := range entries {
		r.twice = append(r.twice, e.report())
	}
}

// done reports whether all rows are paid.
func (r *report) done() bool { return r.counts[reportPaid] == len(r.rows) }

// text is the report for people. It shows references, amounts and ids, and no
// field of a recipient.
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
			return fmt.Sprintf("%s\t%s\t%s\t%s\t%d", row.line(), row.last.Reference, cmp.Or(row.entry.service, "-"), cmp.Or(row.amount(), "-"), row.last.Code)
		})
	list(&out, r.of(reportUnknown), reportUnknown, "run it again; of what stays here ask the provider by TRANSACTION before paying in another way",
		"LINE\tREFERENCE\tAMOUNT\tTRANSACTION\tPAYMENT\tSTATUS\tWHY", func(row reportRow) string {
			return fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s\t%s", row.line(), row.last.Reference, cmp.Or(row.amount(), "-"),
				row.last.Transaction, cmp.Or(row.payment(), "-"), code(row.last.Code, "-"), row.why())
		})
	list(&out, r.twice, "contradicted", "two ends were told of these, and one that is paid counts; ask the provider by TRANSACTION",
		"LINE\tREFERENCE\tAMOUNT\tTRANSACTION\tSTATE", func(row reportRow) string {
			return fmt.Sprintf("%s\t%s\t%s\t%s\t%s", row.line(), row.last.Reference, cmp.Or(row.amount(), "-"), row.last.Transaction, row.state)
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

// of are the rows in a state.
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
	if r.entry.line == 0 {
		return "-" // of an earlier file
	}
	return strconv.Itoa(r.entry.line)
}

func (r reportRow) amount() string { return cmp.Or(r.entry.amountText(), r.last.Amount) }

// payment is the provider's id, without what a terminal would act upon.
func (r reportRow) payment() string {
	return strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) && c != ' ' {
			return c
		}
		return '?'
	}, r.last.Payment)
}

func (r reportRow) why() string {
	switch {
	case r.note != "":
		return r.note
	case r.entry.line == 0:
		return "no longer in the file, put it back to go on with it"
	case r.last.State == stateCreated, r.last.Payment != "":
		return "made, and its end is not known yet"
	}
	return "a request may have left, and no answer is known"
}

// rowSize is about what a row takes in the report, at most.
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
		why := row.note
		if row.state == reportUnknown {
			why = row.why()
		}
		if err := w.Write(
			row.line(), w.ID(cmp.Or(row.last.Reference, row.entry.reference)), w.ID(row.entry.service), row.amount(), row.state,
			code(row.last.Code, ""), row.last.Transaction, w.ID(row.payment()), why,
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

// decimals is an exact sum, with two decimals or as many as it needs.
func decimals(r *big.Rat) string {
	n, _ := r.FloatPrec() // a sum of decimals always ends
	return r.FloatString(max(2, n))
}

// orphans are the rows of a journal that are not in the file, in order.
func orphans(last map[string]record, here map[string]bool) (out []record) {
	for reference, r := range last {
		if !here[reference] {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b record) int { return cmp.Compare(a.Reference, b.Reference) })
	return out
}
