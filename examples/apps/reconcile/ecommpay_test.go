package main

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/vima/vimasync"
)

// sale is an operation of ecommpay.
type sale struct {
	payment, kind, status, currency string
	project                         int
	minor                           int64
	at                              time.Time // noon unless set
}

// storeSales serves operations, with ids from 100 on, and lets ecommpaysync store
// them.
func (d target) storeSales(sales ...sale) {
	d.t.Helper()
	srv := ecommpaytest.NewServer()
	defer srv.Close()
	for i, s := range sales {
		if s.at.IsZero() {
			s.at = noon
		}
		srv.Seed(&ecommpay.Operation{
			OperationID: strconv.Itoa(100 + i), ProjectID: strconv.Itoa(s.project), PaymentID: s.payment,
			OperationType: ecommpay.OperationType(s.kind), OperationStatus: ecommpay.OperationStatus(s.status),
			SumInitial: ecommpay.Sum{AmountMinor: s.minor, Currency: s.currency}, OperationCreatedAt: s.at, OperationCompletedAt: s.at,
		})
	}
	client, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials())
	require.NoError(d.t, err)
	dialect := ecommpaysync.SQLite
	if d.dialect == vimasync.PostgreSQL {
		dialect = ecommpaysync.PostgreSQL
	}
	store, err := ecommpaysync.NewSQLStore(d.db, dialect)
	require.NoError(d.t, err)
	require.NoError(d.t, store.Migrate(d.t.Context()))
	result, err := ecommpaysync.RunOnce(d.t.Context(), client, store, ecommpaysync.Params{From: noon.AddDate(0, 0, -7), Step: 170 * 24 * time.Hour})
	require.NoError(d.t, err)
	require.Equal(d.t, len(sales), result.Inserted)
}

func TestAgainstEcommpay(t *testing.T) {
	t.Parallel()
	var none time.Time
	onEach(t, func(d target) {
		d.store(
			paid("equal", "1.50"), operation{key: "kwd", amount: "1.5", currency: "KWD", status: "fail"}, operation{key: "jpy", amount: "150", currency: "JPY", status: "pending"},
			paid("amount", "1.50"), paid("refunded", "2"), paid("tried twice", "3"), paid("no amount", "4"), paid("no units", "5"),
			paid("status", "6"), paid("unknown", "7"), paid("here only", "8"),
		)
		d.storeSales(
			sale{"equal", "sale", "success", "INR", 1, 150, none}, sale{"kwd", "payout", "decline", "KWD", 1, 1500, none}, sale{"jpy", "sale", "awaiting customer", "JPY", 1, 150, none},
			sale{"amount", "sale", "success", "INR", 1, 15, none}, sale{"refunded", "sale", "success", "INR", 1, 200, none}, sale{"refunded", "refund", "success", "INR", 1, 200, none},
			sale{"tried twice", "sale", "decline", "INR", 1, 300, none}, sale{"tried twice", "sale", "success", "INR", 1, 300, none},
			sale{"no amount", "sale", "success", "", 1, 0, none}, sale{"no units", "sale", "success", "XAU", 1, 500, none},
			sale{"status", "sale", "processing", "INR", 1, 600, none}, sale{"unknown", "sale", "something new", "INR", 1, 700, none},
			sale{"there only", "sale", "success", "INR", 1, 800, none}, sale{"equal", "sale", "success", "INR", 2, 150, none},
		)
		got, lines := d.reconcile("", "-ecommpay", "-ecommpay-project", "1")
		require.Equal(d.t, 1, got.code, got.stderr)
		assert.Equal(d.t, []string{
			"amount,amount,,4,1.50,INR,success,,103,0.15,INR,success,2026-01-15T12:00:00Z,,sale",
			"missing_in_ecommpay,here only,,11,8,INR,success,,,,,,,,",
			"no_amount,no amount,,7,4,INR,success,,108,,,success,2026-01-15T12:00:00Z,,sale",
			"unreadable,no units,currency without known minor units,8,5,INR,success,,109,500,XAU,success,2026-01-15T12:00:00Z,,sale",
			"status,status,,9,6,INR,success,,110,6.00,INR,processing,2026-01-15T12:00:00Z,,sale",
			"missing_in_vima,there only,,,,,,,112,8.00,INR,success,2026-01-15T12:00:00Z,,sale",
			"duplicate,tried twice,,,,,,,106,3.00,INR,decline,2026-01-15T12:00:00Z,,sale",
			"unreadable,unknown,unknown status,10,7,INR,success,,111,7.00,INR,something new,2026-01-15T12:00:00Z,,sale",
		}, lines)
		assert.Contains(d.t, got.stdout, "ecommpay: 12 rows: 5 matched, 3 different, 1 missing, 1 duplicate, 2 unreadable\n")

		_, lines = d.reconcile("", "-ecommpay")
		assert.Contains(d.t, lines, "duplicate,equal,,,,,,,113,1.50,INR,success,2026-01-15T12:00:00Z,,sale", "another project's payment")
		_, lines = d.reconcile("", "-ecommpay", "-ecommpay-project", "1", "-ecommpay-types", "sale,refund", "-status-map", "something new=success")
		assert.Contains(d.t, lines, "duplicate,refunded,,,,,,,105,2.00,INR,success,2026-01-15T12:00:00Z,,refund")
		assert.Contains(d.t, lines, "missing_in_ecommpay,kwd,,2,1.5,KWD,fail,,,,,,,,")
		assert.NotContains(d.t, got.stdout, "unknown status")
	})
}

func TestThePeriodOfEcommpay(t *testing.T) {
	t.Parallel()
	onEach(t, func(d target) {
		d.store(operation{key: "1", amount: "1", currency: "INR", status: "success", at: "2026-01-15T23:59:59.900000Z"})
		d.storeSales(
			sale{"1", "sale", "success", "INR", 1, 100, noon.Add(12 * time.Hour)},
			sale{"2", "sale", "success", "INR", 1, 100, noon.Add(12*time.Hour + 30*time.Minute)},
			sale{"3", "sale", "success", "INR", 1, 100, noon.Add(-13*time.Hour - 30*time.Minute)},
			sale{"4", "sale", "success", "INR", 1, 100, noon.Add(-11*time.Hour - 30*time.Minute)},
		)
		day := []string{"-ecommpay", "-from", "2026-01-15", "-to", "2026-01-15"}
		got, lines := d.reconcile("", day...)
		assert.Equal(d.t, 1, got.code)
		assert.Equal(d.t, []string{"missing_in_ecommpay,1", "missing_in_vima,4"}, first(d.t, 2, lines))
		got, lines = d.reconcile("", append(day, "-edge", "1h")...)
		assert.Equal(d.t, 4, got.code)
		assert.Equal(d.t, []string{"waiting,4"}, first(d.t, 2, lines))
		assert.Contains(d.t, got.stdout, "vima: 1 rows: 1 matched\necommpay: 3 rows: 1 matched, 1 waiting, 1 outside\n")
	})
}
