package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/payclients/payclients-go/vima"
)

// column is a column of CSV.
type column struct {
	name string
	cell func(*vima.Operation) string
}

// columns are those of CSV, in order. The package doc explains them.
var columns = []column{
	{"operation_id", func(o *vima.Operation) string { return o.OperationID }},
	{"reference_id", func(o *vima.Operation) string { return o.ReferenceID }},
	{"client_operation_id", func(o *vima.Operation) string { return o.ClientOperationID }},
	{"operation_create_id", func(o *vima.Operation) string { return o.OperationCreateID }},
	{"operation_update_id", func(o *vima.Operation) string { return o.OperationUpdateID }},
	{"project", func(o *vima.Operation) string { return o.Project }},
	{"service", func(o *vima.Operation) string { return o.Service }},
	{"method", func(o *vima.Operation) string { return o.CreateParams.Method }},
	{"status", func(o *vima.Operation) string { return string(o.Outcome()) }},
	{"class", func(o *vima.Operation) string { return string(o.Outcome().Class()) }},
	{"current_status", func(o *vima.Operation) string { return string(o.CurrentStatus) }},
	{"payment_status", func(o *vima.Operation) string { return string(o.PaymentStatus) }},
	{"payment_method_type", func(o *vima.Operation) string { return o.PaymentMethodType }},
	{"payment_method_code", func(o *vima.Operation) string { return o.PaymentMethodCode }},
	{"amount", func(o *vima.Operation) string { return amountOf(o.Amount()) }},
	{"currency", func(o *vima.Operation) string { return currencyOf(o.Amount()) }},
	{"requested_minor", func(o *vima.Operation) string { return minor(requested(o).ValueMinor) }},
	{"requested_currency", func(o *vima.Operation) string { return requested(o).Currency }},
	{"complete_amount", func(o *vima.Operation) string { return optional(o.CompleteAmount) }},
	{"complete_currency", func(o *vima.Operation) string { return o.CompleteCurrency }},
	{"fee", func(o *vima.Operation) string { return amountOf(o.Fee()) }},
	{"fee_currency", func(o *vima.Operation) string { return currencyOf(o.Fee()) }},
	{"created_at", func(o *vima.Operation) string { return instant(o.OperationCreatedAt) }},
	{"modified_at", func(o *vima.Operation) string { return instant(o.OperationModifiedAt) }},
	{"completed_at", func(o *vima.Operation) string {
		return cmp.Or(instant(o.CompleteCreatedAt), instant(o.CompleteModifiedAt))
	}},
}

// personal are the columns that -personal adds.
var personal = []column{
	{"user_id", func(o *vima.Operation) string { return o.UserID }},
	{"contact", func(o *vima.Operation) string { return o.Contact }},
	{"ip_addr", func(o *vima.Operation) string { return o.IPAddr }},
	{"payer_email", func(o *vima.Operation) string { return payer(o).Email }},
	{"payer_phone", func(o *vima.Operation) string { return payer(o).Phone }},
	{"payer_first_name", func(o *vima.Operation) string { return payer(o).Person.FirstName }},
	{"payer_last_name", func(o *vima.Operation) string { return payer(o).Person.LastName }},
	{"payer_account_id", func(o *vima.Operation) string { return payer(o).CustomerAccount.ID }},
}

// encoder renders pages. Without columns it does so as JSON Lines.
type encoder struct{ columns []column }

func newEncoder(c config) encoder {
	switch {
	case c.format == "jsonl":
		return encoder{}
	case c.personal:
		return encoder{append(columns[:len(columns):len(columns)], personal...)}
	}
	return encoder{columns}
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
	record := make([]string, len(e.columns))
	for _, o := range operations {
		for i, c := range e.columns {
			record[i] = harmless(c.cell(o))
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

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
