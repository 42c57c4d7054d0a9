package sqltest_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/vima/vimasync"
)

// A table that the module cannot write to is refused by its name, with each column
// that is wrong, and nothing is changed.
func TestMigrateRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		is := s.facts()
		both := map[string][]string{
			"CREATE TABLE sync_state (id int PRIMARY KEY, val text)": {
				"table sync_state is not a table of this module: it has no column source, stream, version, state, updated_at",
			},
			"CREATE TABLE " + is.table + " (name text)": {"table " + is.table + " is not a table of this module: it has no column " + is.id},
			"CREATE VIEW " + is.table + " AS SELECT 1":  {is.table + " is not a table of this module, but a view"},
			"CREATE TABLE sync_clock (present text)":    {"sync_clock is not a view of this module, but a table"},
			"CREATE TABLE sync_lease (source text NOT NULL, stream text NOT NULL, holder text NOT NULL, until_millis bigint NOT NULL)": {
				"table sync_lease has no unique key on source, stream",
			},
			"CREATE TABLE sync_migrations (version int)": {"table sync_migrations is not a table of this module: it has no column name"},
		}
		refused := func(t *testing.T, d database, change string, former bool, wants []string) {
			t.Helper()
			db := d.pool(t)
			if former {
				d.former(t, db)
			}
			for statement := range strings.SplitSeq(change, "; ") {
				execute(t, db, statement)
			}
			err := d.open(t, s, db, options{silent: true}).Migrate(t.Context())
			require.Error(t, err)
			require.ErrorIs(t, err, schemaError(s))
			for _, want := range wants {
				require.ErrorContains(t, err, want)
			}
			_, err = d.pool(t).ExecContext(t.Context(), "SELECT * FROM "+is.name+"_report")
			require.Error(t, err, "nothing is changed")
		}
		open := opens()[map[bool]string{true: "PostgreSQL", false: "SQLite"}[d.postgres]]
		for change, wants := range both {
			t.Run(change, func(t *testing.T) { refused(t, open(t), change, false, wants) })
		}
		for change, wants := range spoilers(s, d) {
			t.Run(change, func(t *testing.T) { refused(t, open(t), change, true, wants) })
		}
	})
}

// spoilers change a table of the version before to what loses something.
func spoilers(s subject, d database) map[string][]string {
	is := s.facts()
	if !d.postgres {
		return map[string][]string{
			"ALTER TABLE " + is.table + " DROP COLUMN raw": {"table " + is.table + " has no column raw"},
			"DROP TABLE sync_state; CREATE TABLE sync_state (source TEXT NOT NULL, stream TEXT NOT NULL, version REAL NOT NULL, state TEXT NOT NULL, updated_at TEXT NOT NULL DEFAULT '', PRIMARY KEY (source, stream))": {
				"table sync_state has column version as REAL, which must be integer",
			},
			"DROP TABLE sync_rejects; CREATE TABLE sync_rejects (source TEXT NOT NULL, stream TEXT NOT NULL, digest TEXT NOT NULL, row_id TEXT NOT NULL, reason TEXT NOT NULL, raw BLOB, first_seen TEXT NOT NULL DEFAULT '', last_seen NUMERIC NOT NULL DEFAULT '', PRIMARY KEY (source, stream, digest))": {
				"column row_id as NOT NULL, which must take NULL", "column last_seen as NUMERIC, which must be text",
			},
		}
	}
	alter := "ALTER TABLE " + is.table + " ALTER COLUMN "
	all := map[string][]string{
		alter + is.id + " TYPE integer":                                             {"table " + is.table + " has column " + is.id + " as integer, which must be bigint"},
		alter + is.day + " TYPE text":                                               {"column " + is.day + " as text, which must be timestamptz"},
		alter + is.day + " TYPE timestamp":                                          {"column " + is.day + " as timestamp without time zone, which must be timestamptz"},
		alter + is.text + " TYPE char(5)":                                           {"column " + is.text + " as character(5), which must be text"},
		alter + is.day + " TYPE text; ALTER TABLE " + is.table + " DROP COLUMN raw": {"table " + is.table + " has no column raw, has column " + is.day + " as text"},
	}
	amount := map[string]string{"vima": "amount", "ecommpay": "amount_minor", "transactions": "gateway_amount"}[is.name]
	all[alter+amount+" TYPE double precision"] = []string{"column " + amount + " as double precision, which must be "}
	all[alter+amount+" TYPE numeric(10,2)"] = []string{"column " + amount + " as numeric(10,2), which must be "}
	return all
}

func schemaError(s subject) error {
	switch s.(type) {
	case vimaSubject:
		return vimasync.ErrSchema
	case ecommpaySubject:
		return ecommpaysync.ErrSchema
	default:
		return transactionssync.ErrSchema
	}
}

