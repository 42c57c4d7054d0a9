package syncer

import "github.com/payclients/payclients-go/internal/sqldb"

// Dialect is a kind of database.
type Dialect = sqldb.Dialect

// The dialects. The zero value is none, so that nobody gets one by forgetting.
const (
	PostgreSQL = sqldb.PostgreSQL
	SQLite     = sqldb.SQLite
)
