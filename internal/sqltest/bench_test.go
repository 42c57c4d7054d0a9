package sqltest_test

import (
	"context"
	"database/sql"
	"iter"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const benchRows = 100_000

// The sink alone: decoded rows, a page a commit, into an empty database of each
// kind; beside it the same rows by a multi-row insert written by hand, with the
// same columns and indexes and a commit a page, but with no checkpoint, no
// versions and no look at what is stored. They take turns page by page, so that
// what else the machine does slows both. Last the same rows once more, as the
// rewind window reads them.
func BenchmarkSink(b *testing.B) {
	for name, sink := range map[string]func(*testing.B) sink{"vima": vimaSink, "ecommpay": ecommpaySink, "transactions": transactionsSink} {
		b.Run(name, func(b *testing.B) {
			s := sink(b)
			for name, open := range opens() {
				b.Run(name, func(b *testing.B) { s.run(b, open) })
			}
		})
	}
}

// sink is what a benchmark compares.
type sink struct {
	subject subject
	pages   int
	commit  func(ctx context.Context, r replica, from int64, page int) error
	table   func(database) string // with its columns
	byHand  func(d database, page int) [][]any
}

func (s sink) run(b *testing.B, open func(testing.TB) database) {
	b.Helper()
	var ours, byHand, again time.Duration
	for b.Loop() {
		d, other := open(b), open(b)
		r := d.store(b, s.subject, d.pool(b), options{silent: true})
		db := other.pool(b)
		other.store(b, s.subject, db, options{silent: true})
		for page := range s.pages {
			start := time.Now()
			require.NoError(b, s.commit(b.Context(), r, int64(page), page))
			ours += time.Since(start)
			start = time.Now()
			require.NoError(b, insert(b.Context(), other, db, s.table(other), s.byHand(other, page)))
			byHand += time.Since(start)
		}
		for page := range s.pages {
			start := time.Now()
			require.NoError(b, s.commit(b.Context(), r, int64(s.pages+page), page))
			again += time.Since(start)
		}
	}
	rate := func(d time.Duration) float64 { return float64(benchRows) * float64(b.N) / d.Seconds() }
	b.ReportMetric(rate(ours), "rows/s")
	b.ReportMetric(rate(byHand), "byhand-rows/s")
	b.ReportMetric(rate(again), "again-rows/s")
	b.ReportMetric(100*byHand.Seconds()/ours.Seconds(), "%ofhand")
}

// insert is what one writes without this module.
func insert(ctx context.Context, d database, db *sql.DB, table string, rows [][]any) error {
	statement := strings.Builder{}
	statement.WriteString("INSERT INTO " + table + " VALUES ")
	var args []any
	for i, values := range rows {
		if i > 0 {
			statement.WriteByte(',')
		}
		statement.WriteByte('(')
		for j := range values {
			if j > 0 {
				statement.WriteByte(',')
			}
			if d.postgres {
				statement.WriteString("$" + strconv.Itoa(len(args)+j+1))
			} else {
				statement.WriteByte('?')
			}
		}
		statement.WriteByte(')')
		args = append(args, values...)
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

// instant is a time as insert stores it.
func instant(d database, t time.Time) any {
	switch {
	case t.IsZero():
		return nil
	case d.postgres:
		return t
	default:
		return t.Format("2006-01-02T15:04:05.000000Z")
	}
}

// paged are rows in pages.
func paged[R any](rows iter.Seq[*R], size int, decode func(*R) *R) [][]*R {
	var pages [][]*R
	var page []*R
	for row := range rows {
		if page = append(page, decode(row)); len(page) == size {
			pages, page = append(pages, page), nil
		}
	}
	return pages
}
