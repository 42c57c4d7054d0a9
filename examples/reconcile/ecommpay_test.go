package main

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima/vimasync"
)

// sale is a row of ecommpay_operations.
type sale struct {
	payment, kind, status, currency string
	project                         int
	minor, at                       any
}

func (d target) storeSales(sales ...sale) target {
	d.t.Helper()
	integer, instant := "INTEGER", "TEXT"
	if d.dialect == vimasync.PostgreSQL {
		integer, instant = "bigint", "timestamptz"
	}
	d.exec(`CREATE TABLE ecommpay_operations (operation_id ` + integer + ` NOT NULL PRIMARY KEY, project_id ` + integer + `, payment_id TEXT NOT NULL,
operation_type TEXT NOT NULL, operation_status TEXT NOT NULL, amount_minor ` + integer + `, currency TEXT NOT NULL, operation_created_at ` + instant + `)`)
	for i, s := range sales {
		at := "?"
		if d.dialect == vimasync.PostgreSQL {
			at = "CAST(CAST(? AS text) AS timestamptz)"
		}
		d.exec(`INSERT INTO ecommpay_operations (operation_id, project_id, payment_id, operation_type, operation_status, amount_minor, currency, operation_created_at)
VALUES (`+fmt.Sprint(100+i)+`, ?, ?, ?, ?, ?, ?, `+at+`)`, s.project, s.payment, s.kind, s.status, s.minor, s.currency, s.at)
	}
	return d
}

func TestAgainstEcommpay(t *testing.T) {
	t.Parallel()
	onEach(t, func(d target) {
		d.store(
			paid("equal", "1.50"), operation{key: "kwd", amount: "1.5", currency: "KWD", status: "fail"}, operation{key: "jpy", amount: "150", currency: "JPY", status: "pending"},
			paid("amount", "1.50"), paid("refunded", "2"), paid("tried twice", "3"), paid("no amount", "4"), paid("no units", "5"),
			paid("status", "6"), paid("unknown", "7"), paid("here only", "8"),
		)
		d.storeSales(
			sale{"equal", "sale", "success", "INR", 1, 150, nil}, sale{"kwd", "payout", "decline", "KWD", 1, 1500, nil}, sale{"jpy", "sale", "awaiting customer", "JPY", 1, 150, nil},
			sale{"amount", "sale", "success", "INR", 1, 15, nil}, sale{"refunded", "sale", "success", "INR", 1, 200, nil}, sale{"refunded", "refund", "success", "INR", 1, 200, nil},
			sale{"tried twice", "sale", "decline", "INR", 1, 300, nil}, sale{"tried twice", "sale", "success", "INR", 1, 300, nil},
			sale{"no amount", "sale", "success", "INR", 1, nil, nil}, sale{"no units", "sale", "success", "XAU", 1, 500, nil},
			sale{"status", "sale", "processing", "INR", 1, 600, nil}, sale{"unknown", "sale", "something new", "INR", 1, 700, nil},
			sale{"there only", "sale", "success", "INR", 1, 800, nil}, sale{"equal", "sale", "success", "INR", 2, 150, nil},
		)
		got, lines := d.reconcile("", "-ecommpay", "-ecommpay-project", "1")
		require.Equal(d.t, 1, got.code, got.stderr)
		assert.Equal(d.t, []string{
			"amount,amount,,4,1.50,INR,success,,103,0.15,INR,success,",
			"missing_in_ecommpay,here only,,11,8,INR,success,,,,,,",
			"no_amount,no amount,,7,4,INR,success,,108,,INR,success,",
			"unreadable,no units,currency without known minor units,8,5,INR,success,,109,500,XAU,success,",
			"status,status,,9,6,INR,success,,110,6.00,INR,processing,",
			"missing_in_vima,there only,,,,,,,112,8.00,INR,success,",
			"duplicate,tried twice,,,,,,,106,3.00,INR,decline,",
			"unreadable,unknown,unknown status,10,7,INR,success,,111,7.00,INR,something new,",
		}, lines)
		assert.Contains(d.t, got.stdout, "ecommpay: 12 rows: 5 matched, 3 different, 1 missing, 1 duplicate, 2 unreadable\n")

		_, lines = d.reconcile("", "-ecommpay")
		assert.Contains(d.t, lines, "duplicate,equal,,,,,,,113,1.50,INR,success,", "another project's payment")
		_, lines = d.reconcile("", "-ecommpay", "-ecommpay-project", "1", "-ecommpay-types", "sale,refund", "-status-map", "something new=success")
		assert.Contains(d.t, lines, "duplicate,refunded,,,,,,,105,2.00,INR,success,")
		assert.Contains(d.t, lines, "missing_in_ecommpay,kwd,,2,1.5,KWD,fail,,,,,,")
		assert.NotContains(d.t, got.stdout, "unknown status")
	})
}

func TestThePeriodOfEcommpay(t *testing.T) {
	t.Parallel()
	onEach(t, func(d target) {
		d.store(operation{key: "1", amount: "1", currency: "INR", status: "success", at: "2026-01-15T23:59:59.900000Z"})
		d.storeSales(
			sale{"1", "sale", "success", "INR", 1, 100, "2026-01-16T00:00:00.100000Z"},
			sale{"2", "sale", "success", "INR", 1, 100, "2026-01-16T00:30:00.000000Z"},
			sale{"3", "sale", "success", "INR", 1, 100, "2026-01-14T22:30:00.000000Z"},
			sale{"4", "sale", "success", "INR", 1, 100, "2026-01-15T00:30:00.000000Z"},
		)
		day := []string{"-ecommpay", "-from", "2026-01-15", "-to", "2026-01-15"}
		got, lines := d.reconcile("", day...)
		assert.Equal(d.t, 1, got.code)
		assert.Equal(d.t, []string{"missing_in_ecommpay,1", "missing_in_vima,4"}, first(d.t, 2, lines))
		got, lines = d.reconcile("", append(day, "-edge", "1h")...)
		assert.Zero(d.t, got.code)
		assert.Equal(d.t, []string{"edge,4"}, first(d.t, 2, lines))
		assert.Contains(d.t, got.stdout, "vima: 1 rows: 1 matched\necommpay: 3 rows: 1 matched, 1 edge, 1 outside\n")
	})
}
