package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/payclients/payclients-go/examples/apps/internal/address"
	"github.com/payclients/payclients-go/examples/internal/cli"
)

// database is what the sync packages have stored: a SQLite file or a PostgreSQL
// database. It is read and never written to.
type database struct {
	db       *sql.DB
	postgres bool
	name     string // for the heading: no address, no user, no password
}

// open connects to the PostgreSQL of a URL, or to a file of SQLite.
func open(ctx context.Context, where string) (*database, error) {
	var d *database
	var err error
	if address.IsPostgres(where) {
		d, err = openPostgres(where)
	} else {
		d, err = openSQLite(where)
	}
	if err != nil {
		return nil, err
	}
	if err := d.db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%w %s: %w", errDatabase, d.name, err), d.close())
	}
	return d, nil
}

func openPostgres(where string) (*database, error) {
	db, err := address.Postgres(where)
	if err != nil {
		return nil, err
	}
	return &database{db: db, postgres: true, name: "PostgreSQL"}, nil
}

func openSQLite(file string) (*database, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("-db: %w", address.WithoutPath(err))
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: -db is not a file", cli.ErrUsage)
	}
	db, err := sql.Open("sqlite", sqliteDSN(file, "mode=ro&_pragma=query_only(1)&_pragma=busy_timeout(10000)"))
	return &database{db: db, name: filepath.Base(file)}, err
}

func sqliteDSN(file, options string) string {
	return "file:" + (&url.URL{Path: filepath.ToSlash(file)}).EscapedPath() + "?" + options
}

func (d *database) close() error { return d.db.Close() }

// query reads rows, with ? for each argument.
func (d *database) query(ctx context.Context, statement string, args ...any) (*sql.Rows, error) {
	return d.db.QueryContext(ctx, d.bind(statement), args...)
}

// bind writes the placeholders of a statement as the database wants them.
func (d *database) bind(statement string) string {
	if !d.postgres {
		return statement
	}
	var numbered strings.Builder
	for i, part := range strings.Split(statement, "?") {
		if i > 0 {
			numbered.WriteString("$" + strconv.Itoa(i))
		}
		numbered.WriteString(part)
	}
	return numbered.String()
}

// bytewise orders a text by its bytes: the orders of a database's language may put
// keys in any order, and take some for equal.
func (d *database) bytewise(column string) string {
	if d.postgres {
		return column + ` COLLATE "C"`
	}
	return column + " COLLATE BINARY"
}

// storedTime is how SQLite has times; PostgreSQL is made to give the same.
const storedTime = "2006-01-02T15:04:05.000000Z"

func (d *database) timeText(column string) string {
	if d.postgres {
		return `to_char(` + column + ` AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
	}
	return column
}

// created are the conditions for rows of a period, with those that have no time.
func (d *database) created(p period) (where string, args []any) {
	argument := "?"
	if d.postgres {
		argument = "CAST(CAST(? AS text) AS timestamptz)"
	}
	add := func(operator string, t time.Time) {
		where += " AND (operation_created_at IS NULL OR operation_created_at " + operator + " " + argument + ")"
		args = append(args, t.UTC().Format(storedTime))
	}
	if !p.from.IsZero() {
		add(">=", p.from)
	}
	if !p.end.IsZero() {
		add("<", p.end)
	}
	return where, args
}

// oneOf is the condition that a column has one of some values; none is any.
func oneOf(column string, values []string) (where string, args []any) {
	if len(values) == 0 {
		return "", nil
	}
	for _, value := range values {
		args = append(args, value)
	}
	return " AND " + column + " IN (?" + strings.Repeat(", ?", len(values)-1) + ")", args
}
