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
func (d *database) vimaRows(ctx context.Context, c config) (side, error) {
	amount, err := d.amountColumn(ctx)
	if err != nil {
		return side{}, err
	}
	from := selection{
		table: "vima_operations", key: "client_operation_id", amount: amount, status: "status", kind: "method",
		only: []condition{{"project", c.projects}},
	}
	return d.stored(ctx, c.period, from, func(r *row, amount sql.NullString) {
		r.setAmount(amount.String)
		r.setStatus(r.status, c.vimaClasses)
		if c.types.used {
			c.types.set(r, r.typeText, c.types.vima)
		}
	})
}

// ecommpayRows are the operations that ecommpaysync has stored, in the order of
// payment_id. A payment has one for each thing that was done with it, of which
// types are to be counted.
func (d *database) ecommpayRows(ctx context.Context, c config) (side, error) {
	from := selection{
		table: "ecommpay_operations", key: "payment_id", amount: "amount_minor", status: "operation_status", kind: "operation_type",
		only: []condition{{"operation_type", c.ecommpayTypes}, {"project_id", c.shops}},
	}
	return d.stored(ctx, c.period, from, func(r *row, minor sql.NullString) {
		r.setMinor(minor.String)
		r.setStatus(r.status, c.ecommpayClasses)
		c.types.set(r, r.typeText, c.types.other)
	})
}

// selection names the columns of a table, and the conditions for its rows.
type selection struct {
	table, key, amount, status, kind string
	only                             []condition
}

// condition is that a column has one of some values. None are any.
type condition struct {
	column string
	values []string
}

// explain names the column of a problem, and the setting that may mend it.
func (s selection) explain(problem string) (column, hint string) {
	flag := "-"
	if s.table == "vima_operations" {
		flag = "-vima-"
	}
	switch problem {
	case problemKey:
		return s.key, ""
	case problemAmount, problemCurrency:
		return s.amount, ""
	case problemStatus:
		return s.status, flag + "status-map adds words"
	case problemType:
		return s.kind, flag + "type-map adds words"
	}
	return "", ""
}

func (s selection) where() (where string, args []any) {
	for _, c := range s.only {
		text, values := oneOf(c.column, c.values)
		where, args = where+text, append(args, values...)
	}
	return where, args
}

// amountColumn names the column of exact amounts of Vima, which a SQLite file of
// an older vimasync calls amount.
func (d *database) amountColumn(ctx context.Context) (string, error) {
	if d.postgres {
		return "amount", nil
	}
	var older bool
	err := d.db.QueryRowContext(ctx, `SELECT count(*) > 0 FROM pragma_table_info('vima_operations') WHERE name = 'amount'`).Scan(&older)
	if err != nil {
		return "", fmt.Errorf("%w %s, vima_operations: %w", errDatabase, d.name, err)
	}
	if older {
		return "amount", nil
	}
	return "amount_text", nil
}

// reach reads the times of the oldest and the newest row of a table, for any
// period.
func (d *database) reach(ctx context.Context, from selection) (reach, error) {
	where, args := from.where()
	var oldest, newest sql.NullString
	statement := "SELECT " + d.timeText("min(operation_created_at)") + ", " + d.timeText("max(operation_created_at)") + " FROM " + from.table + " WHERE 1 = 1" + where
	if err := d.db.QueryRowContext(ctx, d.bind(statement), args...).Scan(&oldest, &newest); err != nil {
		return reach{}, fmt.Errorf("%w %s, %s: %w", errDatabase, d.name, from.table, err)
	}
	var r reach
	for _, text := range []string{oldest.String, newest.String} {
		t, _ := time.Parse(time.RFC3339Nano, text) // what is none is not known
		r.add(t)
	}
	return r, nil
}

// stored reads the rows of a table in the order of the bytes of their keys.
// finish gets a row with its columns as they are stored.
func (d *database) stored(ctx context.Context, p period, from selection, finish func(*row, sql.NullString)) (s side, err error) {
	if p.edge > 0 {
		if s.reach, err = d.reach(ctx, from); err != nil {
			return side{}, err
		}
	}
	where, args := d.created(p.wider())
	only, values := from.where()
	statement := "SELECT " + from.key + ", CAST(operation_id AS text), CAST(" + from.amount + " AS text), currency, " + from.status + ", " + from.kind + ", " +
		d.timeText("operation_created_at") + `
FROM ` + from.table + " WHERE 1 = 1" + where + only + `
ORDER BY ` + d.bytewise(from.key) + ", operation_id"
	s.rows = d.rows(ctx, from, p, statement, append(args, values...), finish)
	return s, nil
}

func (d *database) rows(ctx context.Context, from selection, p period, statement string, args []any, finish func(*row, sql.NullString)) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		failed := func(err error) { yield(row{}, fmt.Errorf("%w %s, %s: %w", errDatabase, d.name, from.table, err)) }
		rows, err := d.query(ctx, statement, args...)
		if err != nil {
			failed(err)
			return
		}
		defer rows.Close() //nolint:errcheck // Err returns it
		for rows.Next() {
			var r row
			var amount, currency, kind, at sql.NullString
			if err := rows.Scan(&r.key, &r.ref, &amount, &currency, &r.status, &kind, &at); err != nil {
				failed(err)
				return
			}
			if r.key == "" {
				r.blame(problemKey)
			}
			r.setCurrency(currency.String)
			r.at, _ = time.Parse(time.RFC3339Nano, at.String) // what is none is not known
			r.outside = !p.covers(r.at)
			r.typeText = kind.String
			finish(&r, amount)
			r.column, r.hint = from.explain(r.problem)
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
		r.blame(problemAmount)
		return
	}
	major, err := ecommpay.Major(minor, r.currency)
	if err != nil {
		r.blame(problemCurrency)
		return
	}
	r.amount, r.known, r.amountText = major, true, major.String()
}
