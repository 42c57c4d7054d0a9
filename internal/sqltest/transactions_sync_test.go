package sqltest_test

import (
	"context"
	"database/sql"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

func TestTransactionsFirstPassStoresEverything(t *testing.T) {
	t.Parallel()
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		srv, db := transactionsSeeded(t, 1234, transactionstest.WithPageLimit(300)), d.pool(t)
		s := d.store(t, db)
		result, err := transactionssync.RunOnce(t.Context(), transactionsClient(t, srv), s, transactionssync.Params{})
		require.NoError(t, err)
		assert.Equal(t, 1234, result.Inserted)
		assert.True(t, result.CaughtUp)
		assert.Zero(t, result.Updated+result.Rejected)
		assert.Zero(t, d.audit(t, srv, db))

		for _, row := range srv.Rows()[:300] {
			srv.Update(row.ID, fail)
		}
		result, err = transactionssync.RunOnce(t.Context(), transactionsClient(t, srv), s, transactionssync.Params{})
		require.NoError(t, err)
		assert.Equal(t, 300, result.Updated)
		assert.Zero(t, result.Inserted)
		assert.Zero(t, d.audit(t, srv, db))
	})
}

// A stream that begins anew beside the old one reads everything again and mends
// what is not as it was read.
func TestTransactionsAnotherStreamMends(t *testing.T) {
	t.Parallel()
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		srv, db := transactionsSeeded(t, 300), d.pool(t)
		s, c := d.store(t, db), transactionsClient(t, srv)
		transactionsCatchUp(t, c, s, transactionssync.Params{From: srv.Now().Add(-1400 * time.Second)})
		before := d.audit(t, srv, db)
		assert.Positive(t, before.lost)
		_, err := db.ExecContext(t.Context(), "UPDATE transactions_transactions SET status = 'spoilt', digest = CAST('x' AS "+
			map[bool]string{true: "bytea", false: "BLOB"}[d.kind() == transactionssync.PostgreSQL]+") WHERE status = 'SUCCESS'")
		require.NoError(t, err)
		_, err = db.ExecContext(t.Context(), "DELETE FROM ledger")
		require.NoError(t, err)
		_, err = transactionssync.RunOnce(t.Context(), c, s, transactionssync.Params{Stream: "again"})
		require.NoError(t, err)
		is := d.audit(t, srv, db)
		is.unrecorded = 0
		assert.Zero(t, is)
		assert.Equal(t, "0", text(t, db, "SELECT count(*) FROM transactions_transactions WHERE status = 'spoilt'"))
	})
}

// Streams that read the same at the same time: rows are locked in one order, and
// each version is applied once.
func TestTransactionsOverlappingStreams(t *testing.T) {
	t.Parallel()
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		srv, db := transactionsSeeded(t, 2000, transactionstest.WithPageLimit(100)), d.pool(t)
		s := d.store(t, db)
		var group sync.WaitGroup
		for _, p := range []transactionssync.Params{{Stream: "a"}, {Stream: "b"}, {Stream: "c", From: srv.Now().Add(-40 * time.Minute)}} {
			s := d.store(t, d.pool(t))
			group.Go(func() {
				_, err := transactionssync.RunOnce(t.Context(), transactionsClient(t, srv), s, p)
				assert.NoError(t, err)
			})
		}
		group.Wait()
		transactionsCatchUp(t, transactionsClient(t, srv), s, transactionssync.Params{})
		assert.Zero(t, d.audit(t, srv, db))
	})
}

// A pool of one connection is enough for everything.
func TestTransactionsOneConnection(t *testing.T) {
	t.Parallel()
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		srv, db := transactionsSeeded(t, 150, transactionstest.WithPageLimit(40)), d.pool(t)
		db.SetMaxOpenConns(1)
		s, c := d.store(t, db), transactionsClient(t, srv)
		transactionsCatchUp(t, c, s, transactionssync.Params{})
		assert.Zero(t, d.audit(t, srv, db))
		report, err := transactionssync.Check(t.Context(), c, s, time.Now().AddDate(0, 0, -1), time.Now())
		require.NoError(t, err)
		assert.True(t, report.OK(), report.Days)
	})
}

