package ecommpaysync

import (
	"crypto/sha256"
	"database/sql"
	"errors"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/internal/syncer"
)

func table(syncer.Dialect) syncer.Table {
	return syncer.Table{
		Name: "ecommpay_operations", ID: "operation_id", Digest: "digest",
		Columns: []string{
			"checkpoint", "project_id", "payment_id", "operation_type", "operation_status", "class",
			"amount_minor", "currency",
			"converted_amount_minor", "converted_currency",
			"payment_method_name", "payment_method_type",
			"operation_created_at", "operation_completed_at", "provider_date", "shipment_date",
			"arn", "rrn", "payment_provider_code", "payment_provider_message",
			"raw",
		},
		Status: "operation_status", Amount: "amount_minor", Currency: "currency",
		From: []string{"operation_status"}, Derived: []string{"class"}, Derive: derive,
	}
}

// values are those of an operation for the columns of table.
func (o storeOptions) values(op *ecommpay.Operation, checkpoint int64) []any {
	return []any{
		checkpoint, op.ProjectID, op.PaymentID, string(op.OperationType), string(op.OperationStatus), string(op.OperationStatus.Class()),
		minor(op.SumInitial), op.SumInitial.Currency,
		minor(op.SumConverted), op.SumConverted.Currency,
		op.PaymentMethodName, op.PaymentMethodType,
		op.OperationCreatedAt, op.OperationCompletedAt, op.ProviderDate, op.ShipmentDate,
		op.ARN, op.RRN, op.PaymentProviderCode, op.PaymentProviderMessage,
		o.rawText(op.Raw),
	}
}

// derive makes the derived column of table.
func derive(from []sql.NullString) []any {
	return []any{string(ecommpay.OperationStatus(from[0].String).Class())}
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

// key is what an operation is stored and told apart by, without values.
func key(o *ecommpay.Operation, _ state) (syncer.Row, error) {
	id, err := number(o)
	if err != nil {
		return syncer.Row{}, err
	}
	is, err := digestOf(o)
	return syncer.Row{ID: id, Digest: is[:]}, err
}

// before is what was stored.
func before(s *syncer.Stored) (Before, error) {
	amount, err := syncer.Whole[int64](s.Amount)
	return Before{
		Version: s.VersionText(), Status: ecommpay.OperationStatus(s.Status.String),
		Amount: amount, Currency: s.Currency.String,
	}, err
}

// unkeyed is why an operation cannot be stored.
func unkeyed(o *ecommpay.Operation) error {
	_, err := number(o)
	return err
}
