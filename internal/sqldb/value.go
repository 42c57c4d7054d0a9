package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

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
