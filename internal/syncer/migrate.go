package syncer

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/cause"
)

//go:embed migrations
var common embed.FS

// migrationLock is the key of PostgreSQL's advisory lock: an arbitrary number,
// the same for all sources, because they share tables.
const migrationLock int64 = 7_305_204_117_001

// Migrate creates the tables that are missing: those that all sources share and
// those of this one. It may run at any time and in any number of processes at
// once. Each migration runs once, all that are missing in one transaction.
func (s *Store) Migrate(ctx context.Context) error {
	for deadline := time.Now().Add(patience); ; {
		err := s.migrateOnce(ctx)
		if err = cause.Hide(ctx, err); err == nil || s.Dialect != SQLite || !locked(err) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return Both(ctx.Err(), err)
		case <-time.After(patience / 500):
		}
	}
}

// patience is how long Migrate waits for processes that open a new SQLite file
// at the same time: the busy timeout does not cover the change to its
// write-ahead log.
const patience = 10 * time.Second

// locked knows SQLite's own text, which all drivers pass on.
func locked(err error) bool { return strings.Contains(err.Error(), "database is locked") }

func (s *Store) migrateOnce(ctx context.Context) error {
	conn, err := s.DB.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close() //nolint:errcheck // it only goes back to the pool
	// Not by BeginTx: on SQLite this transaction reads first, and so must begin
	// with the lock, or it could not write once another one has.
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
	err = s.migrate(ctx, conn)
	if err == nil {
		_, err = conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		discard(context.WithoutCancel(ctx), conn)
	}
	return err
}

func (s *Store) migrate(ctx context.Context, conn *sql.Conn) error {
	if s.Dialect == PostgreSQL {
		if _, err := conn.ExecContext(ctx, fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", migrationLock)); err != nil {
			return fmt.Errorf("wait for other migrations: %w", err)
		}
	}
	if _, err := conn.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS sync_migrations (name VARCHAR(200) NOT NULL PRIMARY KEY)`); err != nil {
		return fmt.Errorf("create sync_migrations: %w", err)
	}
	for _, files := range []fs.FS{common, s.Migrations} {
		names, err := fs.Glob(files, "migrations/"+s.Dialect.String()+"/*.sql") // in the order of their names
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := s.run(ctx, conn, files, name); err != nil {
				return fmt.Errorf("migration %s: %w", path.Base(name), err)
			}
		}
	}
	return nil
}

// run executes one file, unless it was before.
func (s *Store) run(ctx context.Context, conn *sql.Conn, files fs.FS, name string) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	result, err := conn.ExecContext(ctx, s.bind(`INSERT INTO sync_migrations (name) VALUES (?) ON CONFLICT (name) DO NOTHING`), path.Base(name))
	if err != nil {
		return err
	}
	if fresh, err := result.RowsAffected(); err != nil || fresh == 0 {
		return err
	}
	for statement := range strings.SplitSeq(string(text), ";\n") { // a driver may take one at a time only
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// discard undoes what the connection has begun, if anything, or closes it where
// that fails: the pool must not hand out a connection in a transaction.
func discard(ctx context.Context, conn *sql.Conn) {
	if _, err := conn.ExecContext(ctx, "ROLLBACK"); err != nil && !strings.Contains(err.Error(), "no transaction is active") {
		_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	}
}
