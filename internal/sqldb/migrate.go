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

// ErrSchema reports a database with a table that this module cannot write to. The
// text names each problem.
var ErrSchema = errors.New("the database has another schema")

// Migrator creates and upgrades the tables of one source.
type Migrator struct {
	DB      *sql.DB
	Dialect Dialect
	Files   fs.FS  // SQL files, run in the order of their names
	Names   string // table with the names of the files that were run
	// Lock is the key of the PostgreSQL advisory lock under which tables are
	// created. Lock+1 is the key under which one process completes rows and
	// indexes.
	Lock int64
	Main string // without this table the database counts as new
	// Completed is the name in Names which means that all rows are complete.
	// Backfill completes them; it may be nil.
	Completed string
	Backfill  func(ctx context.Context, conn *sql.Conn) error
}

// namesTable returns the SQL statement that creates the table m.Names, unless it
// exists. It holds the names of the files that were run.
func (m Migrator) namesTable() string {
	return "CREATE TABLE IF NOT EXISTS " + m.Names + ` (
	name VARCHAR(200) NOT NULL PRIMARY KEY
)`
}

// Migrate creates missing tables and upgrades tables of an earlier version. It
// checks what is there first, and returns ErrSchema for tables that this module
// cannot write to. It may run at any time and in several processes at once; it
// waits up to 10 seconds for others. It also returns errors of the database and of
// Backfill, and the error of ctx. A call for tables that are up to date changes
// nothing.
//
// One transaction creates tables with their indexes, renames columns and adds
// nullable columns. These statements read and write no rows. What takes long comes
// afterwards, in steps that a later call continues: values for old rows, and
// indexes.
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

// patience is how long Migrate waits for others: for processes that open a new
// SQLite file at the same time (the busy timeout does not cover the switch to its
// write-ahead log), and for statements on PostgreSQL that hold a table.
const patience = 10 * time.Second

// busy reports whether err says that another process holds a lock. err must not be
// nil. busy looks for the words of SQLite, and for PostgreSQL's words for
// lockTimeout. All drivers pass these words on.
func busy(err error) bool {
	return strings.Contains(err.Error(), "database is locked") || strings.Contains(err.Error(), "lock timeout")
}

// lockTimeout limits how long a migration's transaction waits for a table on
// PostgreSQL. Every other statement waits behind it, so it stops soon and tries
// again.
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

// In calls do in a transaction on conn; do must use conn for its statements. On
// SQLite the transaction begins with the write lock: one that reads first could
// not write after another transaction has written, so BeginTx does not help. An
// error of do undoes the transaction. In returns that error, or an error of the
// database.
func (d Dialect) In(ctx context.Context, conn *sql.Conn, do func() error) error {
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
	err := do()
	if err == nil {
		_, err = conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		discard(context.WithoutCancel(ctx), conn)
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

// run executes the file f, unless that was done before, and records its name.
// there is what the database had before. run leaves a column that is there
// already, for example from another tool. It creates a view again that was
// dropped, which is needed to change a column's type. It returns errors of the
// database.
func (m Migrator) run(ctx context.Context, conn *sql.Conn, f migration, there map[string]*relation) error {
	done, err := m.done(ctx, conn, f.name)
	if err != nil {
		return err
	}
	for _, statement := range f.statements {
		view := createView.FindStringSubmatch(statement)
		lost := view != nil && there[view[1]] == nil
		if done && !lost || has(there, statement) {
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

// has reports whether statement adds a column, or renames one to a name, that
// there already holds. It returns false for every other statement.
func has(there map[string]*relation, statement string) bool {
	found := addColumn.FindStringSubmatch(statement)
	name := 2
	if found == nil {
		found, name = rename.FindStringSubmatch(statement), 3
	}
	if found == nil || there[found[1]] == nil {
		return false
	}
	_, is := there[found[1]].columns[found[name]]
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

// discard rolls back the transaction that conn has begun, or closes conn if that
// fails: the pool must not hand out a connection in a transaction.
func discard(ctx context.Context, conn *sql.Conn) {
	if _, err := conn.ExecContext(ctx, "ROLLBACK"); err != nil && !strings.Contains(err.Error(), "no transaction is active") {
		_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	}
}
