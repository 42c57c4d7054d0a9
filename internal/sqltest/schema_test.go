package sqltest_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// former makes the tables as the version before has made them, with its names in
// sync_migrations. Their files are in testdata.
func (d database) former(t testing.TB, db *sql.DB) {
	t.Helper()
	execute(t, db, "CREATE TABLE sync_migrations (name VARCHAR(200) NOT NULL PRIMARY KEY)")
	names, err := filepath.Glob("testdata/schema1/" + map[bool]string{true: "postgres", false: "sqlite"}[d.postgres] + "/*.sql")
	require.NoError(t, err)
	require.Len(t, names, 4)
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for statement := range strings.SplitSeq(string(text), ";\n") {
			if strings.TrimSpace(statement) != "" {
				execute(t, db, statement)
			}
		}
		execute(t, db, "INSERT INTO sync_migrations (name) VALUES ("+quoted(filepath.Base(name))+")")
	}
}

// columnsOf are the names of a table's columns.
func columnsOf(t testing.TB, db *sql.DB, table string) []string {
	t.Helper()
	// No statement twice: one that is prepared keeps the columns of its time.
	rows, err := db.QueryContext(t.Context(), fmt.Sprintf("SELECT * FROM %s LIMIT 0 -- %d", table, rand.Uint64()))
	require.NoError(t, err)
	defer rows.Close()
	names, err := rows.Columns()
	require.NoError(t, err)
	require.NoError(t, rows.Err())
	return names
}

// downgraded copies what a store of today has into the tables of before, in an empty
// database.
func downgraded(t testing.TB, s subject, from database, today *sql.DB, to database, before *sql.DB) {
	t.Helper()
	to.former(t, before)
	for _, table := range []string{s.facts().table, "sync_state"} {
		there := map[string]bool{}
		for _, name := range columnsOf(t, today, table) {
			there[name] = true
		}
		names := columnsOf(t, before, table)
		var read, write []string
		for i, name := range names {
			if write = append(write, fmt.Sprint("$", i+1)); !there[name] {
				name = from.exact(name)
			}
			read = append(read, name)
		}
		rows, err := today.QueryContext(t.Context(), "SELECT "+strings.Join(read, ", ")+" FROM "+table)
		require.NoError(t, err)
		defer rows.Close()
		for rows.Next() {
			values, into := make([]any, len(names)), make([]any, len(names))
			for i := range values {
				into[i] = &values[i]
			}
			require.NoError(t, rows.Scan(into...))
			_, err := before.ExecContext(t.Context(), "INSERT INTO "+table+" ("+strings.Join(names, ", ")+") VALUES ("+strings.Join(write, ", ")+")", values...)
			require.NoError(t, err)
		}
		require.NoError(t, rows.Err())
	}
}

// upgradable is a database of the version before, with rows of a fake that a store
// of that version has caught up with, and one of today with the same rows.
func upgradable(t testing.TB, s subject, d database, rows int) (f fake, before, today *sql.DB) {
	t.Helper()
	other := opens()[map[bool]string{true: "PostgreSQL", false: "SQLite"}[d.postgres]](t)
	f, before, today = s.serve(t, rows, serving{}), d.pool(t), other.pool(t)
	catchUp(t, other.store(t, s, today, options{keepRaw: new(true)}), f, params{})
	downgraded(t, s, other, today, d, before)
	return f, before, today
}

// The tables of the version before are upgraded with what is in them: what follows
// from other columns is there for all rows, Check finds no difference, and the stream
// goes on where it was.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		const rows = 150
		f, db, today := upgradable(t, s, d, rows)
		is := s.facts()
		r := d.open(t, s, db, options{silent: true})
		require.NoError(t, r.Migrate(t.Context()))
		assert.EqualValues(t, rows, count(t, db, is.table))
		derived := "SELECT id, class, amount_minor, fee_minor FROM " + is.name + "_report ORDER BY id"
		assert.Equal(t, answer(t, today, derived), answer(t, db, derived))
		assert.EqualValues(t, rows, count(t, db, is.table+" WHERE stored_at IS NOT NULL AND first_stored_at = stored_at"))
		assert.ElementsMatch(t, columnsOf(t, today, is.table), columnsOf(t, db, is.table))
		lag, known, err := r.Lag(t.Context(), "default")
		require.NoError(t, err)
		assert.False(t, known, "the version before did not keep it")
		assert.Zero(t, lag)

		days, err := r.check(t.Context(), f, 0, 2)
		require.NoError(t, err)
		require.Len(t, days, 3)
		for _, day := range days {
			assert.True(t, day.ok, day.text)
		}
		f.change(f.ids()[3])
		done, err := r.pass(t.Context(), f, params{})
		require.NoError(t, err)
		assert.Equal(t, 1, done.Updated)
		assert.Zero(t, done.Inserted)
		require.NoError(t, r.Migrate(t.Context()), "once more")
		assert.EqualValues(t, 1+4, count(t, db, d.indexes(is)))
	})
}

// indexes are the indexes of a table, without the one of its primary key.
func (d database) indexes(is facts) string {
	if d.postgres {
		return "pg_indexes WHERE schemaname = current_schema AND indexname NOT LIKE '%_pkey' AND tablename = '" + is.table + "'"
	}
	return "sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = '" + is.table + "'"
}

