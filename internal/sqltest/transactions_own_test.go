package sqltest_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
)

// Accounts are masked unless MapRow does something else, also in JSON.
func TestTransactionsAccounts(t *testing.T) {
	t.Parallel()
	const account = "+996000000001"
	nothing := transactionssync.MapRow(func(*transactions.Transaction) {})
	for name, c := range map[string]struct {
		opts []transactionssync.StoreOption
		want string
	}{
		"by default":   {nil, "*********0001"},
		"of nil":       {[]transactionssync.StoreOption{transactionssync.MapRow(nil)}, "*********0001"},
		"of nothing":   {[]transactionssync.StoreOption{nothing}, account},
		"of the mask":  {[]transactionssync.StoreOption{transactionssync.MapRow(transactionssync.MaskAccounts)}, "*********0001"},
		"of the last":  {[]transactionssync.StoreOption{transactionssync.MapRow(transactionssync.MaskAccounts), nothing}, account},
		"and kept raw": {[]transactionssync.StoreOption{transactionssync.KeepRaw(true)}, "*********0001"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := sqlite(t).pool(t)
			var got *transactions.Transaction
			opts := append(c.opts, transactionssync.OnApply(func(_ context.Context, _ *sql.Tx, a transactionssync.Applied) error {
				got = a.Row
				return nil
			}))
			store, err := transactionssync.NewSQLStore(db, transactionssync.SQLite, opts...)
			require.NoError(t, err)
			require.NoError(t, store.Migrate(t.Context()))
			s := transactionsSubject{}
			_, err = put(t, transactionsReplica{store}, s.json(row{id: 1, members: `,"senderAccount":"` + account + `"`}))
			require.NoError(t, err)
			assert.Equal(t, c.want, text(t, db, "SELECT sender_account FROM transactions_transactions"))
			assert.Equal(t, c.want, got.SenderAccount, "as it is stored")
			out, err := got.MarshalJSON()
			require.NoError(t, err)
			assert.Contains(t, string(out), c.want)
			assert.Equal(t, c.want == account, strings.Contains(string(out), account), "what is masked does not come back from Raw")
			if name == "and kept raw" {
				assert.JSONEq(t, string(out), text(t, db, "SELECT raw FROM transactions_transactions"))
			}
		})
	}
}

// No column has what is personal in the sample of the documentation.
func TestTransactionsPersonalData(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		t := d.t
		db, s := d.pool(t), transactionsSubject{}
		r := d.store(t, s, db, options{}).(transactionsReplica)
		sample, err := os.ReadFile("../../transactions/testdata/transaction.json")
		require.NoError(t, err)
		row := new(transactions.Transaction)
		require.NoError(t, row.UnmarshalJSON(sample))
		personal := map[string]*string{
			"sender account": &row.SenderAccount, "recipient account": &row.RecipientAccount, "sender name": &row.SenderName, "recipient name": &row.RecipientName,
			"login": &row.RequestLogin, "sub-account": &row.RequestSubAccount, "comment": &row.Comment, "creator": &row.CreatedBy, "changer": &row.LastModifiedBy,
		}
		for what, field := range personal {
			*field = "secret " + what
		}
		_, err = r.Commit(t.Context(), "s", transactionssync.Change{Next: "{}", Rows: []*transactions.Transaction{row}})
		require.NoError(t, err)
		columns, err := db.QueryContext(t.Context(), "SELECT * FROM transactions_transactions")
		require.NoError(t, err)
		defer columns.Close()
		names, err := columns.Columns()
		require.NoError(t, err)
		require.True(t, columns.Next())
		values := make([]any, len(names))
		for i := range values {
			values[i] = new(any)
		}
		require.NoError(t, columns.Scan(values...))
		for i, name := range names {
			value, err := json.Marshal(*values[i].(*any))
			require.NoError(t, err)
			assert.NotContains(t, string(value), "secret", name)
		}
		require.NoError(t, columns.Err())
	})
}

