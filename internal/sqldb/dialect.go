package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Dialect is a kind of database. The packages that users see have their own types
// with the same values.
type Dialect int

// The dialects. The zero value is not a dialect, so that a forgotten one is
// detected.
const (
	PostgreSQL Dialect = iota + 1
	SQLite
)

// Valid reports whether d is one of the dialects.
func (d Dialect) Valid() bool { return d == PostgreSQL || d == SQLite }

// String returns the folder name of the dialect's migrations, "unknown" for an
// invalid one.
func (d Dialect) String() string {
	switch d {
	case PostgreSQL:
		return "postgres"
	case SQLite:
		return "sqlite"
	default:
		return "unknown"
	}
}

// Exact returns the name of the column of an exact amount. On SQLite the column
// holds a string and its name says so: amounts there are compared and summed by
// their minor units.
func (d Dialect) Exact(column string) string {
	if d == SQLite {
		return column + "_text"
	}
	return column
}

// TxOptions returns the options of a transaction. The compare-and-swap relies on
// read committed: a statement that waited for a row's lock reads the row again.
// SQLite's isolation is stronger, and its drivers refuse the option.
func (d Dialect) TxOptions() *sql.TxOptions {
	if d == PostgreSQL {
		return &sql.TxOptions{Isolation: sql.LevelReadCommitted}
	}
	return nil
}

// Present returns the SQL for the database's clock in the form of a time column.
func (d Dialect) Present() string {
	if d == PostgreSQL {
		return "clock_timestamp()"
	}
	return "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')"
}

// Now returns the SQL for the database's clock in milliseconds, so that the
// clocks of processes do not matter.
func (d Dialect) Now() string {
	if d == PostgreSQL {
		return "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
	}
	return "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"
}

// Bind returns a statement with the dialect's placeholders instead of ?.
func (d Dialect) Bind(statement string) string {
	if d != PostgreSQL {
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

// SQLiteTime has a fixed width, so that strings sort by time.
const SQLiteTime = "2006-01-02T15:04:05.000000Z"

// Value returns what is passed to the database for a value: NULL for the zero
// time, UTC for other times, clean strings.
func (d Dialect) Value(value any) any {
	switch v := value.(type) {
	case time.Time:
		if v.IsZero() {
			return nil
		}
		if d == SQLite {
			return v.UTC().Format(SQLiteTime)
		}
		return v.UTC()
	case string:
		return Clean(v)
	default:
		return value
	}
}

// Clean returns a string that every database accepts, with U+FFFD for a NUL or a
// broken character. Otherwise the row would be refused, and with it all rows
// after it, forever.
func Clean(text string) string {
	if utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 {
		return text
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

// Each calls scan for each row of a query, up to the first error.
func Each(ctx context.Context, from interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}, query string, args []any, scan func(*sql.Rows) error,
) error {
	rows, err := from.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err has the error
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
