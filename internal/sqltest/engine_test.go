package sqltest_test

import (
	"context"
	"database/sql"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/syncer"
)

// things are migrations that make a table of this name with some columns.
func things(t *testing.T, d syncer.Dialect, columns string) fs.FS {
	t.Helper()
	files, err := syncer.Files(d, fstest.MapFS{"migrations/" + d.String() + "/things.sql": {Data: []byte(
		"CREATE TABLE things (id BIGINT NOT NULL PRIMARY KEY, " + columns + ", stored_at TEXT, first_stored_at TEXT);\n")}})
	require.NoError(t, err)
	return files
}

// A table whose rows have a digest, for providers whose versions do not tell
// changes apart.
func TestDigests(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		t := d.t
		db := d.pool(t)
		dialect, digest := syncer.SQLite, "BLOB"
		if d.postgres {
			dialect, digest = syncer.PostgreSQL, "bytea"
		}
		s := syncer.NewStore(syncer.Config{
			DB: db, Dialect: dialect, Source: "test",
			Table:      syncer.Table{Name: "things", ID: "id", Version: "version", Digest: "digest", Columns: []string{"name", "seen"}, Status: "name", Amount: "name", Currency: "name"},
			Migrations: things(t, dialect, "version BIGINT NOT NULL, digest "+digest+" NOT NULL, name TEXT, seen TEXT"),
		})
		require.NoError(t, s.Migrate(t.Context()))
		from := int64(0)
		row := func(version int64, name string) syncer.Row {
			return syncer.Row{ID: 1, Version: version, Digest: []byte(name + "\x00\xff"), Values: []any{name, nil}}
		}
		commit := func(rows ...syncer.Row) syncer.Counts {
			t.Helper()
			var applied []int
			counts, err := s.Commit(t.Context(), syncer.Change{
				Stream: "s", From: from, State: "{}",
				Rows: rows,
				Applied: func(_ context.Context, _ *sql.Tx, i int, _ *syncer.Stored) error {
					applied = append(applied, i)
					return nil
				},
			})
			require.NoError(t, err)
			assert.Len(t, applied, counts.Inserted+counts.Updated)
			from++
			return counts
		}
		put := func(version int64, name string) syncer.Counts {
			t.Helper()
			return commit(row(version, name))
		}
		is := func(name string) {
			t.Helper()
			assert.Equal(t, name, text(t, db, "SELECT name FROM things"))
		}
		assert.Equal(t, syncer.Counts{Inserted: 1}, put(5, "a"))
		assert.Equal(t, syncer.Counts{Unchanged: 1}, put(5, "a"))
		assert.Equal(t, syncer.Counts{Unchanged: 1}, put(6, "a"))
		assert.Equal(t, syncer.Counts{Updated: 1}, put(5, "b"))
		is("b")
		assert.Equal(t, syncer.Counts{Unchanged: 1}, put(4, "c"))
		is("b")
		assert.Equal(t, syncer.Counts{Updated: 1}, put(9, "d"))
		is("d")
		// Of two versions at once the newest one counts, also where it is what is
		// stored.
		assert.Equal(t, syncer.Counts{Unchanged: 2}, commit(row(10, "e"), row(11, "d")))
		is("d")
		assert.Equal(t, syncer.Counts{Unchanged: 2}, commit(row(11, "d"), row(10, "e")))
		is("d")
		assert.Equal(t, syncer.Counts{Updated: 1, Unchanged: 1}, commit(row(10, "f"), row(11, "g")))
		is("g")
	})
}

// A table without versions: what is committed last counts.
func TestDigestsAlone(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		t := d.t
		db := d.pool(t)
		dialect, digest := syncer.SQLite, "BLOB"
		if d.postgres {
			dialect, digest = syncer.PostgreSQL, "bytea"
		}
		s := syncer.NewStore(syncer.Config{
			DB: db, Dialect: dialect, Source: "test",
			Table:      syncer.Table{Name: "things", ID: "id", Digest: "digest", Columns: []string{"name"}},
			Migrations: things(t, dialect, "digest "+digest+" NOT NULL, name TEXT"),
		})
		require.NoError(t, s.Migrate(t.Context()))
		for i, c := range []struct {
			put  []string
			want syncer.Counts
			is   string
		}{
			{[]string{"a"}, syncer.Counts{Inserted: 1}, "a"},
			{[]string{"a"}, syncer.Counts{Unchanged: 1}, "a"},
			{[]string{"b"}, syncer.Counts{Updated: 1}, "b"},
			{[]string{"a"}, syncer.Counts{Updated: 1}, "a"},
			{[]string{"c", "d"}, syncer.Counts{Updated: 1, Unchanged: 1}, "d"},
			{[]string{"e", "d"}, syncer.Counts{Unchanged: 2}, "d"},
		} {
			var rows []syncer.Row
			for _, name := range c.put {
				rows = append(rows, syncer.Row{ID: 1, Digest: []byte(name), Values: []any{name}})
			}
			counts, err := s.Commit(t.Context(), syncer.Change{Stream: "s", From: int64(i), State: "{}", Rows: rows})
			require.NoError(t, err)
			assert.Equal(t, c.want, counts)
			assert.Equal(t, c.is, text(t, db, "SELECT name FROM things"))
		}
	})
}

// The lease is the database's clock's, and one holder's at a time.
func TestLease(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		t := d.t
		db := d.pool(t)
		d.store(t, vimaSubject{}, db, options{})
		dialect := syncer.SQLite
		if d.postgres {
			dialect = syncer.PostgreSQL
		}
		s := syncer.NewStore(syncer.Config{DB: db, Dialect: dialect, Source: "vima", Table: syncer.Table{Name: "vima_operations", ID: "operation_id", Version: "operation_update_id"}})
		take := func(holder string, d time.Duration) bool {
			t.Helper()
			held, err := s.Take(t.Context(), "s", holder, d)
			require.NoError(t, err)
			return held
		}
		assert.True(t, take("a", time.Minute))
		assert.False(t, take("b", time.Minute))
		assert.True(t, take("a", time.Minute))
		require.NoError(t, s.Leave(t.Context(), "s", "b"))
		assert.False(t, take("b", time.Minute))
		require.NoError(t, s.Leave(t.Context(), "s", "a"))
		assert.True(t, take("b", -time.Second), "it has run out at once")
		assert.True(t, take("a", time.Minute))
		left := text(t, db, "SELECT until_millis FROM sync_lease")
		assert.InDelta(t, time.Now().Add(time.Minute).UnixMilli(), integer(t, left), 10_000)
	})
}
