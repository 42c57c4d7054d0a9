package syncer

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/payclients/payclients-go/internal/sqldb"
)

// migrationLock is the key of the PostgreSQL advisory lock under which one process
// at a time creates and upgrades tables. The number is arbitrary, and the same for
// all sources, because they share tables. migrationLock+1 is the key of a second
// lock: under it one process at a time sets new columns in old rows and creates
// indexes.
const migrationLock int64 = 7_305_204_117_001

// Migrate creates missing tables and upgrades tables of an earlier version: the
// tables that all sources share, and the tables of this source. A call for tables
// that are up to date changes nothing. Several processes may call Migrate at once.
// The comment of [sqldb.Migrator.Migrate] says how long Migrate waits.
//
// Migrate returns these errors: sqldb.ErrSchema for tables that it cannot write to,
// the errors of reading Config.Migrations and of the database, and ctx.Err(). A
// later call continues after an error.
func (s *Store) Migrate(ctx context.Context) error {
	return sqldb.Migrator{
		DB: s.DB, Dialect: s.Dialect, Files: s.Migrations, Names: "sync_migrations", Lock: migrationLock, Main: s.Table.Name,
		Completed: s.Source + " backfill 2", Backfill: s.backfill,
	}.Migrate(ctx)
}

// chunk is how many rows the backfill completes in one transaction.
const chunk = 10_000

// backfill sets the derived columns (Table.Derived) of rows that an earlier version
// stored. It works in transactions of [chunk] rows on conn. After an error the next
// call continues with the rows that are left. It does nothing if the table has no
// derived columns. It returns the errors of ctx and of the database.
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

// fill sets the derived columns of the next rows that lack them: at most [chunk]
// rows with an id above afterID, in the order of ids. It must run in a transaction
// on conn. last is the highest id of these rows, 0 if there are none. more reports
// whether more rows may follow. fill returns the errors of ctx and of the database;
// last and more are then meaningless.
func (s *Store) fill(ctx context.Context, conn *sql.Conn, afterID int64) (last int64, more bool, err error) {
	t := s.Table
	query := "SELECT " + strings.Join(append([]string{t.ID}, t.From...), ", ") + " FROM " + t.Name +
		" WHERE " + t.ID + " > ? AND " + t.Derived[0] + " IS NULL ORDER BY " + t.ID + fmt.Sprint(" LIMIT ", chunk)
	if s.Dialect == PostgreSQL {
		query += " FOR UPDATE"
		// A new column has no statistics: PostgreSQL would sort the table for
		// each chunk, and read the values once for each row.
		for _, plan := range []string{"enable_sort", "enable_nestloop"} {
			if _, err := conn.ExecContext(ctx, "SET LOCAL "+plan+" = off"); err != nil {
				return 0, false, err
			}
		}
	}
	var first int64
	var all [][]any
	err = sqldb.Each(ctx, conn, s.Dialect.Bind(query), []any{afterID}, func(rows *sql.Rows) error {
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

// fillStatement returns the SQL statement that sets the derived columns
// (Table.Derived) of rows that lack them. It leaves a row unchanged if the row's
// first derived column is set already. The statement has three arguments:
//
//   - a JSON array with one array for each row. An inner array holds the id, and
//     then the values of Table.Derived. The id is a whole number, the first value
//     is a string, and each other value is a whole number or null.
//   - the lowest id;
//   - the highest id.
//
// The statement also sets stored_at and first_stored_at to the current time,
// because the time when an old row was stored is unknown.
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
