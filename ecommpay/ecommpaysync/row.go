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

// values returns the values of an operation for the columns of table, in their
// order.
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

// derive returns the value of the derived column class for a stored status.
func derive(from []sql.NullString) []any {
	return []any{string(ecommpay.OperationStatus(from[0].String).Class())}
}

// minor returns the amount of s, or nil (NULL) without a currency: a number alone
// is not an amount.
func minor(s ecommpay.Sum) any {
	if s.Currency == "" {
		return nil
	}
	return s.AmountMinor
}

// number returns operation_id as the number that an operation is stored by. It
// returns an error if operation_id is not a whole number from 0 to 2^63-1.
func number(o *ecommpay.Operation) (int64, error) {
	id, ok := syncer.Number(o.OperationID)
	if !ok {
		return 0, errors.New("operation_id must be a number of at most 63 bits")
	}
	return id, nil
}

type digest [sha256.Size]byte

// digestOf returns the SHA-256 of the operation's JSON as received. Versions of
// an operation differ by it. It returns an error if the operation has no Raw and
// cannot be encoded.
func digestOf(o *ecommpay.Operation) (digest, error) {
	text, err := o.MarshalJSON()
	return sha256.Sum256(text), err
}

// key returns the row's id and digest, without column values. It returns an error for
// an operation_id that is not a whole number from 0 to 2^63-1.
func key(o *ecommpay.Operation, _ state) (syncer.Row, error) {
	id, err := number(o)
	if err != nil {
		return syncer.Row{}, err
	}
	is, err := digestOf(o)
	return syncer.Row{ID: id, Digest: is[:]}, err
}

// before converts a stored row for OnApply. It returns an error if the stored
// amount is not a whole number.
func before(s *syncer.Stored) (Before, error) {
	amount, err := syncer.Whole[int64](s.Amount)
	return Before{
		Version: s.VersionText(), Status: ecommpay.OperationStatus(s.Status.String),
		Amount: amount, Currency: s.Currency.String,
	}, err
}

// unkeyed returns the error that makes an operation impossible to store, nil if
// it can be stored.
func unkeyed(o *ecommpay.Operation) error {
	_, err := number(o)
	return err
}
