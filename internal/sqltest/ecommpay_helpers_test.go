package sqltest_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"reflect"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/vima/vimasync"
)

// ecommpaySide is a database as ecommpaysync sees it.
type ecommpaySide struct{ database }

// onEachOfEcommpay runs a test on both databases.
func onEachOfEcommpay(t *testing.T, test func(d ecommpaySide)) {
	t.Helper()
	onEach(t, func(d database) { test(ecommpaySide{d}) })
}

func (d ecommpaySide) kind() ecommpaysync.Dialect {
	if d.dialect == vimasync.PostgreSQL {
		return ecommpaysync.PostgreSQL
	}
	return ecommpaysync.SQLite
}

// store is a migrated store over db, with a ledger: a row for each version that
// was applied, written in the transaction that applied it.
func (d ecommpaySide) store(t testing.TB, db *sql.DB, opts ...ecommpaysync.StoreOption) *ecommpaysync.SQLStore {
	t.Helper()
	s, err := ecommpaysync.NewSQLStore(db, d.kind(), append([]ecommpaysync.StoreOption{ecommpaysync.OnApply(d.ledger)}, opts...)...)
	require.NoError(t, err)
	require.NoError(t, s.Migrate(t.Context()))
	_, err = db.ExecContext(t.Context(), `CREATE TABLE IF NOT EXISTS ledger (operation_id BIGINT NOT NULL, version TEXT NOT NULL)`)
	require.NoError(t, err)
	return s
}

func (d ecommpaySide) ledger(ctx context.Context, tx *sql.Tx, o *ecommpay.Operation) error {
	statement := "INSERT INTO ledger (operation_id, version) VALUES (?, ?)"
	if d.kind() == ecommpaysync.PostgreSQL {
		statement = "INSERT INTO ledger (operation_id, version) VALUES (CAST($1 AS text)::bigint, $2)"
	}
	digest := sha256.Sum256(o.Raw)
	_, err := tx.ExecContext(ctx, statement, o.OperationID, hex.EncodeToString(digest[:]))
	return err
}

// empty makes the database as it was after Migrate.
func (d ecommpaySide) empty(t testing.TB, db *sql.DB) {
	t.Helper()
	d.database.empty(t, db, "ecommpay_operations")
}

// begun is where the operations of ecommpaySeeded begin.
var begun = time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -4)

// fromBegun are the params of a stream that reads them all.
var fromBegun = ecommpaysync.Params{From: begun}

// ecommpaySeeded is a fake with n operations that are spread over three days.
func ecommpaySeeded(t testing.TB, n int, opts ...ecommpaytest.Option) *ecommpaytest.Server {
	t.Helper()
	srv := ecommpaytest.NewServer(opts...)
	t.Cleanup(srv.Close)
	srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: n, Seed: 7, From: begun, Days: 3})...)
	return srv
}

func ecommpayClient(t testing.TB, srv *ecommpaytest.Server, opts ...ecommpay.Option) *ecommpay.Client {
	t.Helper()
	c, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials(), append([]ecommpay.Option{
		ecommpay.WithRetry(ecommpay.RetryPolicy{MaxAttempts: 8, MinWait: time.Microsecond, MaxWait: time.Millisecond}),
	}, opts...)...)
	require.NoError(t, err)
	return c
}

// ecommpayOperation decodes one made of members.
func ecommpayOperation(t testing.TB, members string) *ecommpay.Operation {
	t.Helper()
	o := new(ecommpay.Operation)
	require.NoError(t, o.UnmarshalJSON([]byte("{"+members+"}")))
	return o
}

// ecommpayCommit commits rows to a stream of their own.
func ecommpayCommit(t testing.TB, s *ecommpaysync.SQLStore, rows ...*ecommpay.Operation) error {
	t.Helper()
	at, err := s.Load(t.Context(), "test")
	require.NoError(t, err)
	_, err = s.Commit(t.Context(), "test", at, "{}", rows, nil)
	return err
}

// ecommpayRows are the fake's operations that decode, without the way in which
// they are spelled.
func ecommpayRows(srv *ecommpaytest.Server) map[int64]ecommpay.Operation {
	rows := map[int64]ecommpay.Operation{}
	for _, row := range srv.Rows(begun.AddDate(-1, 0, 0), time.Now().AddDate(1, 0, 0)) {
		o := new(ecommpay.Operation)
		id, err := strconv.ParseInt(row.OperationID, 10, 64)
		if err == nil && o.UnmarshalJSON(row.Raw) == nil {
			o.Raw = nil
			rows[id] = *o
		}
	}
	return rows
}

// touched counts updates, so that no two versions are alike.
var touched atomic.Int64

// touch updates an operation of the fake some time ago.
func touch(srv *ecommpaytest.Server, id int64, ago time.Duration) {
	srv.Update(idText(id), time.Now().Add(-ago), func(o *ecommpay.Operation) {
		o.PaymentProviderMessage = fmt.Sprint("update ", touched.Add(1))
	})
}

// audit compares what is stored with the fake, and with the ledger.
func (d ecommpaySide) audit(t testing.TB, srv *ecommpaytest.Server, db *sql.DB) damage {
	t.Helper()
	var found damage
	want := ecommpayRows(srv)
	stored := map[int64]string{} // the version
	rows, err := db.QueryContext(t.Context(), "SELECT operation_id, digest, raw FROM ecommpay_operations")
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var id int64
		var digest []byte
		var raw string
		require.NoError(t, rows.Scan(&id, &digest, &raw))
		stored[id] = hex.EncodeToString(digest)
		is := ecommpayOperation(t, raw[1:len(raw)-1])
		is.Raw = nil
		switch o, there := want[id]; {
		case !there:
			found.extra++
		case !reflect.DeepEqual(*is, o):
			found.stale++
		}
	}
	require.NoError(t, rows.Err())
	for id := range want {
		if stored[id] == "" {
			found.lost++
		}
	}
	applied := map[string]int{}
	entries, err := db.QueryContext(t.Context(), "SELECT operation_id, version FROM ledger")
	require.NoError(t, err)
	defer entries.Close()
	for entries.Next() {
		var id int64
		var version string
		require.NoError(t, entries.Scan(&id, &version))
		if applied[idText(id)+" "+version]++; applied[idText(id)+" "+version] > 1 {
			found.doubled++
		}
	}
	require.NoError(t, entries.Err())
	for id, version := range stored {
		if applied[idText(id)+" "+version] == 0 {
			found.unrecorded++
		}
	}
	return found
}

// ecommpayCatchUp makes passes until two in a row have read everything and stored
// nothing.
func ecommpayCatchUp(t testing.TB, c *ecommpay.Client, s ecommpaysync.Store, p ecommpaysync.Params) {
	t.Helper()
	quiet := 0
	for range 200 {
		result, err := ecommpaysync.RunOnce(t.Context(), c, s, p)
		require.NoError(t, err)
		if quiet++; !result.CaughtUp || result.Inserted+result.Updated > 0 {
			quiet = 0
		}
		if quiet == 2 {
			return
		}
	}
	t.Fatal("two hundred passes were not enough")
}
