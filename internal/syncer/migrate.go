package syncer

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/payclients/payclients-go/internal/sqldb"
)

// migrationLock is a key of PostgreSQL's advisory locks: an arbitrary number, the
// same for all sources, because they share tables. The next one is taken too.
const migrationLock int64 = 7_305_204_117_001

// Migrate creates the tables that are missing, those that all sources share and
// those of this one, and upgrades those of an earlier version, see sqldb.
func (s *Store) Migrate(ctx context.Context) error {
	return sqldb.Migrator{
		DB: s.DB, Dialect: s.Dialect, Files: s.Migrations, Names: "sync_migrations", Lock: migrationLock, Main: s.Table.Name,
		Completed: s.Source + " backfill 2", Backfill: s.backfill,
	}.Migrate(ctx)
}

// chunk is how many rows a step of the backfill completes in one transaction.
const chunk = 10_000

// backfill completes the rows that an earlier version has stored, chunk by chunk: a
// call that is cut short is gone on from.
func (s *Store) backfill(ctx context.Context, conn *sql.Conn) error {
	if len(s.Table.Derived) == 0 {
		return nil
	}
	for last, more := int64(-1<<63), true; more; {
		err := s.Dialect.In(ctx, conn, func() (err error) {
			last, more, err = s.fill(ctx, conn, last)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
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
	var first int64
	var all [][]any
	err = sqldb.Each(ctx, conn, s.Dialect.Bind(query), []any{behind}, func(rows *sql.Rows) error {
		from := make([]sql.NullString, len(t.From))
		into := []any{&last}
		for i := range from {
			into = append(into, &from[i])
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if len(all) == 0 {
			first = last
		}
		all = append(all, append([]any{last}, t.Derive(from)...))
		return nil
	})
	if err != nil || len(all) == 0 {
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
	return s.Dialect.Bind("UPDATE " + t.Name + " SET " + strings.Join(set, ", ") +
		" FROM (SELECT " + strings.Join(selected, ", ") + " FROM " + from + ") AS v WHERE " +
		t.Name + "." + t.ID + " = v.id AND " + t.Name + "." + t.ID + " BETWEEN ? AND ? AND " + t.Name + "." + t.Derived[0] + " IS NULL")
}
