package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Dialect is a kind of database: PostgreSQL or SQLite. The packages that users see
// have their own types with the same values. Check Valid first: other methods treat
// an invalid value as SQLite or PostgreSQL, without an error.
type Dialect int

// The dialects. The zero value is not a dialect, so that [Dialect.Valid] detects a
// forgotten one.
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

// Exact returns the name of the column that holds the exact value of an amount.
// column is the name of the amount's column on PostgreSQL. On PostgreSQL Exact
// returns column unchanged. On SQLite it returns column with "_text" added: this
// column holds the amount as a string. Other columns on SQLite hold the amount in
// minor units, for comparisons and sums.
func (d Dialect) Exact(column string) string {
	if d == SQLite {
		return column + "_text"
	}
	return column
}

// TxOptions returns the options of a transaction: isolation level read committed on
// PostgreSQL, and nil on SQLite.
//
// On PostgreSQL a commit of a sync package needs read committed: a statement that
// waited for a row's lock then reads the row again, and sees whether another
// process has moved the checkpoint. SQLite's isolation is stronger, and its drivers
// refuse the option.
func (d Dialect) TxOptions() *sql.TxOptions {
	if d == PostgreSQL {
		return &sql.TxOptions{Isolation: sql.LevelReadCommitted}
	}
	return nil
}

// Present returns an SQL expression for the current time by the database's clock,
// as a time column holds it. On PostgreSQL it is a timestamptz with microseconds.
// On SQLite it is a string in the layout SQLiteTime with milliseconds: the last
// three of its six decimal places are always 0.
func (d Dialect) Present() string {
	if d == PostgreSQL {
		return "clock_timestamp()"
	}
	return "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')"
}

// Now returns an SQL expression for the current time by the database's clock, as a
// whole number of milliseconds since 1970 (UTC). With PostgreSQL all processes
// therefore use one clock; SQLite uses the clock of the machine.
func (d Dialect) Now() string {
	if d == PostgreSQL {
		return "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
	}
	return "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"
}

// Bind returns statement with the dialect's placeholders. On PostgreSQL it replaces
// the first ? by $1, the second by $2 and so on. A ? inside a string of the
// statement is replaced too. On SQLite it returns statement unchanged.
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

// SQLiteTime is the layout for time.Format of a time in a column on SQLite. The
// time must be in UTC. The width is fixed, with microseconds, so that strings sort
// by time.
const SQLiteTime = "2006-01-02T15:04:05.000000Z"

// Value returns the form in which value is passed to the database. It changes two
// types only:
//
//   - time.Time: the zero time becomes nil (NULL). On PostgreSQL any other time is
//     converted to UTC and keeps all its digits. On SQLite it becomes a string in
//     UTC in the layout SQLiteTime, which cuts the time to microseconds.
//   - string: it is cleaned by [Clean].
//
// Any other value is returned unchanged, pointers to these types too.
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

// Clean returns text with U+FFFD in place of each NUL and each run of broken UTF-8,
// so that every database accepts the text. Other text is returned unchanged. Without
// Clean a database may refuse a row because of its text. A sync would then stop at
// this row in every run, and would never store the rows after it.
func Clean(text string) string {
	if utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 {
		return text
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

// Each runs query with args on db, a *sql.DB, *sql.Conn or *sql.Tx, and calls scan
// for each row. args may be nil. It stops at the first error and returns the error
// unchanged: of the query, of reading the rows, of ctx or of scan. Without rows it
// returns nil. Each closes the rows; scan must not keep them. Nothing is retried.
func Each(ctx context.Context, db interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}, query string, args []any, scan func(*sql.Rows) error,
) error {
	rows, err := db.QueryContext(ctx, query, args...)
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
