package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/cause"
)

// ErrSchema reports a database with a table that this module cannot write to, for
// example because a column has another type. The text names each problem. Migrate
// has changed nothing, and a retry does not help until the table is changed.
var ErrSchema = errors.New("the database has another schema")

// Migrator creates and upgrades the tables of one source (provider). All fields are
// required, with two exceptions: Backfill and Completed may both be missing, and
// SQLite ignores Lock. Nothing checks the fields. Names and Main become part of SQL
// statements.
type Migrator struct {
	DB      *sql.DB // not closed
	Dialect Dialect
	Files   fs.FS  // the files *.sql in its top folder, run in the order of their names
	Names   string // table with the names of the files that were run
	// Lock is the key of the PostgreSQL advisory lock under which tables are
	// created. Lock+1 is the key under which one process completes rows and
	// indexes.
	Lock int64
	Main string // table of the rows; if it is missing, the database counts as new
	// Backfill sets new columns in old rows, on conn and outside of a transaction.
	// nil means that there are no such columns. If Migrate creates the table with
	// the name Main, it does not call Backfill, and Backfill counts as done. After
	// an error the next Migrate calls Backfill again. After nil Backfill is not
	// called again.
	Backfill func(ctx context.Context, conn *sql.Conn) error
	// Completed is a name that Migrate stores in the table Names when Backfill has
	// returned nil or was not needed. It must differ from the names of the files.
	// A new name makes Migrate call Backfill once more. Without Backfill it is
	// ignored.
	Completed string
}

// namesTable returns the SQL statement that creates the table m.Names, unless the
// table exists. The table holds the names of the files that were run.
func (m Migrator) namesTable() string {
	return "CREATE TABLE IF NOT EXISTS " + m.Names + ` (
	name VARCHAR(200) NOT NULL PRIMARY KEY
)`
}

// Migrate creates missing tables and upgrades tables of an earlier version. It
// first checks the tables that are there, and returns ErrSchema if this module
// cannot write to one. It may run at any time and in several processes at once. A
// call for tables that are up to date changes nothing.
//
// One transaction creates missing tables, renames columns and adds nullable
// columns. These statements read and write no rows. What else happens depends on
// the table of the rows, whose name is m.Main:
//
//   - The table did not exist: the transaction creates the table and also the
//     indexes. Migrate does not call m.Backfill.
//   - The table existed: slow steps follow the transaction. Migrate calls
//     m.Backfill, which sets new columns in old rows. Migrate then creates the
//     indexes of the files in m.Files whose names end with "_indexes.sql". After an
//     error a later call continues these steps. Finished steps are not repeated.
//
// On PostgreSQL one call at a time, of all processes, runs the transaction, and one
// call at a time runs the slow steps. Another call waits for its turn, until the
// ctx of the waiting call ends. On SQLite each transaction of a call waits for the
// write lock, as long as the driver's busy timeout says.
//
// On both databases a statement may fail because another connection holds a lock.
// During the first 10 seconds of a call Migrate then starts over. Later Migrate
// returns the error of the database. The time that the call has waited for other
// processes is part of the 10 seconds.
//
// Migrate returns ErrSchema, the errors of reading m.Files, of the database and of
// m.Backfill, and ctx.Err() if ctx ends. All of them may be wrapped.
func (m Migrator) Migrate(ctx context.Context) error {
	for deadline := time.Now().Add(patience); ; {
		err := m.migrateOnce(ctx)
		if err = cause.Hide(ctx, err); err == nil || !busy(err) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w; %w", ctx.Err(), err)
		case <-time.After(patience / 500):
		}
	}
}

// patience is the time from a call of Migrate during which Migrate starts over
// after a statement that failed because another connection holds a lock:
//
//   - SQLite: for example another process opens a new file at the same time. The
//     busy timeout of SQLite does not cover the switch to the write-ahead log.
//   - PostgreSQL: a statement of another connection uses a table for longer than
//     [lockTimeout].
//
// patience does not limit how long Migrate waits on PostgreSQL for another Migrate.
const patience = 10 * time.Second

