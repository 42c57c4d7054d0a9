package vimasync

import (
	"errors"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/syncer"
	"github.com/payclients/payclients-go/internal/wire"
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
	}
}

// values are those of an operation for the columns of table.
func (o storeOptions) values(op *vima.Operation) []any {
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
		nil,
	}
	if id, ok := syncer.Number(op.OperationCreateID); ok {
		values[0] = id
	}
	if requested.ValueMinor != nil {
		values[11] = *requested.ValueMinor
	}
	if o.raw() && op.Raw != nil {
		values[len(values)-1] = string(op.Raw)
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

// usable takes the rows that cannot be keyed out of a page and adds them to
// those that did not decode.
func usable(page *vima.OperationPage) (rows []*vima.Operation, bad []vima.BadRow) {
	bad = page.Bad
	for _, o := range page.Operations {
		if _, _, err := keys(o); err != nil {
			bad = append(bad, vima.BadRow{Raw: o.Raw, Err: err})
			continue
		}
		rows = append(rows, o)
	}
	return rows, bad
}

// field is a cursor of a row that did not decode.
func field(b vima.BadRow, name string) string {
	id, _ := wire.Field(b.Raw, name)
	return id
}
