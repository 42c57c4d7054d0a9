package ecommpaysync

import (
	"crypto/sha256"
	"errors"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/internal/syncer"
	"github.com/payclients/payclients-go/internal/wire"
)

func table() syncer.Table {
	return syncer.Table{
		Name: "ecommpay_operations", ID: "operation_id", Digest: "digest",
		Columns: []string{
			"checkpoint", "project_id", "payment_id", "operation_type", "operation_status",
			"amount_minor", "currency",
			"converted_amount_minor", "converted_currency",
			"payment_method_name", "payment_method_type",
			"operation_created_at", "operation_completed_at", "provider_date", "shipment_date",
			"arn", "rrn", "payment_provider_code", "payment_provider_message",
			"raw",
		},
	}
}

// values are those of an operation for the columns of table.
func (o storeOptions) values(op *ecommpay.Operation, checkpoint int64) []any {
	values := []any{
		checkpoint, op.ProjectID, op.PaymentID, string(op.OperationType), string(op.OperationStatus),
		minor(op.SumInitial), op.SumInitial.Currency,
		minor(op.SumConverted), op.SumConverted.Currency,
		op.PaymentMethodName, op.PaymentMethodType,
		op.OperationCreatedAt, op.OperationCompletedAt, op.ProviderDate, op.ShipmentDate,
		op.ARN, op.RRN, op.PaymentProviderCode, op.PaymentProviderMessage,
		nil,
	}
	if o.raw() && op.Raw != nil {
		values[len(values)-1] = string(op.Raw)
	}
	return values
}

// minor is NULL without a currency: a number alone is no amount.
func minor(s ecommpay.Sum) any {
	if s.Currency == "" {
		return nil
	}
	return s.AmountMinor
}

// number is what an operation is stored by.
func number(o *ecommpay.Operation) (int64, error) {
	id, ok := syncer.Number(o.OperationID)
	if !ok {
		return 0, errors.New("operation_id must be a number of at most 63 bits")
	}
	return id, nil
}

type digest [sha256.Size]byte

// digestOf is what versions of an operation are told apart by: that of Raw, or of
// what would be in it.
func digestOf(o *ecommpay.Operation) (digest, error) {
	text, err := o.MarshalJSON()
	return sha256.Sum256(text), err
}

// usable takes the rows that cannot be keyed out of a page and adds them to
// those that did not decode.
func usable(page *ecommpay.OperationPage) (rows []*ecommpay.Operation, bad []ecommpay.BadRow) {
	bad = page.Bad
	for _, o := range page.Operations {
		if _, err := number(o); err != nil {
			bad = append(bad, ecommpay.BadRow{Raw: o.Raw, Err: err})
			continue
		}
		rows = append(rows, o)
	}
	return rows, bad
}

// field is a text of a row that did not decode.
func field(b ecommpay.BadRow, name string) string {
	text, _ := wire.Field(b.Raw, name)
	return text
}