// A process of the version before is refused with the name of the upgrade, whether it
// goes on with a stream or begins one, and stores nothing. Its neighbours that are not
// upgraded yet go on.
func TestFormerProcess(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		_, db, _ := upgradable(t, s, d, 20)
		is := s.facts()
		// The first statement of each commit, as that version has it.
		goOn := func(source string) error {
			_, err := db.ExecContext(t.Context(), "UPDATE sync_state SET version = version + 1, state = '{}' WHERE source = "+quoted(source)+" AND stream = 'default'")
			return err
		}
		begin := func(source, stream string) error {
			_, err := db.ExecContext(t.Context(), "INSERT INTO sync_state (source, stream, version, state) VALUES ("+
				quoted(source)+", "+quoted(stream)+", 1, '{}') ON CONFLICT (source, stream) DO NOTHING")
			return err
		}
		require.NoError(t, goOn(is.name), "before the upgrade")
		require.NoError(t, begin("another", "default"))
		at := text(t, db, "SELECT version FROM sync_state WHERE source = "+quoted(is.name))
		r := d.open(t, s, db, options{silent: true})
		require.NoError(t, r.Migrate(t.Context()))
		for _, err := range []error{goOn(is.name), begin(is.name, "new")} {
			require.ErrorContains(t, err, "the tables of "+is.name+" were upgraded by 000")
			require.ErrorContains(t, err, "_"+is.name+"_report.sql, and this process is of an older version")
		}
		require.NoError(t, goOn("another"))
		require.NoError(t, begin("another", "new"))
		assert.Equal(t, at, text(t, db, "SELECT version FROM sync_state WHERE source = "+quoted(is.name)))

		_, err := put(t, r, s.json(row{id: 1, version: 1})) // and one of this version is not
		require.NoError(t, err)
		require.Error(t, goOn(is.name), "also once it has gone on")
		require.NoError(t, begin("another", "third"))
	})
}

// An upgrade of many rows that is killed again and again is gone on from, and no row
// is completed twice.
func TestUpgradeGoesOn(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		_, db, _ := upgradable(t, s, d, 10)
		is := s.facts()
		const rows = 10_500 // more than a chunk
		multiply(t, db, is, rows)
		kills := 0
		for at := 1; ; at += step(at) {
			pool, k := d.killed(t, at, at%2 == 0)
			err := d.open(t, s, pool, options{silent: true}).Migrate(t.Context())
			if !k.dead() {
				require.NoError(t, err)
				break
			}
			kills++
		}
		require.Greater(t, kills, 5)
		assert.EqualValues(t, rows, count(t, db, is.table+" WHERE class IS NOT NULL AND stored_at IS NOT NULL"))
		assert.EqualValues(t, 1+4, count(t, db, d.indexes(is)))
		assert.EqualValues(t, 4+6, count(t, db, "sync_migrations"))
		if d.postgres {
			assert.Zero(t, count(t, db, "pg_index WHERE NOT indisvalid AND indrelid = CAST('"+is.table+"' AS regclass)"))
		}
		assert.Equal(t, is.name+"_report", text(t, db, "SELECT max('"+is.name+"_report') FROM "+is.name+"_report"))
	})
}

// step is how far apart the calls are at which an upgrade is killed.
func step(at int) int {
	if long() {
		return 1
	}
	return 1 + at/3
}

// multiply copies the rows of a table, with other ids, until it has so many.
func multiply(t testing.TB, db *sql.DB, is facts, rows int64) {
	t.Helper()
	names := columnsOf(t, db, is.table)
	values := make([]string, len(names))
	for i, name := range names {
		if values[i] = name; name == is.id {
			values[i] = "1000000 + row_number() OVER (ORDER BY " + is.id + ") + (SELECT count(*) FROM " + is.table + ")"
		}
	}
	for {
		n := count(t, db, is.table)
		if n >= rows {
			return
		}
		execute(t, db, fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s ORDER BY %s LIMIT %d",
			is.table, strings.Join(names, ", "), strings.Join(values, ", "), is.table, is.id, rows-n))
	}
}

// While a table is read for long, an upgrade waits for it in turns: others get to the
// table before the reader ends.
func TestUpgradeWaits(t *testing.T) {
	t.Parallel()
	eachOn(t, postgres, func(s subject, d database) {
		t := d.t
		db, is := d.pool(t), s.facts()
		d.former(t, db)
		reader, err := db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		defer reader.Rollback()
		_, err = reader.ExecContext(t.Context(), "LOCK TABLE "+is.table+" IN ACCESS SHARE MODE")
		require.NoError(t, err)
		failed := make(chan error, 1)
		r := d.open(t, s, d.pool(t), options{silent: true})
		go func() { failed <- r.Migrate(t.Context()) }()
		const waiting = "pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock' AND relation = CAST('%s' AS regclass)"
		require.Eventually(t, func() bool { return count(t, db, fmt.Sprintf(waiting, is.table)) > 0 }, time.Minute, time.Millisecond)
		assert.Zero(t, count(t, d.pool(t), is.table), "it is read all the same")
		require.NoError(t, reader.Rollback())
		require.NoError(t, <-failed)
	})
}
