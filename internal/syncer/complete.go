package syncer

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// chunk is how many rows a step of the backfill completes in one transaction.
const chunk = 10_000

// complete does what a migration leaves: values of new columns for the rows of
// before, and indexes. One process does it, and the others wait for it.
func (s *Store) complete(ctx context.Context, conn *sql.Conn, files []migration) error {
	left, err := s.left(ctx, conn, files)
	if err != nil || !left {
		return err
	}
	release, err := s.alone(ctx, conn)
	if err != nil {
		return fmt.Errorf("wait for other migrations: %w", err)
	}
	defer release()
	if err := s.backfill(ctx, conn); err != nil {
		return fmt.Errorf("complete the rows of before the upgrade: %w", err)
	}
	for _, f := range files {
		if !f.indexes() {
			continue
		}
		if err := s.index(ctx, conn, f); err != nil {
			return fmt.Errorf("migration %s: %w", f.name, err)
		}
	}
	return nil
}

// completed is the name under which sync_migrations has that all rows are complete.
func (s *Store) completed() string { return s.Source + " backfill 2" }

// left reports whether anything is to be completed.
func (s *Store) left(ctx context.Context, conn *sql.Conn, files []migration) (bool, error) {
	names := []string{s.completed()}
	for _, f := range files {
		if f.indexes() {
			names = append(names, f.name)
			broken, err := s.invalid(ctx, conn, f)
			if err != nil || len(broken) > 0 {
				return true, err
			}
		}
	}
	for _, name := range names {
		if done, err := s.done(ctx, conn, name); err != nil || !done {
			return true, err
		}
	}
	return false, nil
}

