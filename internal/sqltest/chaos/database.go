package main

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver of PostgreSQL
	_ "modernc.org/sqlite"             // the driver of SQLite
)

// postgresVariable is the environment variable with the URL of a PostgreSQL.
const postgresVariable = "PAYCLIENTS_POSTGRES"

const (
	sqlite     = "sqlite"
	postgresql = "postgresql"
)

func databases() []string { return []string{sqlite, postgresql} }

// database is the database of one trial. Any number of processes may connect.
type database struct {
	Kind, Driver, DSN string
	remove            func() error
}

func newDatabase(ctx context.Context, kind string) (database, error) {
	if kind == postgresql {
		return newSchema(ctx)
	}
	return newFile()
}

func newFile() (database, error) {
	dir, err := os.MkdirTemp("", "chaos")
	if err != nil {
		return database{}, err
	}
	file := (&url.URL{Path: filepath.ToSlash(filepath.Join(dir, "sync.db"))}).EscapedPath()
	return database{
		Kind: sqlite, Driver: "sqlite",
		DSN:    "file:" + file + "?_pragma=busy_timeout(30000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)",
		remove: func() error { return os.RemoveAll(dir) },
	}, nil
}

// newSchema creates a new schema in the PostgreSQL of the environment. remove
// drops it. It returns an error if the variable is not a URL or the schema cannot
// be created.
func newSchema(ctx context.Context) (database, error) {
	address, err := url.Parse(os.Getenv(postgresVariable))
	if err != nil || address.Scheme == "" {
		return database{}, errors.New(postgresVariable + ": must be a URL") // does not quote the text, which may hold a password
	}
	admin, err := sql.Open("pgx", address.String())
	if err != nil {
		return database{}, err
	}
	schema := fmt.Sprintf("chaos_%d_%d", os.Getpid(), rand.Uint32())
	if _, err := admin.ExecContext(ctx, "CREATE SCHEMA "+schema); err != nil {
		return database{}, errors.Join(err, admin.Close())
	}
	q := address.Query()
	q.Set("search_path", schema)
	q.Set("synchronous_commit", "off") // only processes are killed, never the machine
	address.RawQuery = q.Encode()
	return database{
		Kind: postgresql, Driver: "pgx", DSN: address.String(),
		remove: func() error {
			_, err := admin.ExecContext(context.WithoutCancel(ctx), "DROP SCHEMA "+schema+" CASCADE")
			return cmp.Or(err, admin.Close())
		},
	}, nil
}

// pool opens a connection pool for this process. The caller closes it. It returns
// an error for an unknown driver; it does not connect yet.
func (d database) pool() (*sql.DB, error) { return sql.Open(d.Driver, d.DSN) }

// bind replaces the placeholders ? of a statement by the database's own.
func (d database) bind(statement string) string {
	if d.Kind != postgresql {
		return statement
	}
	var out strings.Builder
	for i, part := range strings.Split(statement, "?") {
		if i > 0 {
			fmt.Fprintf(&out, "$%d", i)
		}
		out.WriteString(part)
	}
	return out.String()
}

func query[T any](ctx context.Context, pool *sql.DB, statement string, scan func(*sql.Rows) (T, error)) (all []T, err error) {
	rows, err := pool.QueryContext(ctx, statement)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err has the error
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