// Extra columns and indexes, wider types and partitions stay, and passes go on.
func TestMigrateLeavesAlone(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		f, db, is := s.serve(t, 30, serving{}), d.pool(t), s.facts()
		d.former(t, db)
		changes := []string{
			"ALTER TABLE " + is.table + " ADD COLUMN note text",
			"CREATE INDEX my_own ON " + is.table + " (" + is.status + ")",
			"DROP INDEX " + is.table + "_" + is.text,
		}
		if d.postgres {
			changes = append(changes,
				"ALTER TABLE "+is.table+" ALTER COLUMN "+is.id+" TYPE numeric",
				"ALTER TABLE "+is.table+" ALTER COLUMN "+is.text+" TYPE varchar",
				"ALTER TABLE "+is.table+" RENAME TO parts",
				"CREATE TABLE "+is.table+" (LIKE parts INCLUDING DEFAULTS INCLUDING STORAGE, PRIMARY KEY ("+is.id+")) PARTITION BY HASH ("+is.id+")",
				"CREATE TABLE part_0 PARTITION OF "+is.table+" FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
				"CREATE TABLE part_1 PARTITION OF "+is.table+" FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
				"DROP TABLE parts",
			)
		}
		for _, change := range changes {
			execute(t, db, change)
		}
		r := d.open(t, s, db, options{silent: true})
		require.NoError(t, r.Migrate(t.Context()))
		catchUp(t, r, f, params{})
		assert.EqualValues(t, 30, count(t, db, is.table+" WHERE note IS NULL AND class IS NOT NULL"))
		if !d.postgres {
			assert.EqualValues(t, 1, count(t, db, "sqlite_master WHERE name = 'my_own'"))
			return
		}
		assert.EqualValues(t, 2, count(t, db, "pg_inherits WHERE inhparent = CAST('"+is.table+"' AS regclass)"))
		assert.EqualValues(t, 2, count(t, db, "pg_indexes WHERE schemaname = current_schema AND tablename LIKE 'part_%' AND indexdef LIKE '%stored_at%' AND indexdef NOT LIKE '%first%'"))
	})
}

// An index that was left invalid is made again, and one that was dropped is not.
func TestMigrateMendsIndexes(t *testing.T) {
	t.Parallel()
	eachOn(t, postgres, func(s subject, d database) {
		t := d.t
		db, is := d.pool(t), s.facts()
		r := d.store(t, s, db, options{})
		execute(t, db, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = CAST('"+is.table+"_class' AS regclass)")
		execute(t, db, "DROP INDEX "+is.table+"_stored_at")
		execute(t, db, "DROP VIEW "+is.name+"_report")
		require.NoError(t, r.Migrate(t.Context()))
		assert.Equal(t, "true", text(t, db, "SELECT indisvalid FROM pg_index WHERE indexrelid = CAST('"+is.table+"_class' AS regclass)"))
		assert.EqualValues(t, 4, count(t, db, d.indexes(is)))
		assert.Zero(t, count(t, db, is.name+"_report"), "the view is there again")
	})
}

// files are the migrations of a subject, as users get them.
func (d database) files(t testing.TB, s subject) fs.FS {
	t.Helper()
	var files fs.FS
	var err error
	switch s.(type) {
	case vimaSubject:
		files, err = vimasync.Migrations(map[bool]vimasync.Dialect{true: vimasync.PostgreSQL, false: vimasync.SQLite}[d.postgres])
	case ecommpaySubject:
		files, err = ecommpaysync.Migrations(map[bool]ecommpaysync.Dialect{true: ecommpaysync.PostgreSQL, false: ecommpaysync.SQLite}[d.postgres])
	default:
		files, err = transactionssync.Migrations(map[bool]transactionssync.Dialect{true: transactionssync.PostgreSQL, false: transactionssync.SQLite}[d.postgres])
	}
	require.NoError(t, err)
	return files
}

// Where nothing is missing Migrate writes nothing: a role that may only read and write
// rows can call it at every start.
func TestMigrateReadsWhereNothingIsMissing(t *testing.T) {
	t.Parallel()
	eachOn(t, postgres, func(s subject, d database) {
		t := d.t
		d.store(t, s, d.pool(t), options{})
		d.dsn += "&default_transaction_read_only=on"
		db := d.pool(t)
		_, err := db.ExecContext(t.Context(), "CREATE TABLE another (id int)")
		require.ErrorContains(t, err, "read-only", "the control")
		require.NoError(t, d.open(t, s, db, options{}).Migrate(t.Context()))
	})
}
