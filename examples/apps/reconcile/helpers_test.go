package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima/vimasync"
)

const postgresVariable = "PAYCLIENTS_POSTGRES"

// target is a database of a test, with the tables of vimasync.
type target struct {
	t       *testing.T // the test that it is of
	where   string     // for -db
	db      *sql.DB
	dialect vimasync.Dialect
}

// onEach runs a test on both databases.
func onEach(t *testing.T, test func(d target)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(sqlite(t))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		test(postgres(t))
	})
}

func sqlite(t *testing.T) target {
	t.Helper()
	file := filepath.Join(t.TempDir(), "vima.db")
	db, err := sql.Open("sqlite", sqliteDSN(file, "_pragma=busy_timeout(20000)&_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return target{t: t, where: file, db: db, dialect: vimasync.SQLite}.migrated()
}

// postgres is a schema of its own.
func postgres(t *testing.T) target {
	t.Helper()
	dsn := os.Getenv(postgresVariable)
	if dsn == "" {
		t.Skip("no PostgreSQL: set " + postgresVariable + " to a connection string to run this")
	}
	schema := fmt.Sprintf("reconcile_%d_%d", os.Getpid(), rand.Uint32())
	admin, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
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
	address.RawQuery = query.Encode()
	db, err := sql.Open("pgx", address.String())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return target{t: t, where: address.String(), db: db, dialect: vimasync.PostgreSQL}.migrated()
}

func (d target) migrated() target {
	d.t.Helper()
	store, err := vimasync.NewSQLStore(d.db, d.dialect)
	require.NoError(d.t, err)
	require.NoError(d.t, store.Migrate(d.t.Context()))
	return d
}

func (d target) exec(statement string, args ...any) {
	d.t.Helper()
	bound := d.database().bind(statement)
	_, err := d.db.ExecContext(d.t.Context(), bound, args...)
	require.NoError(d.t, err)
}

// amount names the column of exact amounts.
func (d target) amount() string {
	if d.dialect == vimasync.PostgreSQL {
		return "amount"
	}
	return "amount_text"
}

func (d target) database() *database { return &database{postgres: d.dialect == vimasync.PostgreSQL} }

// operation is a row of vima_operations.
type operation struct {
	key, currency, status string
	method                string
	amount, at            any // text, or nil
}

func paid(key, amount string) operation {
	return operation{key: key, amount: amount, currency: "INR", status: "success"}
}

var noon = time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)

// store puts operations into vima_operations, with ids from 1 on.
func (d target) store(operations ...operation) target {
	d.t.Helper()
	for i, o := range operations {
		amount, at := "?", "?"
		if d.dialect == vimasync.PostgreSQL {
			amount, at = "CAST(CAST(? AS text) AS numeric)", "CAST(CAST(? AS text) AS timestamptz)"
		}
		d.exec(`INSERT INTO vima_operations (operation_id, operation_update_id, client_operation_id, reference_id, project, method, status,
current_status, payment_status, payment_method_code, `+d.amount()+`, currency, requested_currency, complete_currency, fee_currency, operation_created_at)
VALUES (`+fmt.Sprintf("%d, %d", i+1, i+1)+`, ?, '', '91game', ?, ?, '', '', '', `+amount+`, ?, '', '', '', `+at+`)`,
			o.key, o.method, o.status, o.amount, o.currency, o.at)
	}
	return d
}

type result struct {
	code           int
	stdout, stderr string
}

// start runs the program in this process.
func start(t *testing.T, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := program().Run(t.Context(), &cli.Call{Args: args, Env: func(string) string { return "" }, Out: &stdout, Err: &stderr}, run)
	return result{code, stdout.String(), stderr.String()}
}

// reconcile runs the program on d and a file, and returns the lines of -out.
func (d target) reconcile(csv string, args ...string) (result, []string) {
	d.t.Helper()
	dir := d.t.TempDir()
	out := filepath.Join(dir, "out.csv")
	args = append(args, "-db", d.where, "-out", out)
	if csv != "" {
		args = append(args, "-csv", write(d.t, filepath.Join(dir, "payshack.csv"), csv))
	}
	got := start(d.t, args...)
	if got.code > 1 && got.code != 4 {
		require.NoFileExists(d.t, out)
		return got, nil
	}
	return got, lines(read(d.t, out))[1:]
}

func lines(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

func write(t *testing.T, file, text string) string {
	t.Helper()
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}