// alone waits for the lock under which one process completes. It does not wait
// inside a statement: CREATE INDEX CONCURRENTLY waits for all that are under way.
func (s *Store) alone(ctx context.Context, conn *sql.Conn) (release func(), err error) {
	if s.Dialect != PostgreSQL { // each step is a transaction that finds out
		return func() {}, nil
	}
	for {
		var held bool
		if err := conn.QueryRowContext(ctx, fmt.Sprintf("SELECT pg_try_advisory_lock(%d)", completionLock)).Scan(&held); err != nil {
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
		if _, err := conn.ExecContext(context.WithoutCancel(ctx), fmt.Sprintf("SELECT pg_advisory_unlock(%d)", completionLock)); err != nil {
			discard(context.WithoutCancel(ctx), conn) // the lock must not go back to the pool
		}
	}, nil
}

// backfill completes the rows that an earlier version has stored, chunk by chunk: a
// call that is cut short is gone on from.
func (s *Store) backfill(ctx context.Context, conn *sql.Conn) error {
	if done, err := s.done(ctx, conn, s.completed()); err != nil || done {
		return err
	}
	if len(s.Table.Derived) == 0 {
		return s.record(ctx, conn, s.completed())
	}
	for last, more := int64(-1<<63), true; more; {
		err := s.in(ctx, conn, func() (err error) {
			last, more, err = s.fill(ctx, conn, last)
			return err
		})
		if err != nil {
			return err
		}
	}
	return s.record(ctx, conn, s.completed())
}

// fill completes the rows of the next chunk, behind an id. It reports the last one,
// and false where there is no other chunk.
func (s *Store) fill(ctx context.Context, conn *sql.Conn, behind int64) (last int64, more bool, err error) {
	t := s.Table
	query := "SELECT " + strings.Join(append([]string{t.ID}, t.From...), ", ") + " FROM " + t.Name +
		" WHERE " + t.ID + " > ? AND " + t.Derived[0] + " IS NULL ORDER BY " + t.ID + fmt.Sprint(" LIMIT ", chunk)
	if s.Dialect == PostgreSQL {
		query += " FOR UPDATE"
		// Of a new column there are no statistics: it would plan to sort the table for
		// each chunk, and to read the values once a row.
		for _, plan := range []string{"enable_sort", "enable_nestloop"} {
			if _, err := conn.ExecContext(ctx, "SET LOCAL "+plan+" = off"); err != nil {
				return 0, false, err
			}
		}
	}
	rows, err := conn.QueryContext(ctx, s.bind(query), behind)
	if err != nil {
		return 0, false, err
	}
	defer rows.Close() //nolint:errcheck // Err has the error
	var first int64
	var all [][]any
	for rows.Next() {
		from := make([]sql.NullString, len(t.From))
		into := []any{&last}
		for i := range from {
			into = append(into, &from[i])
		}
		if err := rows.Scan(into...); err != nil {
			return 0, false, err
		}
		if len(all) == 0 {
			first = last
		}
		all = append(all, append([]any{last}, t.Derive(from)...))
	}
	if err := rows.Err(); err != nil || len(all) == 0 {
		return last, false, err
	}
	values, err := json.Marshal(all)
	if err != nil {
		return 0, false, err
	}
	_, err = conn.ExecContext(ctx, s.fillStatement(), string(values), first, last)
	return last, len(all) == chunk, err
}

// fillStatement sets the derived columns of rows by a JSON array of arrays, in which
// the first derived value is a text and the others are whole numbers. When such a row
// was stored nobody knows: it counts as stored now.
func (s *Store) fillStatement() string {
	member, from := "CAST(json_extract(e.value, '$[%d]') AS %s)", "json_each(?) e"
	if s.Dialect == PostgreSQL {
		member, from = "CAST(e.value ->> %d AS %s)", "json_array_elements(CAST(? AS json)) e"
	}
	t := s.Table
	selected := []string{fmt.Sprintf(member, 0, "bigint") + " AS id"}
	var set []string
	for i, name := range t.Derived {
		kind := "bigint"
		if i == 0 {
			kind = "text"
		}
		selected = append(selected, fmt.Sprintf(member, i+1, kind)+" AS "+name)
		set = append(set, name+" = v."+name)
	}
	set = append(set, "stored_at = "+s.timestamp(), "first_stored_at = "+s.timestamp())
	return s.bind("UPDATE " + t.Name + " SET " + strings.Join(set, ", ") +
		" FROM (SELECT " + strings.Join(selected, ", ") + " FROM " + from + ") AS v WHERE " +
		t.Name + "." + t.ID + " = v.id AND " + t.Name + "." + t.ID + " BETWEEN ? AND ? AND " + t.Name + "." + t.Derived[0] + " IS NULL")
}

// index makes the indexes of a file, each in a statement that blocks nobody on
// PostgreSQL, and those anew that such a statement has left invalid. One that was
// dropped later is not made again.
func (s *Store) index(ctx context.Context, conn *sql.Conn, f migration) error {
	done, err := s.done(ctx, conn, f.name)
	if err != nil {
		return err
	}
	broken, err := s.invalid(ctx, conn, f)
	if err != nil {
		return err
	}
	tables, err := s.look(ctx, conn, []string{s.Table.Name})
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
		if tables[s.Table.Name].kind == "partitioned" { // of which none can be made so
			statement = blocking(statement)
		}
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return s.record(ctx, conn, f.name)
}

// invalid are the names of indexes of a file that PostgreSQL does not use, because
// the statement that has made them was cut short.
func (s *Store) invalid(ctx context.Context, conn *sql.Conn, f migration) (map[string]bool, error) {
	broken := map[string]bool{}
	if s.Dialect != PostgreSQL {
		return broken, nil
	}
	var names []string
	for _, statement := range f.statements {
		if found := createIndex.FindStringSubmatch(statement); found != nil {
			names = append(names, found[1])
		}
	}
	return broken, scan(ctx, conn, `SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid AND n.nspname = current_schema AND c.relname IN ('`+strings.Join(names, "', '")+"')", func(rows *sql.Rows) error {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		broken[name] = true
		return nil
	})
}
