package sqldb

import "database/sql"

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
