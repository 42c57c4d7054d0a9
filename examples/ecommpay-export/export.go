package main

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
)

// export holds the newest version of every operation, in the order in which they
// came first.
type export struct {
	rows  []*ecommpay.Operation
	place map[string]int // by OperationID
	again int            // operations that came once more
}

func newExport() *export { return &export{place: map[string]int{}} }

func (e *export) add(o *ecommpay.Operation) {
	if at, ok := e.place[o.OperationID]; ok {
		e.rows[at] = o
		e.again++
		return
	}
	e.place[o.OperationID] = len(e.rows)
	e.rows = append(e.rows, o)
}

func (e *export) writeCSV(to io.Writer) error {
	w := csv.NewWriter(to)
	if err := w.Write([]string{
		"project_id", "operation_id", "payment_id", "operation_type", "status", "class", "amount", "currency", "amount_minor",
		"created_at", "provider_date", "rrn", "arn", "payment_provider_code",
	}); err != nil {
		return err
	}
	for _, o := range e.rows {
		if err := w.Write(cells(o)); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// cells leaves the amount empty for a currency whose decimals are unknown.
func cells(o *ecommpay.Operation) []string {
	amount := ""
	if major, err := o.SumInitial.Major(); err == nil {
		amount = major.String()
	}
	return []string{
		plain(o.ProjectID), plain(o.OperationID), plain(o.PaymentID), plain(string(o.OperationType)), plain(string(o.OperationStatus)),
		string(o.OperationStatus.Class()),
		amount, plain(o.SumInitial.Currency), strconv.FormatInt(o.SumInitial.AmountMinor, 10),
		instant(o.OperationCreatedAt), instant(o.ProviderDate), plain(o.RRN), plain(o.ARN), plain(o.PaymentProviderCode),
	}
}

// plain keeps a spreadsheet from taking a text for a formula.
func plain(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}
