package sqltest_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
)

// What is stored of an account, and of rows as received, by option.
func TestTransactionsMapRowAndKeepRaw(t *testing.T) {
	t.Parallel()
	const members = `"id":1,"lastModifiedDate":"2026-01-15T12:00:00Z","senderAccount":"+996000000001"`
	const bad = `{"senderAccount":"+996000000001"}`
	nothing := transactionssync.MapRow(func(*transactions.Transaction) {})
	raw := transactionssync.MapRow(func(row *transactions.Transaction) {
		transactionssync.MaskAccounts(row)
		row.Raw = []byte(`{}`)
	})
	noRaw := transactionssync.MapRow(func(row *transactions.Transaction) { row.Raw = nil })
	keep := transactionssync.KeepRaw(true)
	for _, c := range []struct {
		opts                 []transactionssync.StoreOption
		account, raw, reject string
	}{
		{nil, "*********0001", "NULL", "NULL"},
		{[]transactionssync.StoreOption{transactionssync.MapRow(nil)}, "*********0001", "NULL", "NULL"},
		{[]transactionssync.StoreOption{keep}, "*********0001", "{" + members + "}", bad},
		{[]transactionssync.StoreOption{keep, transactionssync.KeepRaw(false)}, "*********0001", "NULL", "NULL"},
		{[]transactionssync.StoreOption{nothing}, "+996000000001", "NULL", "NULL"},
		{[]transactionssync.StoreOption{nothing, keep}, "+996000000001", "{" + members + "}", bad},
		{[]transactionssync.StoreOption{raw, keep}, "*********0001", "{}", bad},
		{[]transactionssync.StoreOption{noRaw, keep}, "+996000000001", "NULL", bad},
	} {
		d := transactionsSide{sqlite(t)}
		db := d.pool(t)
		s := d.store(t, db, c.opts...)
		_, err := s.Commit(t.Context(), "s", transactionssync.Checkpoint{}, "{}", []*transactions.Transaction{transaction(t, members)},
			[]transactions.BadRow{{Raw: []byte(bad), Err: errors.New("no")}})
		require.NoError(t, err)
		assert.Equal(t, c.account, text(t, db, "SELECT sender_account FROM transactions_transactions"))
		assert.Equal(t, c.raw, text(t, db, "SELECT raw FROM transactions_transactions"))
		assert.Equal(t, c.reject, text(t, db, "SELECT raw FROM sync_rejects"))
	}
}

// What MapRow changes is stored and applied, but for what a transaction is told
// apart by; whether it has changed is told by what was received.
func TestTransactionsMapRow(t *testing.T) {
	t.Parallel()
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		db := d.pool(t)
		noon := time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)
		var applied []transactions.Transaction
		s := d.store(t, db,
			transactionssync.MapRow(func(row *transactions.Transaction) {
				row.ID, row.LastModifiedDate, row.Status, row.Raw = 99, noon.AddDate(1, 0, 0), "MAPPED", nil
			}),
			transactionssync.OnApply(func(_ context.Context, _ *sql.Tx, row *transactions.Transaction) error {
				applied = append(applied, *row)
				return nil
			}))
		row := transactionAt(t, 1, noon, `,"status":"SUCCESS","senderAccount":"+996000000001"`)
		require.NoError(t, transactionsCommit(t, s, row))
		assert.EqualValues(t, "SUCCESS", row.Status, "the caller's is not changed")
		assert.Equal(t, "MAPPED", text(t, db, "SELECT status FROM transactions_transactions WHERE id = 1"))
		assert.Equal(t, idText(noon.UnixMicro()), text(t, db, "SELECT version FROM transactions_transactions"))
		assert.Equal(t, "2026-01-15T12:00:00.000000Z", text(t, db, "SELECT "+d.shownAt("last_modified_date")+" FROM transactions_transactions"))
		require.Len(t, applied, 1)
		assert.Equal(t, transactions.Transaction{ID: 1, LastModifiedDate: noon, Status: "MAPPED", SenderAccount: "+996000000001"}, applied[0])

		require.NoError(t, transactionsCommit(t, s, row))
		assert.Len(t, applied, 1)
		require.NoError(t, transactionsCommit(t, s, transactionAt(t, 1, noon, `,"status":"FAILED"`)))
		assert.Len(t, applied, 2)
	})
}

func TestTransactionsOnApply(t *testing.T) {
	t.Parallel()
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		db := d.pool(t)
		var order []int64
		refusal := errors.New("not now")
		refuse := true
		s := d.store(t, db, transactionssync.OnApply(func(ctx context.Context, tx *sql.Tx, row *transactions.Transaction) error {
			order = append(order, row.ID)
			assert.Equal(t, "*********0001", row.SenderAccount, "as it is stored")
			assert.Contains(t, string(row.Raw), "+996000000001", "as it was received")
			if refuse && row.ID == 2 {
				return refusal
			}
			return d.ledger(ctx, tx, row)
		}))
		var rows []*transactions.Transaction
		for _, id := range []int64{3, 2, 1} {
			rows = append(rows, transactionAt(t, id, time.Now().Add(-time.Hour), `,"senderAccount":"+996000000001"`))
		}
		err := transactionsCommit(t, s, rows...)
		require.ErrorIs(t, err, refusal)
		assert.Equal(t, []int64{3, 2}, order)
		for _, table := range []string{"transactions_transactions", "ledger", "sync_state"} {
			assert.Equal(t, "0", text(t, db, "SELECT count(*) FROM "+table), table)
		}

		refuse, order = false, nil
		require.NoError(t, transactionsCommit(t, s, rows...))
		require.NoError(t, transactionsCommit(t, s, rows...))
		assert.Equal(t, []int64{3, 2, 1}, order, "in the order of the page, and once")
	})
}

// Rows made by hand have no bytes as received: what they encode to tells them
// apart.
func TestTransactionsWithoutRaw(t *testing.T) {
	t.Parallel()
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		db := d.pool(t)
		s := d.store(t, db, transactionssync.KeepRaw(true))
		at := time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)
		for _, status := range []transactions.Status{"A", "B", "B"} {
			require.NoError(t, transactionsCommit(t, s, &transactions.Transaction{ID: 1, LastModifiedDate: at, Status: status}))
		}
		assert.Equal(t, "B", text(t, db, "SELECT status FROM transactions_transactions"))
		assert.Equal(t, "NULL", text(t, db, "SELECT raw FROM transactions_transactions"))
		assert.Equal(t, "2", text(t, db, "SELECT count(*) FROM ledger"))
	})
}
