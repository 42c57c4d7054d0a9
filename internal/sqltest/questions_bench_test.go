package sqltest_test

import (
	"database/sql"
	"flag"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

var questionRows = flag.Int64("questions", 100_000, "rows that BenchmarkQuestions and BenchmarkIndexes work on")

// filled is a database with operations of the last 90 days.
func filled(b *testing.B, open func(testing.TB) database) (database, *sql.DB) {
	b.Helper()
	d := open(b)
	db := d.pool(b)
	db.SetMaxOpenConns(1)
	r := d.store(b, vimaSubject{}, db, options{silent: true, keepRaw: new(false)}).(vimaReplica)
	plan := vimatest.Plan{Operations: int(min(50_000, *questionRows)), Seed: 1, From: vima.DateOf(time.Now().AddDate(0, 0, -90)), Days: 91}
	var at vimasync.Checkpoint
	for _, page := range paged(plan.All(), 1000, func(o *vima.Operation) *vima.Operation {
		decoded := new(vima.Operation)
		require.NoError(b, decoded.UnmarshalJSON(o.Raw))
		return decoded
	}) {
		done, err := r.Commit(b.Context(), "bench", vimasync.Change{From: at, Next: "{}", Rows: page})
		require.NoError(b, err)
		at = done.Checkpoint
	}
	multiply(b, db, vimaSubject{}.facts(), *questionRows)
	execute(b, db, "ANALYZE")
	return d, db
}

// The questions of docs/sql.md, each once over all rows after one that warms up:
// go test -run '^$' -bench Questions -benchtime 1x -questions 1000000
func BenchmarkQuestions(b *testing.B) {
	for name, open := range opens() {
		b.Run(name, func(b *testing.B) {
			_, db := filled(b, open)
			asked := append(questions(b), question{"a lookup by the client id", "SELECT * FROM vima_report WHERE client_id = 'none'"})
			for _, q := range asked {
				b.Run(strings.ReplaceAll(q.title, " ", "_"), func(b *testing.B) {
					answer(b, db, q.statement)
					for b.Loop() {
						answer(b, db, q.statement)
					}
				})
			}
		})
	}
}

// What each index costs an insert: rows are copied into a table without it and into
// one with it.
func BenchmarkIndexes(b *testing.B) {
	for name, open := range opens() {
		b.Run(name, func(b *testing.B) {
			d, db := filled(b, open)
			is := vimaSubject{}.facts()
			column, of := "sql", "sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = 'vima_operations'"
			if d.postgres {
				column, of = "indexdef", d.indexes(is)
			}
			copied := func(index string) time.Duration {
				execute(b, db, "DROP TABLE IF EXISTS copied")
				if d.postgres {
					execute(b, db, "CREATE TABLE copied (LIKE vima_operations INCLUDING DEFAULTS, PRIMARY KEY (operation_id))")
				} else {
					execute(b, db, strings.Replace(text(b, db, "SELECT sql FROM sqlite_master WHERE name = 'vima_operations'"), "vima_operations", "copied", 1))
				}
				if index != "" {
					at := strings.Index(index, " ON ")
					_, rest, _ := strings.Cut(index[at:], "vima_operations")
					execute(b, db, "CREATE INDEX copied_index ON copied"+rest)
				}
				began := time.Now()
				execute(b, db, "INSERT INTO copied SELECT * FROM vima_operations")
				return time.Since(began)
			}
			best := func(index string) time.Duration { // what else the machine does only slows
				return min(copied(index), copied(index), copied(index), copied(index), copied(index))
			}
			for b.Loop() {
				indexes := answer(b, db, "SELECT "+column+" AS made FROM "+of)
				plain := best("")
				for _, index := range indexes {
					with := best(index["made"])
					b.Logf("%6.2f µs a row: %s", float64((with-plain).Microseconds())/float64(*questionRows), index["made"])
				}
				b.Logf("%6.2f µs a row without one", float64(plain.Microseconds())/float64(*questionRows))
			}
		})
	}
}
