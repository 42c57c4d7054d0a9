package sqldb

import "database/sql"

// Dialect is a kind of database. The packages that users see have types of their
// own with the same values.
type Dialect int

// The dialects. The zero value is none, so that nobody gets one by forgetting.
const (
	PostgreSQL Dialect = iota + 1
	SQLite
)

// Valid reports whether d is one of the dialects.
func (d Dialect) Valid() bool { return d == PostgreSQL || d == SQLite }

// String names the dialect as its migrations' folder is named.
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

// Exact names the column of an exact amount. SQLite has it as text, which no name
// may hide: an amount there is compared and summed by its minor units.
func (d Dialect) Exact(column string) string {
	if d == SQLite {
		return column + "_text"
	}
	return column
}

// TxOptions are those of a transaction. The compare-and-swap rests on read
// committed: a statement that waited for a row's lock looks at the row anew.
// What SQLite does is stronger, and its drivers refuse to be asked.
func (d Dialect) TxOptions() *sql.TxOptions {
	if d == PostgreSQL {
		return &sql.TxOptions{Isolation: sql.LevelReadCommitted}
	}
	return nil
}

// Present is the database's own clock as a column of times has it.
func (d Dialect) Present() string {
	if d == PostgreSQL {
		return "clock_timestamp()"
	}
	return "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')"
}

// Now is the database's own clock in milliseconds, so that the clocks of the
// processes do not matter.
func (d Dialect) Now() string {
	if d == PostgreSQL {
		return "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
	}
	return "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"
}
