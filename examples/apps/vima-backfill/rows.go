package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima"
)

// column is a column of CSV.
type column struct {
	name string
	cell func(*vima.Operation) string
	id   bool // a spreadsheet would round it
}

// columns are the columns of CSV, in order, with times of a zone. The package doc explains
// them.
func columns(zone *time.Location) []column {
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(zone).Format(time.RFC3339Nano)
	}
	return []column{
		{"operation_id", func(o *vima.Operation) string { return o.OperationID }, true},
		{"reference_id", func(o *vima.Operation) string { return o.ReferenceID }, true},
		{"client_operation_id", func(o *vima.Operation) string { return o.ClientOperationID }, true},
		{"operation_create_id", func(o *vima.Operation) string { return o.OperationCreateID }, true},
		{"operation_update_id", func(o *vima.Operation) string { return o.OperationUpdateID }, true},
		{"project", func(o *vima.Operation) string { return o.Project }, false},
		{"service", func(o *vima.Operation) string { return o.Service }, false},
		{"method", func(o *vima.Operation) string { return o.CreateParams.Method }, false},
		{"status", func(o *vima.Operation) string { return string(o.Outcome()) }, false},
		{"class", func(o *vima.Operation) string { return string(o.Outcome().Class()) }, false},
		{"current_status", func(o *vima.Operation) string { return string(o.CurrentStatus) }, false},
		{"payment_status", func(o *vima.Operation) string { return string(o.PaymentStatus) }, false},
		{"payment_method_type", func(o *vima.Operation) string { return o.PaymentMethodType }, false},
		{"payment_method_code", func(o *vima.Operation) string { return o.PaymentMethodCode }, false},
		{"amount", func(o *vima.Operation) string { return amountOf(o.Amount()) }, false},
		{"currency", func(o *vima.Operation) string { return currencyOf(o.Amount()) }, false},
		{"requested_minor", func(o *vima.Operation) string { return minor(requested(o).ValueMinor) }, false},
		{"requested_currency", func(o *vima.Operation) string { return requested(o).Currency }, false},
		{"complete_amount", func(o *vima.Operation) string { return optional(o.CompleteAmount) }, false},
		{"complete_currency", func(o *vima.Operation) string { return o.CompleteCurrency }, false},
		{"fee", func(o *vima.Operation) string { return amountOf(o.Fee()) }, false},
		{"fee_currency", func(o *vima.Operation) string { return currencyOf(o.Fee()) }, false},
		{"created_at", func(o *vima.Operation) string { return at(o.OperationCreatedAt) }, false},
		{"modified_at", func(o *vima.Operation) string { return at(o.OperationModifiedAt) }, false},
		{"completed_at", func(o *vima.Operation) string { return cmp.Or(at(o.CompleteCreatedAt), at(o.CompleteModifiedAt)) }, false},
	}
}

// personal are the columns that -personal adds.
var personal = []column{
	{"user_id", func(o *vima.Operation) string { return o.UserID }, true},
	{"contact", func(o *vima.Operation) string { return o.Contact }, true},
	{"ip_addr", func(o *vima.Operation) string { return o.IPAddr }, false},
	{"payer_email", func(o *vima.Operation) string { return payer(o).Email }, false},
	{"payer_phone", func(o *vima.Operation) string { return payer(o).Phone }, true},
	{"payer_first_name", func(o *vima.Operation) string { return payer(o).Person.FirstName }, false},
	{"payer_last_name", func(o *vima.Operation) string { return payer(o).Person.LastName }, false},
	{"payer_account_id", func(o *vima.Operation) string { return payer(o).CustomerAccount.ID }, true},
}

// encoder renders pages. Without columns it does so as JSON Lines.
type encoder struct {
	columns []column
	excel   bool
	cells   *cli.Table // for what cells of ids are
}

func newEncoder(c config) encoder {
	e := encoder{excel: c.excel, cells: cli.NewTable(io.Discard, c.excel)}
	if c.format == "jsonl" {
		return e
	}
	e.columns = columns(c.zone)
	if c.personal {
		e.columns = append(e.columns, personal...)
	}
	return e
}

// header is the line of column names.
func (e encoder) header() []byte {
	if e.columns == nil {
		return nil
	}
	var names []string
	for _, c := range e.columns {
		names = append(names, c.name)
	}
	if e.excel {
		return []byte("\ufeff" + strings.Join(names, ";") + "\r\n")
	}
	return []byte(strings.Join(names, ",") + "\n")
}

func (e encoder) page(b *bytes.Buffer, operations []*vima.Operation) error {
	if e.columns == nil {
		for _, o := range operations {
			if err := json.Compact(b, o.Raw); err != nil {
				return err
			}
			b.WriteByte('\n')
		}
		return nil
	}
	w := csv.NewWriter(b)
	if e.excel {
		w.Comma, w.UseCRLF = ';', true
	}
	record := make([]string, len(e.columns))
	for _, o := range operations {
		for i, c := range e.columns {
			if record[i] = c.cell(o); c.id && e.excel {
				record[i] = e.cells.ID(record[i])
			} else {
				record[i] = harmless(record[i])
			}
		}
		if err := w.Write(record); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// harmless puts an apostrophe before what a spreadsheet could take for a
// formula, and before an apostrophe, so that it can be taken away again.
func harmless(cell string) string {
	if cell == "" || !strings.ContainsRune("=+-@\t\r\n'", rune(cell[0])) || negative(cell) {
		return cell
	}
	return "'" + cell
}

// negative reports whether cell is a number such as -1.50 and nothing else.
func negative(cell string) bool {
	digits, ok := strings.CutPrefix(cell, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	return ok && number(whole) && (!point || number(fraction))
}

func number(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// writeReject adds a line for a row that did not decode.
func writeReject(b *bytes.Buffer, bad vima.BadRow) {
	b.WriteString(`{"error":`)
	b.Write(quote(bad.Err.Error()))
	b.WriteString(`,"row":`)
	if err := json.Compact(b, bad.Raw); err != nil { // which leaves b as it was
		b.Write(quote(string(bad.Raw)))
	}
	b.WriteString("}\n")
}

func quote(text string) []byte {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // strings always marshal
	}
	return quoted
}

func requested(o *vima.Operation) vima.MinorAmount { return o.CreateParams.Params.Payment.Amount }

func payer(o *vima.Operation) vima.Payer { return o.CreateParams.Params.Payment.Payer }

func amountOf[A interface{ String() string }](amount A, _ string, ok bool) string {
	if !ok {
		return ""
	}
	return amount.String()
}

func currencyOf[A any](_ A, currency string, ok bool) string {
	if !ok {
		return ""
	}
	return currency
}

func optional[A interface{ String() string }](amount *A) string {
	if amount == nil {
		return ""
	}
	return (*amount).String()
}

func minor(amount *int64) string {
	if amount == nil {
		return ""
	}
	return strconv.FormatInt(*amount, 10)
}
