// Package sqltest tests the sync packages on real databases: SQLite in temporary
// files, and PostgreSQL if PAYCLIENTS_POSTGRES has a connection string. It is a
// module of its own because of the drivers. For example:
//
//	PAYCLIENTS_POSTGRES='postgres://postgres@127.0.0.1:5432/test' go test ./...
//
// Each test on PostgreSQL has its own schema and removes it. With
// PAYCLIENTS_LONG=1 a pass is killed at every call to the database, and processes
// are killed for longer. The command chaos kills whole processes, and has stores
// that break a rule on purpose; chaos pace measures first passes over a slow
// connection.
//
// A test is written once, for a subject: a sync package with its provider's fake.
// What only one package promises is tested in the file of its subject.
package sqltest
