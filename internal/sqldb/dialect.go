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

// Valid reports whether d is PostgreSQL or SQLite.
func (d Dialect) Valid() bool { return d == PostgreSQL || d == SQLite }

// String returns the folder name of the dialect's migrations: "postgres" or
// "sqlite". It returns "unknown" for any other value.
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

// Exact returns the name of the database's column for the exact amount column. On
// PostgreSQL it is column itself. On SQLite it is column with "_text" added,
// because it holds a string: amounts there are compared and summed by their minor
// units.
func (d Dialect) Exact(column string) string {
	if d == SQLite {
		return column + "_text"
	}
	return column
}

// TxOptions returns the options of a transaction: read committed on PostgreSQL,
// and nil on SQLite. The compare-and-swap of a checkpoint relies on read
// committed: a statement that waited for a row's lock reads the row again.
// SQLite's isolation is stronger, and its drivers refuse the option.
func (d Dialect) TxOptions() *sql.TxOptions {
	if d == PostgreSQL {
		return &sql.TxOptions{Isolation: sql.LevelReadCommitted}
	}
	return nil
}

// Present returns an SQL expression for the present by the database's clock, in
// the form of a time column.
func (d Dialect) Present() string {
	if d == PostgreSQL {
		return "clock_timestamp()"
	}
	return "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')"
}

// Now returns an SQL expression for the present by the database's clock, in
// milliseconds since 1970. The clocks of processes then do not matter.
func (d Dialect) Now() string {
	if d == PostgreSQL {
		return "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
	}
	return "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"
}

// Bind returns statement with the dialect's placeholders: $1, $2 and so on for
// each ? on PostgreSQL. On SQLite it returns statement unchanged. A ? inside a
// string of the statement is replaced too.
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

// Value returns the form in which value is passed to the database. The zero time
// becomes NULL (nil), and another time becomes UTC, as a string on SQLite. A
// string is cleaned as Clean does. Any other value stays unchanged.
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

// Clean returns text with U+FFFD for each NUL and each run of broken UTF-8, so
// that every database accepts it. Otherwise the database would refuse the row, and
// with it all rows after it, forever.
func Clean(text string) string {
	if utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 {
		return text
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

// Each runs query with args on from and calls scan for each row. It stops at the
// first error, and returns it: an error of the query or of scan.
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
