package main

import (
	"io"
	"strconv"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/examples/internal/cli"
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

func (e *export) writeCSV(to io.Writer, excel bool, zone *time.Location) error {
	w := cli.NewTable(to, excel)
	if err := w.Write(
		"project_id", "operation_id", "payment_id", "operation_type", "status", "class", "amount", "currency", "amount_minor",
		"created_at", "provider_date", "rrn", "arn", "payment_provider_code",
	); err != nil {
		return err
	}
	for _, o := range e.rows {
		amount := "" // for a currency whose decimals are not known
		if major, err := o.SumInitial.Major(); err == nil {
			amount = major.String()
		}
		if err := w.Write(
			w.ID(o.ProjectID), w.ID(o.OperationID), w.ID(o.PaymentID), w.Text(string(o.OperationType)), w.Text(string(o.OperationStatus)),
			string(o.OperationStatus.Class()), amount, w.Text(o.SumInitial.Currency), strconv.FormatInt(o.SumInitial.AmountMinor, 10),
			instant(o.OperationCreatedAt, zone), instant(o.ProviderDate, zone), w.ID(o.RRN), w.ID(o.ARN), w.ID(o.PaymentProviderCode),
		); err != nil {
			return err
		}
	}
	return w.Flush()
}

func instant(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(time.RFC3339)
}
