// Package addresstest has values that are not the address of a database.
package addresstest

// Spellings are values for -db that are neither a URL of PostgreSQL nor plainly a
// path; each has a password.
var Spellings = []string{
	"mysql://syncer:to-hide@h/ops", `"postgres://syncer:to-hide@h/ops"`, "'postgres://syncer:to-hide@h/ops'", " postgres://syncer:to-hide@h/ops",
	"Postgres://syncer:to-hide@h/ops", "POSTGRESQL://syncer:to-hide@h/ops", "postgres:/syncer:to-hide@h/ops", "postgres//syncer:to-hide@h/ops",
	"postgre://syncer:to-hide@h/ops", "pgx5://syncer:to-hide@h/ops", "jdbc:postgresql://h/ops?user=u&password=to-hide", "syncer:to-hide@h/ops",
	"//syncer:to-hide@h/ops", "syncer/to-hide@h:1521/ops", "postgres%3A%2F%2Fsyncer%3Ato-hide%40h", "\ufeffpostgres://syncer:to-hide@h/ops",
	"postgres\uff1a//syncer:to-hide@h/ops", "<postgres://syncer:to-hide@h/ops>", "\tpostgres://syncer:to-hide@h/ops", "SYNCD_DB=postgres://syncer:to-hide@h/ops",
	"host=127.0.0.1 user=syncer password=to-hide dbname=ops", "password = 'to-hide' host = h", "PASSWORD=to-hide", "Server=h;Password=to-hide;",
	"file:ops.db?_auth&_auth_pass=to-hide", "file:///ops.db?key=to-hide", "ops.db?_pragma_key=x'to-hide'", "sqlite://:to-hide@/ops.db",
	"ops.db\x00to-hide", "ops.db\nto-hide", "$DATABASE_URL:to-hide", "{to-hide}", "ops.db ", "to-hide|ops.db",
}

// URLs are of PostgreSQL databases that cannot be reached; each has a password, a user or
// a name to hide.
var URLs = []string{
	"postgres://to-hide:to-hide@127.0.0.1:1/to-hide", "postgresql://syncer:12/to-hide@h/ops", "postgres://syncer:to-hide@127.0.0.1:1,127.0.0.1:2/ops",
	"postgres://to-hide.invalid/ops", "postgres://syncer:to-hide@h/ops?sslmode=to-hide", "postgres://u:to-hide@[::1/ops", "postgres://%zzto-hide@h/ops",
	"postgres:///ops?host=/to-hide&password=to-hide", "postgres://u@127.0.0.1:1/ops?password=to-hide&service=to-hide",
}
