// Package sqltest tries the sync packages on real databases, in a module of its
// own because of the drivers: SQLite in files of the test, and PostgreSQL where
// PAYCLIENTS_POSTGRES has a connection string, for example
//
//	PAYCLIENTS_POSTGRES='postgres://postgres@127.0.0.1:5432/test' go test ./...
//
// Each test on PostgreSQL has a schema of its own, which it removes. With
// PAYCLIENTS_LONG=1 a pass is killed at every call to the database, and processes
// for longer. The command chaos kills whole processes, and has the stores that
// leave out a rule; chaos pace measures first passes where requests take time.
//
// A test is written once, for a subject: a sync package with the fake of its
// provider. What only one of them promises is tried beside its subject.
package sqltest
