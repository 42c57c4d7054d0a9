package syncer

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"fmt"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/cause"
)

//go:embed migrations
var common embed.FS

// migrationLock and completionLock are keys of PostgreSQL's advisory locks:
// arbitrary numbers, the same for all sources, because they share tables.
const (
	migrationLock  int64 = 7_305_204_117_001
	completionLock int64 = 7_305_204_117_002
)

// migrationsTable has the names of the files that were run.
const migrationsTable = `CREATE TABLE IF NOT EXISTS sync_migrations (
	name VARCHAR(200) NOT NULL PRIMARY KEY
)`

// Migrate creates the tables that are missing, those that all sources share and
// those of this one, and upgrades those of an earlier version. It looks at what is
// there first, and refuses with ErrSchema what the module cannot write to. It may run
// at any time and in any number of processes at once.
//
// One transaction creates tables with their indexes, renames columns and adds some that
// take NULL, none of which reads or writes a row. What takes long comes after it, in
// steps that another call goes on from: values for the rows of before, and indexes.
func (s *Store) Migrate(ctx context.Context) error {
	for deadline := time.Now().Add(patience); ; {
		err := s.migrateOnce(ctx)
		if err = cause.Hide(ctx, err); err == nil || !busy(err) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return Both(ctx.Err(), err)
		case <-time.After(patience / 500):
		}
	}
}

// patience is how long Migrate waits for others: for processes that open a new
// SQLite file at the same time, as the busy timeout does not cover the change to its
// write-ahead log, and for statements on PostgreSQL that hold a table.
const patience = 10 * time.Second

// busy knows the words of SQLite, and those of PostgreSQL for a lock that did not
// come within lockTimeout, which all drivers pass on.
func busy(err error) bool {
	return strings.Contains(err.Error(), "database is locked") || strings.Contains(err.Error(), "lock timeout")
}

// lockTimeout is how long the transaction of a migration waits for a table on
// PostgreSQL. Everybody else waits behind it, so it gives up soon and tries again.
const lockTimeout = "SET LOCAL lock_timeout = '1s'"

func (s *Store) migrateOnce(ctx context.Context) error {
	files, err := migrations(s.Migrations)
	if err != nil {
		return err
	}
	conn, err := s.DB.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close() //nolint:errcheck // it only goes back to the pool
	if err := s.in(ctx, conn, func() error { return s.migrate(ctx, conn, files) }); err != nil {
		return err
	}
	return s.complete(ctx, conn, files)
}

// in does something in a transaction that begins with the lock of SQLite: one that
// reads first could not write once another one has, so BeginTx is of no use.
func (s *Store) in(ctx context.Context, conn *sql.Conn, do func() error) error {
	begin := "BEGIN IMMEDIATE"
	if s.Dialect == PostgreSQL {
		begin = "BEGIN"
	}
	if _, err := conn.ExecContext(ctx, begin); err != nil {
		if ctx.Err() != nil { // it may have begun all the same
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

func (s *Store) migrate(ctx context.Context, conn *sql.Conn, files []migration) error {
	if s.Dialect == PostgreSQL {
		if _, err := conn.ExecContext(ctx, fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", migrationLock)); err != nil {
			return fmt.Errorf("wait for other migrations: %w", err)
		}
		if _, err := conn.ExecContext(ctx, lockTimeout); err != nil {
			return err
		}
	}
	made := []string{migrationsTable}
	for _, f := range files {
		made = append(made, f.statements...)
	}
	wanted := shapeOf(made)
	there, err := s.look(ctx, conn, wanted.names())
	if err != nil {
		return fmt.Errorf("look at the tables: %w", err)
	}
	if faults := wanted.faults(s.Dialect, there, false); len(faults) > 0 {
		return fmt.Errorf("%w: %s", ErrSchema, strings.Join(faults, "; "))
	}
	if there["sync_migrations"] == nil {
		if _, err := conn.ExecContext(ctx, migrationsTable); err != nil {
			return fmt.Errorf("create sync_migrations: %w", err)
		}
	}
	fresh := there[s.Table.Name] == nil
	for _, f := range files {
		switch {
		case f.indexes() && !fresh:
			continue
		case f.indexes(): // of a table that nobody uses yet
			f = f.blocking()
		}
		if err := s.run(ctx, conn, f, there); err != nil {
			return fmt.Errorf("migration %s: %w", f.name, err)
		}
	}
	if fresh {
		if err := s.record(ctx, conn, s.completed()); err != nil {
			return err
		}
	}
	if there, err = s.look(ctx, conn, wanted.names()); err != nil {
		return fmt.Errorf("look at the tables: %w", err)
	}
	if faults := wanted.faults(s.Dialect, there, true); len(faults) > 0 {
		return fmt.Errorf("%w: %s", ErrSchema, strings.Join(faults, "; "))
	}
	return nil
}

// run executes one file, unless it was before. What somebody else has made of the
// same file is left as it is. A view that was dropped, as is needed to change a
// column's type, is made again.
func (s *Store) run(ctx context.Context, conn *sql.Conn, f migration, there map[string]*relation) error {
	done, err := s.done(ctx, conn, f.name)
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
	return s.record(ctx, conn, f.name)
}

// has reports whether a column that a statement adds or renames was there before.
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

func (s *Store) done(ctx context.Context, conn *sql.Conn, name string) (bool, error) {
	var n int
	err := conn.QueryRowContext(ctx, s.bind(`SELECT count(*) FROM sync_migrations WHERE name = ?`), name).Scan(&n)
	return n > 0, err
}

func (s *Store) record(ctx context.Context, conn *sql.Conn, name string) error {
	_, err := conn.ExecContext(ctx, s.bind(`INSERT INTO sync_migrations (name) VALUES (?) ON CONFLICT (name) DO NOTHING`), name)
	return err
}

// discard undoes what the connection has begun, if anything, or closes it where
// that fails: the pool must not hand out a connection in a transaction.
func discard(ctx context.Context, conn *sql.Conn) {
	if _, err := conn.ExecContext(ctx, "ROLLBACK"); err != nil && !strings.Contains(err.Error(), "no transaction is active") {
		_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	}
}
