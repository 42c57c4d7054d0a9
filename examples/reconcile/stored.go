package main

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
)

// vimaRows are the operations that vimasync has stored, in the order of
// client_operation_id.
func (d *database) vimaRows(ctx context.Context, p period, projects []string, statuses classes) iter.Seq2[row, error] {
	where, args := d.created(p.wider())
	only, projectArgs := oneOf("project", projects)
	statement := `SELECT client_operation_id, CAST(operation_id AS text), CAST(` + d.exact("amount") + ` AS text), currency, status, ` + d.timeText("operation_created_at") + `
FROM vima_operations WHERE 1 = 1` + where + only + `
ORDER BY ` + d.bytewise("client_operation_id") + `, operation_id`
	return d.stored(ctx, "vima_operations", p, statement, append(args, projectArgs...), func(r *row, amount sql.NullString) {
		r.setAmount(amount.String)
		r.setStatus(r.status, statuses)
	})
}

// ecommpayRows are the operations that ecommpaysync has stored, in the order of
// payment_id. A payment has one for each thing that was done with it, of which
// types are to be counted.
func (d *database) ecommpayRows(ctx context.Context, p period, types, projects []string, statuses classes) iter.Seq2[row, error] {
	where, args := d.created(p.wider())
	some, typeArgs := oneOf("operation_type", types)
	only, projectArgs := oneOf("project_id", projects)
	statement := `SELECT payment_id, CAST(operation_id AS text), CAST(amount_minor AS text), currency, operation_status, ` + d.timeText("operation_created_at") + `
FROM ecommpay_operations WHERE 1 = 1` + where + some + only + `
ORDER BY ` + d.bytewise("payment_id") + `, operation_id`
	args = append(append(args, typeArgs...), projectArgs...)
	return d.stored(ctx, "ecommpay_operations", p, statement, args, func(r *row, minor sql.NullString) {
		r.setMinor(minor.String)
		r.setStatus(r.status, statuses)
	})
}

// stored are the rows of a statement with the columns key, id, amount, currency,
// status and time, the first of them in the order of its bytes.
func (d *database) stored(ctx context.Context, table string, p period, statement string, args []any, finish func(*row, sql.NullString)) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		failed := func(err error) { yield(row{}, fmt.Errorf("%w %s, %s: %w", errDatabase, d.name, table, err)) }
		rows, err := d.query(ctx, statement, args...)
		if err != nil {
			failed(err)
			return
		}
		defer rows.Close() //nolint:errcheck // Err tells
		for rows.Next() {
			var r row
			var amount, currency, at sql.NullString
			if err := rows.Scan(&r.key, &r.ref, &amount, &currency, &r.status, &at); err != nil {
				failed(err)
				return
			}
			if r.key == "" {
				r.blame(faultKey)
			}
			r.setCurrency(currency.String)
			r.at, _ = time.Parse(time.RFC3339Nano, at.String) // what is none is not known
			r.outside = !p.covers(r.at)
			finish(&r, amount)
			if !yield(r, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			failed(err)
		}
	}
}

// setMinor reads an amount in minor units, once the currency is known. An empty
// one is none.
func (r *row) setMinor(text string) {
	r.setAmount(text)
	if !r.known {
		return
	}
	r.known = false
	minor, _, ok := r.amount.Int64(0)
	if !ok || !r.amount.IsInt() {
		r.blame(faultAmount)
		return
	}
	major, err := ecommpay.Major(minor, r.currency)
	if err != nil {
		r.blame(faultCurrency)
		return
	}
	r.amount, r.known, r.amountText = major, true, major.String()
}
