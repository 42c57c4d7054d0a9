package sqltest_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/transactions/transactionstest"
	"github.com/payclients/payclients-go/vima/vimasync"
)

// transactionsSide is a database as transactionssync sees it.
type transactionsSide struct{ database }

// onEachOfTransactions runs a test on both databases.
func onEachOfTransactions(t *testing.T, test func(d transactionsSide)) {
	t.Helper()
	onEach(t, func(d database) { test(transactionsSide{d}) })
}

func (d transactionsSide) kind() transactionssync.Dialect {
	if d.dialect == vimasync.PostgreSQL {
		return transactionssync.PostgreSQL
	}
	return transactionssync.SQLite
}

// store is a migrated store over db, with a ledger: a row for each version that
// was applied, written in the transaction that applied it.
func (d transactionsSide) store(t testing.TB, db *sql.DB, opts ...transactionssync.StoreOption) *transactionssync.SQLStore {
	t.Helper()
	s, err := transactionssync.NewSQLStore(db, d.kind(), append([]transactionssync.StoreOption{transactionssync.OnApply(d.ledger)}, opts...)...)
	require.NoError(t, err)
	require.NoError(t, s.Migrate(t.Context()))
	_, err = db.ExecContext(t.Context(), `CREATE TABLE IF NOT EXISTS ledger (id BIGINT NOT NULL, version BIGINT NOT NULL)`)
	require.NoError(t, err)
	return s
}

// ledger takes the last modification for the version: the fake moves it with each
// change.
func (d transactionsSide) ledger(ctx context.Context, tx *sql.Tx, row *transactions.Transaction) error {
	statement := "INSERT INTO ledger (id, version) VALUES (?, ?)"
	if d.kind() == transactionssync.PostgreSQL {
		statement = "INSERT INTO ledger (id, version) VALUES ($1, $2)"
	}
	_, err := tx.ExecContext(ctx, statement, row.ID, row.LastModifiedDate.UnixNano())
	return err
}

// empty makes the database as it was after Migrate.
func (d transactionsSide) empty(t testing.TB, db *sql.DB) {
	t.Helper()
	d.database.empty(t, db, "transactions_transactions")
}

// transactionsSeeded is a fake with n transactions, one a second up to some time
// ago, more than DefaultRewind. Its clock begins now.
func transactionsSeeded(t testing.TB, n int, opts ...transactionstest.Option) *transactionstest.Server {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Millisecond)
	srv := transactionstest.NewServer(append([]transactionstest.Option{transactionstest.WithClock(func() time.Time { return now })}, opts...)...)
	t.Cleanup(srv.Close)
	for i, row := range transactionstest.Generate(transactionstest.Plan{Transactions: n, Seed: 7}) {
		row.Date = now.Add(time.Duration(i-n-1300) * time.Second)
		row.CreatedDate, row.LastModifiedDate, row.Raw = row.Date, row.Date.Add(time.Duration(i%90)*time.Second), nil
		srv.Seed(row)
	}
	return srv
}

func transactionsClient(t testing.TB, srv *transactionstest.Server, opts ...transactions.Option) *transactions.Client {
	t.Helper()
	c, err := transactions.NewClient(srv.URL(), transactions.StaticToken(transactionstest.DefaultToken), append([]transactions.Option{
		transactions.WithRetry(transactions.RetryPolicy{MaxAttempts: 8, MinWait: time.Microsecond, MaxWait: time.Millisecond}),
	}, opts...)...)
	require.NoError(t, err)
	return c
}

// transaction decodes one made of members.
func transaction(t testing.TB, members string) *transactions.Transaction {
	t.Helper()
	row := new(transactions.Transaction)
	require.NoError(t, row.UnmarshalJSON([]byte("{"+members+"}")))
	return row
}

// transactionAt is one in a version.
func transactionAt(t testing.TB, id int64, changed time.Time, members string) *transactions.Transaction {
	t.Helper()
	at, err := json.Marshal(changed.UTC())
	require.NoError(t, err)
	return transaction(t, `"id":`+idText(id)+`,"lastModifiedDate":`+string(at)+members)
}

// transactionsCommit commits rows to a stream of their own.
func transactionsCommit(t testing.TB, s *transactionssync.SQLStore, rows ...*transactions.Transaction) error {
	t.Helper()
	at, err := s.Load(t.Context(), "test")
	require.NoError(t, err)
	_, err = s.Commit(t.Context(), "test", at, "{}", rows, nil)
	return err
}

// fail changes a transaction.
func fail(row *transactions.Transaction) { row.Status = "FAILED" }

// audit compares what is stored with the fake, and with the ledger.
func (d transactionsSide) audit(t testing.TB, srv *transactionstest.Server, db *sql.DB) damage {
	t.Helper()
	want := map[int64][sha256.Size]byte{}
	changed := map[int64]int64{}
	for _, row := range srv.Rows() {
		if is := new(transactions.Transaction); is.UnmarshalJSON(row.Raw) == nil {
			want[is.ID], changed[is.ID] = sha256.Sum256(row.Raw), is.LastModifiedDate.UnixNano()
		}
	}
	applied := map[version]int{}
	var found damage
	for _, v := range versions(t, db, "SELECT id, version FROM ledger") {
		if applied[v]++; applied[v] > 1 {
			found.doubled++
		}
	}
	rows, err := db.QueryContext(t.Context(), "SELECT id, digest FROM transactions_transactions")
	require.NoError(t, err)
	defer rows.Close()
	found.lost = len(want)
	for rows.Next() {
		var id int64
		var digest []byte
		require.NoError(t, rows.Scan(&id, &digest))
		is, there := want[id]
		switch {
		case !there:
			found.extra++
			continue
		case string(digest) != string(is[:]):
			found.stale++
		case applied[version{id, changed[id]}] == 0:
			found.unrecorded++
		}
		found.lost--
	}
	require.NoError(t, rows.Err())
	return found
}

// transactionsCatchUp makes passes until three in a row have read everything and
// stored nothing: what is late may need a few.
func transactionsCatchUp(t testing.TB, c *transactions.Client, s transactionssync.Store, p transactionssync.Params) {
	t.Helper()
	quiet := 0
	for range 100 {
		result, err := transactionssync.RunOnce(t.Context(), c, s, p)
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
