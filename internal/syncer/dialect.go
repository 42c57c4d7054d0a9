package syncer

import "github.com/payclients/payclients-go/internal/sqldb"

// Dialect is a kind of database.
type Dialect = sqldb.Dialect

// The dialects. The zero value is not a dialect, so that a forgotten one is
// detected.
const (
	PostgreSQL = sqldb.PostgreSQL
	SQLite     = sqldb.SQLite
)