// busy reports whether err says that another connection holds a lock. It looks for
// the words of SQLite ("database is locked"), and for PostgreSQL's words after
// [lockTimeout] ("lock timeout"). All drivers pass these words on. busy panics if
// err is nil.
func busy(err error) bool {
	return strings.Contains(err.Error(), "database is locked") || strings.Contains(err.Error(), "lock timeout")
}

// lockTimeout is an SQL statement for PostgreSQL. After it each statement of the
// transaction waits at most 1 second for the lock of a table, and then fails. The
// limit is short because all other statements on the table wait behind a statement
// that waits for the lock. After a failure Migrate tries again, see [patience].
const lockTimeout = "SET LOCAL lock_timeout = '1s'"

func (m Migrator) migrateOnce(ctx context.Context) error {
	files, err := migrations(m.Files)
	if err != nil {
		return err
	}
	conn, err := m.DB.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close() //nolint:errcheck // Close only returns it to the pool
	if err := m.Dialect.In(ctx, conn, func() error { return m.migrate(ctx, conn, files) }); err != nil {
		return err
	}
	return m.complete(ctx, conn, files)
}

// In calls work in a transaction on conn. work must use conn for its statements. In
// does not retry. These are the cases:
//
//   - The transaction cannot begin: In returns an error of ctx or of the database,
//     and does not call work.
//   - work returns nil: In commits, and returns nil.
//   - The COMMIT fails: In rolls back, and returns the error of the COMMIT
//     unchanged. The work may be stored or not.
//   - work returns an error: In rolls back, and returns the error unchanged.
//   - work panics: In rolls back, and the panic goes on.
//
// In rolls back after the end of ctx too. After a rollback conn can be used again.
// If the rollback fails, In closes the connection to the database, so that the
// connection does not go back to the pool. conn then cannot be used any more. In
// does not return the error of the rollback.
//
// On SQLite the transaction takes the write lock when it begins (BEGIN IMMEDIATE),
// which BeginTx does not do. Without this lock a transaction that reads first could
// not write if another transaction has written in between.
func (d Dialect) In(ctx context.Context, conn *sql.Conn, work func() error) error {
	begin := "BEGIN IMMEDIATE"
	if d == PostgreSQL {
		begin = "BEGIN"
	}
	if _, err := conn.ExecContext(ctx, begin); err != nil {
		if ctx.Err() != nil { // the transaction may have begun anyway
			discard(context.WithoutCancel(ctx), conn)
		}
		return fmt.Errorf("begin a transaction: %w", err)
	}
	committed := false
	defer func() {
		if !committed { // after a panic of work too: the next user of conn must not be in this transaction
			discard(context.WithoutCancel(ctx), conn)
		}
	}()
	err := work()
	if err == nil {
		_, err = conn.ExecContext(ctx, "COMMIT")
		committed = err == nil
	}
	return err
}

func (m Migrator) migrate(ctx context.Context, conn *sql.Conn, files []migration) error {
	if m.Dialect == PostgreSQL {
		if _, err := conn.ExecContext(ctx, fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", m.Lock)); err != nil {
			return fmt.Errorf("wait for other migrations: %w", err)
		}
		if _, err := conn.ExecContext(ctx, lockTimeout); err != nil {
			return err
		}
	}
	made := []string{m.namesTable()}
	for _, f := range files {
		made = append(made, f.statements...)
	}
	wanted := shapeOf(made)
	there, err := m.look(ctx, conn, wanted.names())
	if err != nil {
		return fmt.Errorf("look at the tables: %w", err)
	}
	if problems := wanted.problems(m.Dialect, there, false); len(problems) > 0 {
		return fmt.Errorf("%w: %s", ErrSchema, strings.Join(problems, "; "))
	}
	if there[m.Names] == nil {
		if _, err := conn.ExecContext(ctx, m.namesTable()); err != nil {
			return fmt.Errorf("create %s: %w", m.Names, err)
		}
	}
	fresh := there[m.Main] == nil
	for _, f := range files {
		switch {
		case f.indexes() && !fresh:
			continue
		case f.indexes(): // the table is new, so an index may block it
			f = f.blocking()
		}
		if err := m.run(ctx, conn, f, there); err != nil {
			return fmt.Errorf("migration %s: %w", f.name, err)
		}
	}
	if fresh && m.Backfill != nil {
		if err := m.record(ctx, conn, m.Completed); err != nil {
			return err
		}
	}
	if there, err = m.look(ctx, conn, wanted.names()); err != nil {
		return fmt.Errorf("look at the tables: %w", err)
	}
	if problems := wanted.problems(m.Dialect, there, true); len(problems) > 0 {
		return fmt.Errorf("%w: %s", ErrSchema, strings.Join(problems, "; "))
	}
	return nil
}

