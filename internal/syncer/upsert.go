package syncer

import (
	"context"
	"database/sql"
	"math/bits"
	"strconv"
	"strings"

	"github.com/payclients/payclients-go/internal/sqldb"
)

// maxVariables is the most placeholders that SQLite accepts in a statement.
const maxVariables = 32766

// heldStatement returns the SQL statement that reads the given columns of the
// stored rows with certain ids. The statement's only argument is the list of ids as
// a string: "{1,2}" on PostgreSQL, and "[1,2]" on SQLite.
func (s *Store) heldStatement(columns []string) string {
	among := "IN (SELECT value FROM json_each(?))"
	if s.Dialect == PostgreSQL {
		among = "= ANY(CAST(? AS bigint[]))"
	}
	return s.Dialect.Bind("SELECT " + strings.Join(columns, ", ") + " FROM " + s.Table.Name + " WHERE " + s.Table.ID + " " + among)
}

// upsertStatement returns the two parts of a statement that inserts rows or
// replaces stored rows. insert goes before the values of the rows, and conflict
// goes after them. A stored row is replaced only if [Table.guard] holds.
func (s *Store) upsertStatement() (insert, conflict string) {
	columns := s.Table.all()
	var set []string
	for _, c := range columns[1:] {
		set = append(set, c+" = excluded."+c)
	}
	set = append(set, "stored_at = excluded.stored_at")
	insert = "INSERT INTO " + s.Table.Name + " (" + strings.Join(columns, ", ") + ", stored_at, first_stored_at) VALUES "
	conflict = " ON CONFLICT (" + s.Table.ID + ") DO UPDATE SET " + strings.Join(set, ", ") + " WHERE " + s.Table.guard()
	if s.Dialect == PostgreSQL {
		conflict += " RETURNING " + s.Table.ID
	}
	return insert, conflict
}

// stored returns what the database holds of rows, by id. Rows that are not stored
// are not in the map. If allFields is true, stored reads all fields of Stored, and
// otherwise only Version and Digest. It does not lock the rows: on PostgreSQL
// another transaction may change them at any time. It returns the errors of ctx and
// of the database; the map is then incomplete.
func (s *Store) stored(ctx context.Context, tx *sql.Tx, rows []Row, allFields bool) (map[int64]*Stored, error) {
	statement := s.held
	if allFields {
		statement = s.replaced
	}
	left, right := "[", "]"
	if s.Dialect == PostgreSQL {
		left, right = "{", "}"
	}
	ids := []byte(left)
	for i, r := range rows {
		if i > 0 {
			ids = append(ids, ',')
		}
		ids = strconv.AppendInt(ids, r.ID, 10)
	}
	stored := make(map[int64]*Stored, len(rows))
	err := s.planned(ctx, tx, func() error {
		return sqldb.Each(ctx, tx, statement, []any{string(ids) + right}, func(found *sql.Rows) error {
			var id int64
			is := new(Stored)
			err := found.Scan(s.Table.into(&id, is, allFields)...)
			stored[id] = is
			return err
		})
	})
	return stored, err
}

// planned calls work once. On SQLite it does nothing else. On PostgreSQL it first
// changes the setting plan_cache_mode for tx, so that PostgreSQL plans the
// statements of work for the present size of the table. After work it sets
// plan_cache_mode to its default. If work fails, the changed setting stays until tx
// ends.
//
// planned returns the unchanged error of work, or an error of ctx or of the
// database.
//
// Without the setting PostgreSQL would use a plan from when the table was empty,
// and read the whole table for each page of a first pass.
func (s *Store) planned(ctx context.Context, tx *sql.Tx, work func() error) error {
	if s.Dialect != PostgreSQL {
		return work()
	}
	if _, err := tx.ExecContext(ctx, "SET LOCAL plan_cache_mode = force_custom_plan"); err != nil {
		return err
	}
	if err := work(); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "SET LOCAL plan_cache_mode = DEFAULT")
	return err
}

// upsert stores some of rows: the rows whose index in rows is in fresh. It returns
// the set of ids that it stored. On PostgreSQL another writer may have changed a
// stored row since it was read. If the new row then does not replace the stored row
// any more (see [Table]), its id is not in the set. upsert returns the errors of
// ctx and of the database; the set is then nil.
func (s *Store) upsert(ctx context.Context, tx *sql.Tx, rows []Row, fresh []int) (map[int64]bool, error) {
	applied := make(map[int64]bool, len(fresh))
	columns := len(s.Table.all())
	for len(fresh) > 0 {
		n := s.atOnce(len(fresh), columns)
		args := make([]any, 0, n*columns)
		for _, i := range fresh[:n] {
			for _, value := range s.Table.args(rows[i]) {
				args = append(args, s.Dialect.Value(value))
			}
		}
		if err := s.apply(ctx, tx, applied, s.upserts(n, columns), args); err != nil {
			return nil, err
		}
		if s.Dialect == SQLite { // the only writer, so the stored rows are the ones that were read
			for _, i := range fresh[:n] {
				applied[rows[i].ID] = true
			}
		}
		fresh = fresh[n:]
	}
	return applied, nil
}

// batch is how many rows one statement stores on PostgreSQL, if there are so many.
// It is the length of a page of many providers.
const batch = 100

// atOnce returns how many rows to store with the next statement, from 1 to n. n is
// the number of rows left, and columns the number of values of a row. n and columns
// must be at least 1.
//
//   - On SQLite the result is as large as [maxVariables] allows.
//   - On PostgreSQL the result is [batch]. If fewer rows are left, it is the
//     largest power of 2 up to n: drivers keep each different statement prepared.
func (s *Store) atOnce(n, columns int) int {
	switch {
	case s.Dialect == SQLite:
		return min(n, maxVariables/columns)
	case n >= batch:
		return batch
	default:
		return 1 << (bits.Len(uint(n)) - 1)
	}
}

// upserts returns the SQL statement that inserts n rows. columns is the number of
// placeholders for each row. A row that is stored already is replaced only if
// [Table.guard] holds. upserts panics if n is 0 or negative.
func (s *Store) upserts(n, columns int) string {
	row := "(" + strings.Repeat("?, ", columns) + s.timestamp() + ", " + s.timestamp() + ")"
	return s.Dialect.Bind(s.insert + strings.Repeat(row+", ", n-1) + row + s.conflict)
}

// apply executes statement, which comes from upserts, with args. On PostgreSQL it
// adds the ids of the rows that were inserted or replaced to ids, which must not be
// nil; on SQLite it does not change ids. It returns the errors of ctx and of the
// database.
func (s *Store) apply(ctx context.Context, tx *sql.Tx, ids map[int64]bool, statement string, args []any) error {
	if s.Dialect == SQLite {
		_, err := tx.ExecContext(ctx, statement, args...)
		return err
	}
	return sqldb.Each(ctx, tx, statement, args, func(found *sql.Rows) error {
		var id int64
		err := found.Scan(&id)
		ids[id] = true
		return err
	})
}