// A row that is stamped in the future is not the last one for that.
func TestTransactionsStampsInTheFuture(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		t := d.t
		db, s := d.pool(t), transactionsSubject{}
		r := d.store(t, s, db, options{})
		at := int64(0)
		// As a pass does that has read all that was changed before settled, or
		// with a state that does not tell.
		put := func(id int64, changed time.Time, settled, status string) {
			t.Helper()
			raw := `{"id":` + idText(id) + `,"lastModifiedDate":` + encoded(changed.UTC().Format(time.RFC3339Nano)) + `,"status":"` + status + `"}`
			_, err := r.commit(t.Context(), "s", at, settled, []any{raw}, nil)
			require.NoError(t, err)
			at++
		}
		is := func(id int64, status string) {
			t.Helper()
			assert.Equal(t, status, text(t, db, "SELECT status FROM transactions_transactions WHERE id = "+idText(id)))
		}
		before := func(minutes int) string {
			return `{"sweep":{"safe":` + encoded(noon.Add(time.Duration(minutes)*time.Minute).Format(time.RFC3339Nano)) + `}}`
		}
		put(5, noon, before(1), "a")
		is(5, "a")
		put(5, noon.AddDate(90, 0, 0), before(2), "of the future")
		is(5, "of the future")
		put(5, noon.Add(3*time.Minute), before(4), "b")
		is(5, "b")
		assert.Equal(t, "2026-01-15T12:03:00.000000Z", text(t, db, "SELECT "+d.instant("last_modified_date")+" FROM transactions_transactions"))

		// A state that is not of this package does not tell; then the present counts.
		put(6, time.Now().AddDate(90, 0, 0), "{}", "of the future")
		put(6, time.Now().Add(-time.Hour), "[]", "old")
		is(6, "of the future")
		put(6, time.Now(), "{}", "new")
		is(6, "new")
	})
}

// A row that a wrong clock has stamped in the future changes while the page that
// it came on waits to be stored: the change has the lower stamp, and is stored all
// the same. It is applied once, as is the row itself.
func TestTransactionsChangeAfterAStampInTheFuture(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		t := d.t
		s := transactionsSubject{}
		f, db := s.serve(t, 30, serving{}).(transactionsFake), d.pool(t)
		id := f.Rows()[4].ID
		stamp := func(status transactions.Status, at time.Time) {
			f.Update(id, func(row *transactions.Transaction) { row.Status, row.LastModifiedDate = status, at })
		}
		r := d.store(t, s, db, options{})
		stamp("EARLY", time.Now().Add(3*time.Hour))
		changed := false
		for range 3 {
			_, err := r.passing(t.Context(), f, params{}, func(int, time.Duration) {
				if !changed {
					stamp("LATER", time.Now().Add(-time.Second)) // by a clock that is right, or a little behind
					changed = true
				}
			})
			require.NoError(t, err)
		}
		assert.EqualValues(t, 2, count(t, db, "ledger WHERE id = "+idText(id)))
		assert.Equal(t, "LATER", text(t, db, "SELECT status FROM transactions_transactions WHERE id = "+idText(id)))
	})
}

// A row that was never modified is never read, and Check finds that.
func TestTransactionsNeverModified(t *testing.T) {
	t.Parallel()
	d, s := sqlite(t), transactionsSubject{}
	f := s.serve(t, 30, serving{}).(transactionsFake)
	r := d.store(t, s, d.pool(t), options{})
	f.Seed(&transactions.Transaction{
		ID: 9, Date: on(1, 1), LastModifiedDate: firstDay.AddDate(-100, 0, 0), Raw: []byte(`{"id":9,"date":` + encoded(on(1, 1).Format(time.RFC3339)) + `,"lastModifiedDate":null}`),
	})
	catchUp(t, r, f, params{})
	days, err := r.check(t.Context(), f, 1, 1)
	require.NoError(t, err)
	assert.Equal(t, []string{"9"}, days[0].missing)
}

// A row that no answer can hold is refused as well.
func TestTransactionsRefusesAnID(t *testing.T) {
	t.Parallel()
	d, s := sqlite(t), transactionsSubject{}
	r := d.store(t, s, d.pool(t), options{}).(transactionsReplica)
	rows := []*transactions.Transaction{{ID: -1, LastModifiedDate: noon}}
	_, err := r.Commit(t.Context(), "s", transactionssync.Change{Next: "{}", Rows: rows})
	require.ErrorIs(t, err, transactionssync.ErrInvalidRequest)
	assert.EqualError(t, err, "transactionssync: invalid request: Rows[0]: id must be positive")
}
