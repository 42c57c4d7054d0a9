package vimasync

import (
	"database/sql"
	"errors"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/iso4217"
	"github.com/payclients/payclients-go/internal/syncer"
	"github.com/payclients/payclients-go/vima"
)

// table returns the table of operations in a dialect.
func table(d syncer.Dialect) syncer.Table {
	amount, complete, fee := d.Exact("amount"), d.Exact("complete_amount"), d.Exact("fee")
	return syncer.Table{
		Name: "vima_operations", ID: "operation_id", Version: "operation_update_id",
		Columns: []string{
			"operation_create_id", "client_operation_id", "reference_id", "project", "method",
			"current_status", "payment_status", "payment_method_code",
			"requested_minor", "requested_currency",
			"status", amount, "currency", complete, "complete_currency", fee, "fee_currency",
			"class", "amount_minor", "complete_amount_minor", "fee_minor",
			"operation_created_at", "operation_modified_at", "complete_created_at", "complete_modified_at",
			"raw",
		},
		Status: "status", Amount: amount, Currency: "currency",
		From:    []string{"status", amount, "currency", complete, "complete_currency", fee, "fee_currency"},
		Derived: []string{"class", "amount_minor", "complete_amount_minor", "fee_minor"},
		Derive:  derive,
	}
}

// values returns the values of an operation for the columns of table.
func (o storeOptions) values(op *vima.Operation, _ int64) []any {
	amount, currency, known := op.Amount()
	fee, feeCurrency, charged := op.Fee()
	requested := op.CreateParams.Params.Payment.Amount
	from := []sql.NullString{
		{String: string(op.Outcome()), Valid: true},
		money(&amount, known),
		{String: currency, Valid: true},
		money(op.CompleteAmount, op.CompleteAmount != nil),
		{String: op.CompleteCurrency, Valid: true},
		money(&fee, charged),
		{String: feeCurrency, Valid: true},
	}
	values := []any{
		nil, op.ClientOperationID, op.ReferenceID, op.Project, op.CreateParams.Method,
		string(op.CurrentStatus), string(op.PaymentStatus), op.PaymentMethodCode,
		nil, requested.Currency,
	}
	if id, ok := syncer.Number(op.OperationCreateID); ok {
		values[0] = id
	}
	if requested.ValueMinor != nil {
		values[8] = *requested.ValueMinor
	}
	for _, text := range from {
		values = append(values, syncer.Text(text))
	}
	values = append(values, derive(from)...)
	return append(values, op.OperationCreatedAt, op.OperationModifiedAt, op.CompleteCreatedAt, op.CompleteModifiedAt, o.rawText(op.Raw))
}

// derive returns the derived columns of table: the class of the status, and each
// amount in minor units, NULL where it does not fit exactly.
func derive(from []sql.NullString) []any {
	derived := []any{string(vima.Status(from[0].String).Class())}
	for from = from[1:]; len(from) > 1; from = from[2:] {
		derived = append(derived, minor(from[0], from[1].String))
	}
	return derived
}

// minor returns an amount in minor units by the digits of ISO 4217, or nil (NULL)
// if the amount is unknown or does not parse, the currency is unknown, or the
// amount has more digits than its currency.
func minor(major sql.NullString, currency string) any {
	digits, known := iso4217.Digits(currency)
	if !major.Valid || !known {
		return nil
	}
	amount, err := decimal.Parse(major.String)
	if err != nil {
		return nil
	}
	if units, exact, fits := iso4217.Minor(amount, digits); exact && fits {
		return units
	}
	return nil
}

// money returns an amount as a nullable string; not known is NULL.
func money(d *decimal.Decimal, known bool) sql.NullString {
	if !known {
		return sql.NullString{}
	}
	return sql.NullString{String: d.String(), Valid: true}
}

// keys returns the id and the version of an operation, or an error if one of them is
// not a whole number from 0 to 2^63-1.
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

// key returns the row of an operation without its values, or an error if its id or
// version is not a whole number from 0 to 2^63-1.
func key(o *vima.Operation, _ state) (syncer.Row, error) {
	id, version, err := keys(o)
	return syncer.Row{ID: id, Version: version}, err
}

// before returns a stored row as Before. It fails if the stored amount does not
// parse.
func before(s *syncer.Stored) (Before, error) {
	b := Before{Version: s.VersionText(), Status: vima.Status(s.Status.String), Currency: s.Currency.String}
	if !s.Amount.Valid {
		return b, nil
	}
	amount, err := decimal.Parse(s.Amount.String)
	b.Amount = &amount
	return b, err
}

// unkeyed returns an error if an operation cannot be stored, nil otherwise.
func unkeyed(o *vima.Operation) error {
	_, _, err := keys(o)
	return err
}
