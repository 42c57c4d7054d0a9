package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Bind writes the placeholders of a statement, ? for each argument, as the dialect
// wants them.
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

// SQLiteTime has a fixed width, so that texts sort as times do.
const SQLiteTime = "2006-01-02T15:04:05.000000Z"

// Value is what the database is given for one. The zero time is NULL.
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

// Clean makes a text that every database takes: a row with a NUL or a broken
// character in it would be refused, and with it all rows after it, for ever.
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
