package sqltest_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"
)

const postgresVariable = "PAYCLIENTS_POSTGRES"

// long reports whether the tests have the time to try more.
func long() bool { return os.Getenv("PAYCLIENTS_LONG") != "" }

// database is an empty one of a test, to which any number of pools connect.
type database struct {
	t           *testing.T // the test that it is of
	postgres    bool
	driver, dsn string
	through     *flaky // that pools connect through; nil is none
}

// onBoth runs a test on both databases.
func onBoth(t *testing.T, test func(d database)) {
	t.Helper()
	for name, open := range opens() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			d.t = t
			test(d)
		})
	}
}

func opens() map[string]func(testing.TB) database {
	return map[string]func(testing.TB) database{"SQLite": sqlite, "PostgreSQL": postgres}
}

// each runs a test for each subject on both databases.
func each(t *testing.T, test func(s subject, d database)) {
	t.Helper()
	for _, s := range subjects() {
		t.Run(s.facts().name, func(t *testing.T) {
			t.Parallel()
			onBoth(t, func(d database) { test(s, d) })
		})
	}
}

// eachOn runs a test for each subject on one kind of database.
func eachOn(t *testing.T, open func(testing.TB) database, test func(s subject, d database)) {
	t.Helper()
	for _, s := range subjects() {
		t.Run(s.facts().name, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			d.t = t
			test(s, d)
		})
	}
}

func sqlite(t testing.TB) database {
	t.Helper()
	file := (&url.URL{Path: filepath.ToSlash(filepath.Join(t.TempDir(), "sync.db"))}).EscapedPath()
	return database{driver: "sqlite", dsn: "file:" + file + "?_pragma=busy_timeout(20000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)"}
}

// postgres is a schema of its own.
func postgres(t testing.TB) database {
	t.Helper()
	dsn := os.Getenv(postgresVariable)
	if dsn == "" {
		t.Skip("no PostgreSQL: set " + postgresVariable + " to a connection string to run this")
	}
	schema := fmt.Sprintf("sync_%d_%d", os.Getpid(), rand.Uint32())
	admin, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	admin.SetMaxIdleConns(0) // a test may have many schemas
	_, err = admin.ExecContext(t.Context(), "CREATE SCHEMA "+schema)
	require.NoError(t, err, postgresVariable+" is set, so PostgreSQL has to answer")
	t.Cleanup(func() {
		_, err := admin.ExecContext(context.WithoutCancel(t.Context()), "DROP SCHEMA "+schema+" CASCADE")
		require.NoError(t, err)
		require.NoError(t, admin.Close())
	})
	address, err := url.Parse(dsn)
	require.NoError(t, err)
	query := address.Query()
	query.Set("search_path", schema)
	query.Set("synchronous_commit", "off") // tests kill processes, not the machine
	address.RawQuery = query.Encode()
	return database{postgres: true, driver: "pgx", dsn: address.String()}
}

// pool is a pool of connections of its own, as another process has one.
func (d database) pool(t testing.TB) *sql.DB {
	t.Helper()
	if d.through != nil {
		db := sql.OpenDB(d.through)
		t.Cleanup(func() { _ = db.Close() })
		if d.dsn == ":memory:" {
			db.SetMaxOpenConns(1)
		}
		return db
	}
	db, err := sql.Open(d.driver, d.dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// store is a migrated store over db, with a ledger: a row for each version that
// was applied, written in the transaction that applied it.
func (d database) store(t testing.TB, s subject, db *sql.DB, o options) replica {
	t.Helper()
	r := d.open(t, s, db, o)
	require.NoError(t, r.Migrate(t.Context()))
	_, err := db.ExecContext(t.Context(), `CREATE TABLE IF NOT EXISTS ledger (id BIGINT NOT NULL, version TEXT NOT NULL)`)
	require.NoError(t, err)
	return r
}

// open is a store as another process has it.
func (d database) open(t testing.TB, s subject, db *sql.DB, o options) replica {
	t.Helper()
	if o.apply == nil && !o.silent {
		o.apply = d.enter
	}
	r, err := s.open(d, db, o)
	require.NoError(t, err)
	return r
}

// enter writes a version that is applied in the ledger.
func (d database) enter(ctx context.Context, tx *sql.Tx, a applied) error {
	statement := "INSERT INTO ledger (id, version) VALUES (?, ?)"
	if d.postgres {
		statement = "INSERT INTO ledger (id, version) VALUES ($1, $2)"
	}
	_, err := tx.ExecContext(ctx, statement, a.id, a.version)
	return err
}

// empty makes the database as it was after Migrate.
func (d database) empty(t testing.TB, s subject, db *sql.DB) {
	t.Helper()
	for _, table := range []string{"sync_state", "sync_rejects", "sync_lease", "ledger", s.facts().table} {
		execute(t, db, "DELETE FROM "+table)
	}
}

// instant is a column of times as SQLite has them, on both databases.
func (d database) instant(column string) string {
	if d.postgres {
		return "to_char(" + column + ` AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
	}
	return column
}

// exact is the column of an exact amount.
func (d database) exact(column string) string {
	if d.postgres {
		return column
	}
	return column + "_text"
}

// amount is the column that a row's amount is compared by.
func (d database) amount(is facts) string {
	if is.name == "vima" {
		return d.exact(is.amount)
	}
	return is.amount
}

func execute(t testing.TB, db *sql.DB, statement string) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), statement)
	require.NoError(t, err)
}

// text is a value, NULL where there is none.
func text(t testing.TB, db *sql.DB, query string) string {
	t.Helper()
	var value sql.NullString
	require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&value))
	if !value.Valid {
		return "NULL"
	}
	return value.String
}

func count(t testing.TB, db *sql.DB, from string) int64 {
	t.Helper()
	return integer(t, text(t, db, "SELECT count(*) FROM "+from))
}

func integer(t testing.TB, text string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(text, 10, 64)
	require.NoError(t, err)
	return n
}

func idText(id int64) string { return strconv.FormatInt(id, 10) }

// quoted is a text of SQL.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
