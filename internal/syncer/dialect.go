package syncer

import "github.com/payclients/payclients-go/internal/sqldb"

// Dialect is a kind of database, see [sqldb.Dialect].
type Dialect = sqldb.Dialect

// The kinds of databases. The zero value is neither of them, so that a forgotten
// one is detected.
const (
	PostgreSQL = sqldb.PostgreSQL
	SQLite     = sqldb.SQLite
)
