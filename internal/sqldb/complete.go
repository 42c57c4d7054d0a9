package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// complete does what the transaction of a migration leaves out: it calls m.Backfill
// to set the values of new columns in old rows, and creates indexes. files are the
// migrations of m. If nothing is left to do, complete changes nothing. On
// PostgreSQL one call at a time, of all processes, does this. Another call waits
// for its turn, until the ctx of the waiting call ends. complete returns the errors
// of ctx, of the database and of m.Backfill. After an error a later call continues.
func (m Migrator) complete(ctx context.Context, conn *sql.Conn, files []migration) error {
	unfinished, err := m.unfinished(ctx, conn, files)
	if err != nil || !unfinished {
		return err
	}
	release, err := m.waitLock(ctx, conn)
	if err != nil {
		return fmt.Errorf("wait for other migrations: %w", err)
	}
	defer release()
	if err := m.backfill(ctx, conn); err != nil {
		return fmt.Errorf("complete the rows of before the upgrade: %w", err)
	}
	for _, f := range files {
		if !f.indexes() {
			continue
		}
		if err := m.buildIndexes(ctx, conn, f); err != nil {
			return fmt.Errorf("migration %s: %w", f.name, err)
		}
	}
	return nil
}

// unfinished reports whether complete has anything left to do for files. It changes
// nothing. The error is an error of ctx or of the database; the boolean is then
// meaningless.
func (m Migrator) unfinished(ctx context.Context, conn *sql.Conn, files []migration) (bool, error) {
	var names []string
	if m.Backfill != nil {
		names = append(names, m.Completed)
	}
	for _, f := range files {
		if f.indexes() {
			names = append(names, f.name)
			broken, err := m.invalid(ctx, conn, f)
			if err != nil || len(broken) > 0 {
				return true, err
			}
		}
	}
	for _, name := range names {
		if done, err := m.done(ctx, conn, name); err != nil || !done {
			return true, err
		}
	}
	return false, nil
}

// waitLock waits for the lock that lets only one process run the rest of complete,
// and returns the function that releases the lock. The error is the error of ctx or
// of the database; release is then nil. SQLite needs no lock: waitLock returns at
// once, and release does nothing.
//
// On PostgreSQL waitLock asks for the lock every 20 ms until ctx ends. It does not
// wait inside a statement, because CREATE INDEX CONCURRENTLY waits for all running
// statements. release works after the end of ctx too.
//
// If a statement that takes or releases the lock fails, the connection to the
// database is closed, and conn cannot be used any more. A connection that may hold
// the lock must not go back to the pool.
func (m Migrator) waitLock(ctx context.Context, conn *sql.Conn) (release func(), err error) {
	if m.Dialect != PostgreSQL { // each step is a transaction that checks
		return func() {}, nil
	}
	for {
		var held bool
		if err := conn.QueryRowContext(ctx, fmt.Sprintf("SELECT pg_try_advisory_lock(%d)", m.Lock+1)).Scan(&held); err != nil {
			hangUp(conn)
			return nil, err
		}
		if held {
			break
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(patience / 500):
		}
	}
	return func() {
		if _, err := conn.ExecContext(context.WithoutCancel(ctx), fmt.Sprintf("SELECT pg_advisory_unlock(%d)", m.Lock+1)); err != nil {
			hangUp(conn)
		}
	}, nil
}

// backfill calls m.Backfill and records the name m.Completed in the table m.Names.
// backfill does nothing if the name is there already or m.Backfill is nil. backfill
// returns the error of m.Backfill, of ctx or of the database. After an error of
// m.Backfill the name is not recorded, and the next backfill calls m.Backfill
// again.
func (m Migrator) backfill(ctx context.Context, conn *sql.Conn) error {
	if m.Backfill == nil {
		return nil
	}
	if done, err := m.done(ctx, conn, m.Completed); err != nil || done {
		return err
	}
	if err := m.Backfill(ctx, conn); err != nil {
		return err
	}
	return m.record(ctx, conn, m.Completed)
}

// buildIndexes creates the indexes of the file f. What it does depends on the table
// m.Names:
//
//   - The name of f is not recorded yet: buildIndexes executes all statements of f.
//     It then records the name.
//   - The name is recorded already: buildIndexes only repairs the indexes that
//     PostgreSQL marks as invalid. An index that a user has dropped is not created
//     again.
//
// In both cases an invalid index is dropped before it is created again. On
// PostgreSQL the statements do not block writers (CONCURRENTLY), unless the table
// m.Main is partitioned. On SQLite they block writers. buildIndexes returns the
// errors of ctx and of the database; a later call continues.
func (m Migrator) buildIndexes(ctx context.Context, conn *sql.Conn, f migration) error {
	done, err := m.done(ctx, conn, f.name)
	if err != nil {
		return err
	}
	broken, err := m.invalid(ctx, conn, f)
	if err != nil {
		return err
	}
	tables, err := m.look(ctx, conn, []string{m.Main})
	if err != nil {
		return err
	}
	for _, statement := range f.statements {
		found := createIndex.FindStringSubmatch(statement)
		bad := found != nil && broken[found[1]]
		if done && !bad {
			continue
		}
		if bad {
			if _, err := conn.ExecContext(ctx, "DROP INDEX CONCURRENTLY IF EXISTS "+found[1]); err != nil {
				return err
			}
		}
		if tables[m.Main].kind == "partitioned" { // where CONCURRENTLY is not possible
			statement = blocking(statement)
		}
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return m.record(ctx, conn, f.name)
}

// invalid returns the names of the indexes of f that PostgreSQL marks as invalid
// and does not use, because the statement that created them was interrupted. On
// SQLite the set is empty. It returns the errors of ctx and of the database; the
// set is then incomplete.
func (m Migrator) invalid(ctx context.Context, conn *sql.Conn, f migration) (map[string]bool, error) {
	broken := map[string]bool{}
	if m.Dialect != PostgreSQL {
		return broken, nil
	}
	var names []string
	for _, statement := range f.statements {
		if found := createIndex.FindStringSubmatch(statement); found != nil {
			names = append(names, found[1])
		}
	}
	return broken, Each(ctx, conn, `SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid AND n.nspname = current_schema AND c.relname IN ('`+strings.Join(names, "', '")+"')", nil, func(rows *sql.Rows) error {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		broken[name] = true
		return nil
	})
}
