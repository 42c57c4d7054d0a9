package sqltest_test

import (
	"database/sql"
	"testing"

	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A schema that goose has made from the files is what Migrate makes: Migrate knows it
// again, applies nothing twice, and passes go on.
func TestGoose(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		f, db, is := s.serve(t, 20, serving{}), d.pool(t), s.facts()
		dialect := map[bool]goose.Dialect{true: goose.DialectPostgres, false: goose.DialectSQLite3}[d.postgres]
		tool, err := goose.NewProvider(dialect, db, d.files(t, s))
		require.NoError(t, err)
		applied, err := tool.Up(t.Context())
		require.NoError(t, err)
		require.Len(t, applied, 5)
		before := d.schema(t, db)
		r := d.open(t, s, d.pool(t), options{silent: true})
		require.NoError(t, r.Migrate(t.Context()))
		assert.Equal(t, before, d.schema(t, db))
		catchUp(t, r, f, params{})
		assert.EqualValues(t, 20, count(t, db, is.name+"_report"))

		other := opens()[map[bool]string{true: "PostgreSQL", false: "SQLite"}[d.postgres]](t)
		made := other.pool(t)
		other.store(t, s, made, options{silent: true})
		assert.Equal(t, other.schema(t, made), before, "as Migrate makes it")
	})
}

// schema is what a database has, except the tables of tools and tests.
func (d database) schema(t testing.TB, db *sql.DB) []map[string]string {
	t.Helper()
	if !d.postgres {
		return answer(t, db, `SELECT type, name, sql FROM sqlite_master
WHERE tbl_name NOT LIKE 'goose%' AND tbl_name NOT IN ('sync_migrations', 'ledger', 'sqlite_sequence') ORDER BY type, name`)
	}
	return answer(t, db, `SELECT c.relname, CAST(c.relkind AS text) AS kind, a.attname, format_type(a.atttypid, a.atttypmod) AS type, CAST(a.attnotnull AS text) AS required,
	replace(coalesce(pg_get_indexdef(c.oid), ''), current_schema || '.', '') AS made
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = CAST(current_schema AS regnamespace) AND a.attnum > 0 AND NOT a.attisdropped
	AND c.relname NOT LIKE 'goose%' AND c.relname NOT LIKE 'sync_migrations%' AND c.relname <> 'ledger'
ORDER BY c.relname, a.attname`)
}
