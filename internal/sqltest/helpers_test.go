package sqltest_test

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

const postgresVariable = "PAYCLIENTS_POSTGRES"

// database is an empty one of a test, to which any number of pools connect.
type database struct {
	t       *testing.T // the test that it is of
	dialect vimasync.Dialect
	driver  string
	dsn     string
}

// onEach runs a test on both databases.
func onEach(t *testing.T, test func(d database)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		d := sqlite(t)
		d.t = t
		test(d)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		d := postgres(t)
		d.t = t
		test(d)
	})
}

func sqlite(t testing.TB) database {
	t.Helper()
	file := (&url.URL{Path: filepath.ToSlash(filepath.Join(t.TempDir(), "sync.db"))}).EscapedPath()
	return database{
		dialect: vimasync.SQLite, driver: "sqlite",
		dsn: "file:" + file + "?_pragma=busy_timeout(20000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)",
	}
}

// postgres is a schema of its own.
func postgres(t testing.TB) database {
	t.Helper()
	dsn := os.Getenv(postgresVariable)
	if dsn == "" {
		t.Skip("no PostgreSQL: set " + postgresVariable + " to a connection string to run this")
	}
	schema := fmt.Sprintf("sync_%d_%d", os.Getpid(), rand.Uint32())
	admin, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	_, err = admin.ExecContext(t.Context(), "CREATE SCHEMA "+schema)
	require.NoError(t, err, postgresVariable+" is set, so PostgreSQL has to answer")
	t.Cleanup(func() {
		_, err := admin.ExecContext(context.WithoutCancel(t.Context()), "DROP SCHEMA "+schema+" CASCADE")
		require.NoError(t, err)
		require.NoError(t, admin.Close())
	})
	address, err := url.Parse(dsn)
	require.NoError(t, err)
	query := address.Query()
	query.Set("search_path", schema)
	query.Set("synchronous_commit", "off") // tests kill processes, not the machine
	address.RawQuery = query.Encode()
	return database{dialect: vimasync.PostgreSQL, driver: "pgx", dsn: address.String()}
}

// pool is a pool of connections of its own, as another process has one.
func (d database) pool(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open(d.driver, d.dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// store is a migrated store over db, with a ledger: a row for each version that
// was applied, written in the transaction that applied it.
func (d database) store(t testing.TB, db *sql.DB, opts ...vimasync.StoreOption) *vimasync.SQLStore {
	t.Helper()
	s, err := vimasync.NewSQLStore(db, d.dialect, append([]vimasync.StoreOption{vimasync.OnApply(d.ledger)}, opts...)...)
	require.NoError(t, err)
	require.NoError(t, s.Migrate(t.Context()))
	_, err = db.ExecContext(t.Context(), `CREATE TABLE IF NOT EXISTS ledger (operation_id BIGINT NOT NULL, version BIGINT NOT NULL)`)
	require.NoError(t, err)
	return s
}

func (d database) ledger(ctx context.Context, tx *sql.Tx, o *vima.Operation) error {
	statement := "INSERT INTO ledger (operation_id, version) VALUES (?, ?)"
	if d.dialect == vimasync.PostgreSQL {
		statement = "INSERT INTO ledger (operation_id, version) VALUES (CAST($1 AS text)::bigint, CAST($2 AS text)::bigint)"
	}
	_, err := tx.ExecContext(ctx, statement, o.OperationID, o.OperationUpdateID)
	return err
}

// client is one of the fake, which repeats without waiting.
func client(t testing.TB, srv *vimatest.Server, opts ...vima.Option) *vima.Client {
	t.Helper()
	c, err := vima.NewClient(srv.URL(), vima.APIKey(vimatest.DefaultAPIKey), append([]vima.Option{
		vima.WithRetry(vima.RetryPolicy{MaxAttempts: 8, MinWait: time.Microsecond, MaxWait: time.Millisecond}),
	}, opts...)...)
	require.NoError(t, err)
	return c
}

// seeded is a fake with n operations that are spread over a day.
func seeded(t testing.TB, n int, opts ...vimatest.Option) *vimatest.Server {
	t.Helper()
	srv := vimatest.NewServer(opts...)
	t.Cleanup(srv.Close)
	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: n, Seed: 7})...)
	return srv
}

// version is an operation in one of its versions.
type version struct{ id, update int64 }

// decodable are the fake's operations in their newest versions, in order.
func decodable(t testing.TB, srv *vimatest.Server) []version {
	t.Helper()
	var all []version
	for _, raw := range srv.Rows() {
		if o := new(vima.Operation); o.UnmarshalJSON(raw) == nil {
			all = append(all, version{integer(t, o.OperationID), integer(t, o.OperationUpdateID)})
		}
	}
	slices.SortFunc(all, byID)
	return all
}

func integer(t testing.TB, text string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(text, 10, 64)
	require.NoError(t, err)
	return n
}

func byID(a, b version) int { return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.update, b.update)) }

// versions reads pairs of ids, in order.
func versions(t testing.TB, db *sql.DB, query string) []version {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer rows.Close()
	var all []version
	for rows.Next() {
		var v version
		require.NoError(t, rows.Scan(&v.id, &v.update))
		all = append(all, v)
	}
	require.NoError(t, rows.Err())
	slices.SortFunc(all, byID)
	return all
}

// damage is what a sync must never do.
type damage struct{ lost, stale, extra, doubled, unrecorded int }

// audit compares what is stored with the fake, and with the ledger.
func audit(t testing.TB, srv *vimatest.Server, db *sql.DB) damage {
	t.Helper()
	var d damage
	stored := map[int64]int64{}
	for _, v := range versions(t, db, "SELECT operation_id, operation_update_id FROM vima_operations") {
		stored[v.id] = v.update
	}
	want := decodable(t, srv)
	d.extra = max(0, len(stored)-len(want))
	for _, v := range want {
		switch is, there := stored[v.id]; {
		case !there:
			d.lost++
		case is != v.update:
			d.stale++
		}
	}
	applied := map[version]int{}
	for _, v := range versions(t, db, "SELECT operation_id, version FROM ledger") {
		if applied[v]++; applied[v] > 1 {
			d.doubled++
		}
	}
	for id, update := range stored {
		if applied[version{id, update}] == 0 {
			d.unrecorded++
		}
	}
	return d
}

// catchUp makes passes until three in a row have read everything and stored
// nothing: what is late may need a few.
func catchUp(t testing.TB, c *vima.Client, s vimasync.Store, p vimasync.Params) {
	t.Helper()
	quiet := 0
	for range 100 {
		result, err := vimasync.RunOnce(t.Context(), c, s, p)
		require.NoError(t, err)
		if quiet++; !result.CaughtUp || result.Inserted+result.Updated > 0 {
			quiet = 0
		}
		if quiet == 3 {
			return
		}
	}
	t.Fatal("a hundred passes were not enough")
}

func idText(id int64) string { return strconv.FormatInt(id, 10) }

// all are the fake's operations.
func all(t testing.TB, srv *vimatest.Server) []*vima.Operation {
	t.Helper()
	var operations []*vima.Operation
	for _, raw := range srv.Rows() {
		o := new(vima.Operation)
		require.NoError(t, o.UnmarshalJSON(raw))
		operations = append(operations, o)
	}
	return operations
}
