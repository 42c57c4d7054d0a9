package vimasync

import (
	"errors"
	"strconv"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/syncer"
	"github.com/payclients/payclients-go/vima"
)

func table() syncer.Table {
	return syncer.Table{
		Name: "vima_operations", ID: "operation_id", Version: "operation_update_id",
		Columns: []string{
			"operation_create_id", "client_operation_id", "reference_id", "project", "method",
			"status", "current_status", "payment_status", "payment_method_code",
			"amount", "currency",
			"requested_minor", "requested_currency",
			"complete_amount", "complete_currency",
			"fee", "fee_currency",
			"operation_created_at", "operation_modified_at", "complete_modified_at",
			"raw",
		},
		Status: "status", Amount: "amount", Currency: "currency",
	}
}

// values are those of an operation for the columns of table.
func (o storeOptions) values(op *vima.Operation, _ int64) []any {
	amount, currency, known := op.Amount()
	fee, feeCurrency, charged := op.Fee()
	requested := op.CreateParams.Params.Payment.Amount
	values := []any{
		nil, op.ClientOperationID, op.ReferenceID, op.Project, op.CreateParams.Method,
		string(op.Outcome()), string(op.CurrentStatus), string(op.PaymentStatus), op.PaymentMethodCode,
		money(&amount, known), currency,
		nil, requested.Currency,
		money(op.CompleteAmount, op.CompleteAmount != nil), op.CompleteCurrency,
		money(&fee, charged), feeCurrency,
		op.OperationCreatedAt, op.OperationModifiedAt, op.CompleteModifiedAt,
		o.rawText(op.Raw),
	}
	if id, ok := syncer.Number(op.OperationCreateID); ok {
		values[0] = id
	}
	if requested.ValueMinor != nil {
		values[11] = *requested.ValueMinor
	}
	return values
}

func money(d *decimal.Decimal, known bool) any {
	if !known {
		return nil
	}
	return d.String()
}

// keys are what an operation is stored and compared by.
func keys(o *vima.Operation) (id, version int64, err error) {
	id, ok := syncer.Number(o.OperationID)
	if !ok {
		return 0, 0, errors.New("operation_id must be a number of at most 63 bits")
	}
	version, ok = syncer.Number(o.OperationUpdateID)
	if !ok {
		return 0, 0, errors.New("operation_update_id must be a number of at most 63 bits")
	}
	return id, version, nil
}

// key is what an operation is stored and compared by, without values.
func key(o *vima.Operation, _ state) (syncer.Row, error) {
	id, version, err := keys(o)
	return syncer.Row{ID: id, Version: version}, err
}

// before is what was stored.
func before(s *syncer.Stored) (Before, error) {
	b := Before{Version: strconv.FormatInt(s.Version, 10), Status: vima.Status(s.Status.String), Currency: s.Currency.String}
	if !s.Amount.Valid {
		return b, nil
	}
	amount, err := decimal.Parse(s.Amount.String)
	b.Amount = &amount
	return b, err
}

// unkeyed is why an operation cannot be stored.
func unkeyed(o *vima.Operation) error {
	_, _, err := keys(o)
	return err
}