func TestTransactionsRejects(t *testing.T) {
	t.Parallel()
	for _, keep := range []bool{false, true} {
		onEachOfTransactions(t, func(d transactionsSide) {
			t := d.t
			srv, db := transactionsSeeded(t, 20), d.pool(t)
			bad := `{"id":7,"requestAmount":"much","senderAccount":"+996000000001"}`
			broken := "{\"id\":9,\"comment\":\"\xff\",\"main\":7}"
			for id, raw := range map[int64]string{7: bad, 9: broken} {
				srv.Seed(&transactions.Transaction{ID: id, LastModifiedDate: srv.Now().Add(-time.Hour), Raw: []byte(raw)})
			}
			s := d.store(t, db, transactionssync.KeepRaw(keep))
			result, err := transactionssync.RunOnce(t.Context(), transactionsClient(t, srv), s, transactionssync.Params{})
			require.ErrorIs(t, err, transactionssync.ErrRejected)
			assert.EqualError(t, err, `transactionssync: rows were rejected: 2 of stream "default"`)
			assert.Equal(t, 2, result.Rejected)
			assert.Equal(t, 20, result.Inserted)
			assert.True(t, result.CaughtUp)
			assert.Equal(t, "2", text(t, db, "SELECT count(*) FROM sync_rejects"))
			assert.Contains(t, text(t, db, "SELECT reason FROM sync_rejects WHERE row_id = '7'"), "requestAmount")
			assert.NotContains(t, text(t, db, "SELECT reason FROM sync_rejects WHERE row_id = '7'"), "much")
			want := map[string]string{"7": "NULL", "9": "NULL"}
			if keep {
				want = map[string]string{"7": bad, "9": broken}
			}
			for id, raw := range want {
				assert.Equal(t, raw, text(t, db, "SELECT raw FROM sync_rejects WHERE row_id = '"+id+"'"))
			}

			result, err = transactionssync.RunOnce(t.Context(), transactionsClient(t, srv), s, transactionssync.Params{})
			require.NoError(t, err, "what is behind the window is not met again")
			assert.True(t, result.CaughtUp)
		})
	}
}

// held is a store before which each commit waits for wait.
type held struct {
	*transactionssync.SQLStore
	wait func(rows []*transactions.Transaction)
}

func (h *held) Commit(ctx context.Context, stream string, from transactionssync.Checkpoint, next transactionssync.State, rows []*transactions.Transaction, bad []transactions.BadRow) (transactionssync.Checkpoint, error) {
	h.wait(rows)
	return h.SQLStore.Commit(ctx, stream, from, next, rows, bad)
}

// A row that a wrong clock has stamped in the future changes while the page that
// it came on waits to be stored: the change has the lower stamp, and is stored all
// the same. It is applied once, as is the row itself.
func TestTransactionsChangeAfterAStampInTheFuture(t *testing.T) {
	t.Parallel()
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		srv, db := transactionsSeeded(t, 30), d.pool(t)
		id := srv.Rows()[4].ID
		var applied []string
		s := d.store(t, db, transactionssync.OnApply(func(_ context.Context, _ *sql.Tx, row *transactions.Transaction) error {
			if row.ID == id {
				applied = append(applied, string(row.Status))
			}
			return nil
		}))
		srv.Update(id, func(row *transactions.Transaction) {
			row.Status, row.LastModifiedDate = "EARLY", time.Now().Add(3*time.Hour)
		})
		changed := false
		store := &held{s, func([]*transactions.Transaction) {
			if !changed {
				srv.Update(id, func(row *transactions.Transaction) { // by a clock that is right, or a little behind
					row.Status, row.LastModifiedDate = "LATER", time.Now().Add(-time.Second)
				})
				changed = true
			}
		}}
		for range 3 {
			_, err := transactionssync.RunOnce(t.Context(), transactionsClient(t, srv), store, transactionssync.Params{})
			require.NoError(t, err)
		}
		assert.Equal(t, []string{"EARLY", "LATER"}, applied)
		assert.Equal(t, "LATER", text(t, db, "SELECT status FROM transactions_transactions WHERE id = "+idText(id)))
	})
}