// run executes statements of the file f on conn, and records the name of f in the
// table m.Names. Call run inside a transaction on conn: run does not begin or end
// one. It returns the errors of ctx and of the database. The caller must then roll
// back. relations holds, by name, the tables and views that the database had when
// the migration began.
//
//   - The name of f is not recorded yet: run executes all statements, with one
//     exception. It skips a statement that adds or renames a column if relations
//     already has the new column, for example from another tool.
//   - The name is recorded already: run executes only the statements that create
//     views which are not in relations, because a user may have dropped them to
//     change the type of a column.
func (m Migrator) run(ctx context.Context, conn *sql.Conn, f migration, relations map[string]*relation) error {
	done, err := m.done(ctx, conn, f.name)
	if err != nil {
		return err
	}
	for _, statement := range f.statements {
		view := createView.FindStringSubmatch(statement)
		lost := view != nil && relations[view[1]] == nil
		if done && !lost || hasColumn(relations, statement) {
			continue
		}
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	if done {
		return nil
	}
	return m.record(ctx, conn, f.name)
}

// hasColumn reports whether relations already has the new column of statement: the
// column that statement adds, or the new name of the column that statement renames.
// relations holds the tables of the database by name. hasColumn returns false for
// every other statement, and if relations does not have the table.
func hasColumn(relations map[string]*relation, statement string) bool {
	found := addColumn.FindStringSubmatch(statement)
	name := 2
	if found == nil {
		found, name = rename.FindStringSubmatch(statement), 3
	}
	if found == nil || relations[found[1]] == nil {
		return false
	}
	_, is := relations[found[1]].columns[found[name]]
	return is
}

func (m Migrator) done(ctx context.Context, conn *sql.Conn, name string) (bool, error) {
	var n int
	err := conn.QueryRowContext(ctx, m.Dialect.Bind("SELECT count(*) FROM "+m.Names+" WHERE name = ?"), name).Scan(&n)
	return n > 0, err
}

func (m Migrator) record(ctx context.Context, conn *sql.Conn, name string) error {
	_, err := conn.ExecContext(ctx, m.Dialect.Bind("INSERT INTO "+m.Names+" (name) VALUES (?) ON CONFLICT (name) DO NOTHING"), name)
	return err
}

// discard rolls back the transaction on conn, so that the pool does not hand out a
// connection in a transaction. If no transaction is active, discard changes
// nothing. discard returns no error: if the rollback fails, discard closes the
// connection to the database instead of giving it back to the pool, and conn cannot
// be used any more.
//
// ctx must not have ended. With an ended ctx the rollback fails, so discard closes
// the connection, also if no transaction is active.
func discard(ctx context.Context, conn *sql.Conn) {
	if _, err := conn.ExecContext(ctx, "ROLLBACK"); err != nil && !strings.Contains(err.Error(), "no transaction is active") {
		hangUp(conn)
	}
}

// hangUp closes the connection to the database instead of giving it back to the
// pool. conn cannot be used any more.
func hangUp(conn *sql.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn })
}
