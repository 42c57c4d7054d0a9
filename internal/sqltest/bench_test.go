package sqltest_test

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

const (
	benchRows = 100_000
	benchPage = 100
)

// The sink alone: decoded operations, a hundred a commit, into an empty database
// of each kind; beside it the same rows by a multi-row insert written by hand,
// with the same columns and indexes and a commit a page, but with no checkpoint,
// no versions and no look at what is stored. They take turns page by page, so
// that what else the machine does slows both. Last the same rows once more, as
// the rewind window reads them.
func BenchmarkSink(b *testing.B) {
	pages := benchPages(b)
	for name, open := range map[string]func(testing.TB) database{"SQLite": sqlite, "PostgreSQL": postgres} {
		b.Run(name, func(b *testing.B) {
			var sink, byHand, again time.Duration
			for b.Loop() {
				s, at := benchStore(b, open(b)), vimasync.Checkpoint{}
				other := open(b)
				benchStore(b, other)
				db := other.pool(b)
				commit := func(page []*vima.Operation) time.Duration {
					start := time.Now()
					next, err := s.Commit(b.Context(), "bench", at, "{}", page, nil)
					require.NoError(b, err)
					at = next
					return time.Since(start)
				}
				for _, page := range pages {
					sink += commit(page)
					start := time.Now()
					require.NoError(b, insertByHand(b.Context(), other, db, page))
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

func benchPages(b *testing.B) [][]*vima.Operation {
	b.Helper()
	var pages [][]*vima.Operation
	var page []*vima.Operation
	for o := range (vimatest.Plan{Operations: benchRows, Seed: 1}).All() {
		decoded := new(vima.Operation)
		require.NoError(b, decoded.UnmarshalJSON(o.Raw))
		if page = append(page, decoded); len(page) == benchPage {
			pages, page = append(pages, page), nil
		}
	}
	return pages
}

func benchStore(b *testing.B, d database) *vimasync.SQLStore {
	b.Helper()
	s, err := vimasync.NewSQLStore(d.pool(b), d.dialect)
	require.NoError(b, err)
	require.NoError(b, s.Migrate(b.Context()))
	return s
}

// insertByHand is what one writes without this module.
func insertByHand(ctx context.Context, d database, db *sql.DB, page []*vima.Operation) error {
	const columns = 23
	var statement strings.Builder
	statement.WriteString(`INSERT INTO vima_operations (operation_id, operation_update_id, operation_create_id, client_operation_id, reference_id,
project, method, status, current_status, payment_status, payment_method_code, amount, currency, requested_minor, requested_currency,
complete_amount, complete_currency, fee, fee_currency, operation_created_at, operation_modified_at, complete_modified_at, raw) VALUES `)
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
			if d.dialect == vimasync.PostgreSQL {
				statement.WriteByte('$')
				statement.WriteString(strconv.Itoa(i*columns + j + 1))
			} else {
				statement.WriteByte('?')
			}
		}
		statement.WriteByte(')')
		args = append(args, byHand(d, o)...)
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

func byHand(d database, o *vima.Operation) []any {
	number := func(text string) any {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil
		}
		return n
	}
	money := func(d fmt.Stringer, known bool) any {
		if !known {
			return nil
		}
		return d.String()
	}
	instant := func(t time.Time) any {
		if t.IsZero() {
			return nil
		}
		if d.dialect == vimasync.PostgreSQL {
			return t
		}
		return t.Format("2006-01-02T15:04:05.000000Z")
	}
	amount, currency, known := o.Amount()
	fee, feeCurrency, charged := o.Fee()
	requested := o.CreateParams.Params.Payment.Amount
	var minor any
	if requested.ValueMinor != nil {
		minor = *requested.ValueMinor
	}
	return []any{
		number(o.OperationID), number(o.OperationUpdateID), number(o.OperationCreateID), o.ClientOperationID, o.ReferenceID,
		o.Project, o.CreateParams.Method, string(o.Outcome()), string(o.CurrentStatus), string(o.PaymentStatus), o.PaymentMethodCode,
		money(amount, known), currency, minor, requested.Currency,
		money(o.CompleteAmount, o.CompleteAmount != nil), o.CompleteCurrency, money(fee, charged), feeCurrency,
		instant(o.OperationCreatedAt), instant(o.OperationModifiedAt), instant(o.CompleteModifiedAt), string(o.Raw),
	}
}
