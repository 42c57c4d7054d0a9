package sqltest_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// BenchmarkSink for ecommpay, in pages of a thousand: ours, beside it a multi-row
// insert written by hand with the same columns and indexes and a commit a page,
// and the same rows once more, as the rewind window reads them.
func BenchmarkEcommpaySink(b *testing.B) {
	pages := ecommpayPages(b)
	for name, open := range map[string]func(testing.TB) database{"SQLite": sqlite, "PostgreSQL": postgres} {
		b.Run(name, func(b *testing.B) {
			var sink, byHand, again time.Duration
			for b.Loop() {
				s, _ := ecommpayBench(b, open(b))
				at := ecommpaysync.Checkpoint{}
				other := ecommpaySide{open(b)}
				_, db := ecommpayBench(b, other.database)
				commit := func(page []*ecommpay.Operation) time.Duration {
					start := time.Now()
					next, err := s.Commit(b.Context(), "bench", at, "{}", page, nil)
					require.NoError(b, err)
					at = next
					return time.Since(start)
				}
				for _, page := range pages {
					sink += commit(page)
					start := time.Now()
					require.NoError(b, other.insertByHand(b.Context(), db, page))
					byHand += time.Since(start)
				}
				for _, page := range pages {
					again += commit(page)
				}
			}
			rate := func(d time.Duration) float64 { return float64(benchRows) * float64(b.N) / d.Seconds() }
			b.ReportMetric(rate(sink), "rows/s")
			b.ReportMetric(rate(byHand), "byhand-rows/s")
			b.ReportMetric(rate(again), "again-rows/s")
			b.ReportMetric(100*byHand.Seconds()/sink.Seconds(), "%ofhand")
		})
	}
}

func ecommpayPages(b *testing.B) [][]*ecommpay.Operation {
	b.Helper()
	const size = 1000
	var pages [][]*ecommpay.Operation
	var page []*ecommpay.Operation
	for o := range (ecommpaytest.Plan{Operations: benchRows, Seed: 1}).All() {
		raw, err := o.MarshalJSON()
		require.NoError(b, err)
		decoded := new(ecommpay.Operation)
		require.NoError(b, decoded.UnmarshalJSON(raw))
		if page = append(page, decoded); len(page) == size {
			pages, page = append(pages, page), nil
		}
	}
	return pages
}

func ecommpayBench(b *testing.B, d database) (*ecommpaysync.SQLStore, *sql.DB) {
	b.Helper()
	db := d.pool(b)
	s, err := ecommpaysync.NewSQLStore(db, ecommpaySide{d}.kind())
	require.NoError(b, err)
	require.NoError(b, s.Migrate(b.Context()))
	return s, db
}

// insertByHand is what one writes without this module.
func (d ecommpaySide) insertByHand(ctx context.Context, db *sql.DB, page []*ecommpay.Operation) error {
	const columns = 22
	var statement strings.Builder
	statement.WriteString(`INSERT INTO ecommpay_operations (operation_id, digest, checkpoint, project_id, payment_id, operation_type, operation_status,
amount_minor, currency, converted_amount_minor, converted_currency, payment_method_name, payment_method_type,
operation_created_at, operation_completed_at, provider_date, shipment_date, arn, rrn, payment_provider_code, payment_provider_message, raw) VALUES `)
	args := make([]any, 0, len(page)*columns)
	for i, o := range page {
		if i > 0 {
			statement.WriteByte(',')
		}
		statement.WriteByte('(')
		for j := range columns {
			if j > 0 {
				statement.WriteByte(',')
			}
			if d.kind() == ecommpaysync.PostgreSQL {
				statement.WriteByte('$')
				statement.WriteString(strconv.Itoa(i*columns + j + 1))
			} else {
				statement.WriteByte('?')
			}
		}
		statement.WriteByte(')')
		args = append(args, d.byHand(o)...)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, statement.String(), args...); err != nil {
		return err
	}
	return tx.Commit()
}

func (d ecommpaySide) byHand(o *ecommpay.Operation) []any {
	instant := func(t time.Time) any {
		switch {
		case t.IsZero():
			return nil
		case d.kind() == ecommpaysync.PostgreSQL:
			return t
		default:
			return t.Format("2006-01-02T15:04:05.000000Z")
		}
	}
	amount := func(s ecommpay.Sum) any {
		if s.Currency == "" {
			return nil
		}
		return s.AmountMinor
	}
	id, err := strconv.ParseInt(o.OperationID, 10, 64)
	if err != nil {
		panic(err)
	}
	digest := sha256.Sum256(o.Raw)
	return []any{
		id, digest[:], 1, o.ProjectID, o.PaymentID, string(o.OperationType), string(o.OperationStatus),
		amount(o.SumInitial), o.SumInitial.Currency, amount(o.SumConverted), o.SumConverted.Currency, o.PaymentMethodName, o.PaymentMethodType,
		instant(o.OperationCreatedAt), instant(o.OperationCompletedAt), instant(o.ProviderDate), instant(o.ShipmentDate),
		o.ARN, o.RRN, o.PaymentProviderCode, o.PaymentProviderMessage, string(o.Raw),
	}
}
