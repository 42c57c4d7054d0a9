// Package sqltest tries the sync packages on real databases, in a module of its
// own because of the drivers: SQLite in files of the test, and PostgreSQL where
// PAYCLIENTS_POSTGRES has a connection string, for example
//
//	PAYCLIENTS_POSTGRES='postgres://postgres@127.0.0.1:5432/test' go test ./...
//
// Each test on PostgreSQL has a schema of its own, which it removes. The command
// chaos kills whole processes.
package sqltest
