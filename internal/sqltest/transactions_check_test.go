package sqltest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

func TestTransactionsCheck(t *testing.T) {
	t.Parallel()
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		from := time.Date(2026, time.January, 10, 0, 0, 0, 0, time.UTC)
		to := from.AddDate(0, 0, 2)
		srv, db := transactionstest.NewServer(transactionstest.WithPageLimit(70)), d.pool(t)
		t.Cleanup(srv.Close)
		srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 600, Days: 3, From: from, Seed: 3})...)
		s, c := d.store(t, db), transactionsClient(t, srv)
		transactionsCatchUp(t, c, s, transactionssync.Params{})

		tashkent := time.FixedZone("UZT", 5*3600) // days are UTC, whatever the zone of the arguments
		report, err := transactionssync.Check(t.Context(), c, s, from.Add(18*time.Hour).In(tashkent), to.Add(23*time.Hour).In(tashkent))
		require.NoError(t, err)
		require.Len(t, report.Days, 3)
		assert.True(t, report.OK(), report)
		assert.Equal(t, from, report.Days[0].Date)
		assert.Equal(t, 600, report.Days[0].API.Count+report.Days[1].API.Count+report.Days[2].API.Count)
		assert.NotEmpty(t, report.Days[1].API.Sums["860"])
		assert.Equal(t, "2026-01-10 ok: service 200, stored 200, missing 0, stale 0, extra 0, rejected 0", report.Days[0].String())

		// One row is lost, one is another version, one is not the service's, one
		// amount is another.
		ids := map[string]string{}
		for i, row := range srv.Rows()[250:253] {
			ids[[]string{"lost", "stale", "amount"}[i]] = idText(row.ID)
		}
		changed := int64(0)
		for _, statement := range []string{
			"DELETE FROM transactions_transactions WHERE id = " + ids["lost"],
			"UPDATE transactions_transactions SET digest = (SELECT digest FROM transactions_transactions WHERE id = " + ids["amount"] + ") WHERE id = " + ids["stale"],
			"UPDATE transactions_transactions SET request_amount = 7 WHERE id = " + ids["amount"],
		} {
			result, err := db.ExecContext(t.Context(), statement)
			require.NoError(t, err)
			n, err := result.RowsAffected()
			require.NoError(t, err)
			changed += n
		}
		require.EqualValues(t, 3, changed)
		require.NoError(t, transactionsCommit(t, s, transactionAt(t, 5, time.Now(), `,"date":"2026-01-11T23:59:59.999Z"`)))

		report, err = transactionssync.Check(t.Context(), c, s, from, to)
		require.NoError(t, err)
		assert.False(t, report.OK())
		assert.True(t, report.Days[0].OK())
		assert.True(t, report.Days[2].OK())
		second := report.Days[1]
		assert.Equal(t, []string{ids["lost"]}, second.Missing)
		assert.Equal(t, []string{ids["stale"]}, second.Stale)
		assert.Equal(t, []string{"5"}, second.Extra)
		assert.NotEqual(t, second.API.Sums, second.Stored.Sums)
		assert.Equal(t, "2026-01-11 differs: service 200, stored 200, missing 1, stale 1, extra 1, rejected 0", second.String())

		// A new stream mends what is missing or stale.
		_, err = transactionssync.RunOnce(t.Context(), c, s, transactionssync.Params{Stream: "again"})
		require.NoError(t, err)
		report, err = transactionssync.Check(t.Context(), c, s, from, to)
		require.NoError(t, err)
		assert.Empty(t, report.Days[1].Missing)
		assert.Empty(t, report.Days[1].Stale)
	})
}

// Sums are exact and may be longer than an amount can be; currencies have three
// digits, and rows without one or without an amount count.
func TestTransactionsCheckSums(t *testing.T) {
	t.Parallel()
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		srv, db := transactionstest.NewServer(), d.pool(t)
		t.Cleanup(srv.Close)
		day := time.Date(2026, time.January, 15, 0, 0, 0, 0, time.UTC)
		for i, amount := range []*int64{new(int64(1<<63 - 1)), new(int64(1<<63 - 1)), new(int64(-5)), nil} {
			srv.Seed(&transactions.Transaction{ID: int64(i + 1), Date: day, RequestAmount: amount, RequestCcy: new(int32(8))})
		}
		srv.Seed(&transactions.Transaction{ID: 5, Date: day, RequestAmount: new(int64(3))})
		s, c := d.store(t, db), transactionsClient(t, srv)
		transactionsCatchUp(t, c, s, transactionssync.Params{})
		report, err := transactionssync.Check(t.Context(), c, s, day, day)
		require.NoError(t, err)
		assert.True(t, report.OK())
		want := transactionssync.Totals{Count: 5, Sums: map[string]string{"008": "18446744073709551609", "": "3"}}
		assert.Equal(t, want, report.Days[0].API)
		assert.Equal(t, want, report.Days[0].Stored)
	})
}

// A row that does not decode is counted; one that is stored without its date is
// neither missing nor extra; one that was never modified is missing.
func TestTransactionsCheckOddRows(t *testing.T) {
	t.Parallel()
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		srv, db := transactionstest.NewServer(), d.pool(t)
		t.Cleanup(srv.Close)
		day := time.Date(2026, time.January, 15, 0, 0, 0, 0, time.UTC)
		srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 30, Days: 3, From: day.AddDate(0, 0, -1), Seed: 3})...)
		odd := func(id int64, members string) {
			srv.Seed(&transactions.Transaction{
				ID: id, Date: day.Add(time.Hour), LastModifiedDate: day.Add(time.Hour),
				Raw: []byte(`{"id":` + idText(id) + `,"lastModifiedDate":"2026-01-15T01:00:00Z",` + members + `}`),
			})
		}
		odd(7, `"date":"15/01/2026 10:00","requestAmount":5,"requestCcy":963`)
		srv.Seed(&transactions.Transaction{ID: 6, LastModifiedDate: day, Raw: []byte(`{"id":6,"lastModifiedDate":"2026-01-15T00:00:00Z","date":null}`)})
		s, c := d.store(t, db), transactionsClient(t, srv)
		_, err := transactionssync.RunOnce(t.Context(), c, s, transactionssync.Params{})
		require.NoError(t, err)
		require.Equal(t, "2", text(t, db, "SELECT count(*) FROM transactions_transactions WHERE date IS NULL"))
		report, err := transactionssync.Check(t.Context(), c, s, day.AddDate(0, 0, -1), day.AddDate(0, 0, 1))
		require.NoError(t, err)
		assert.True(t, report.OK(), report.Days)
		assert.Equal(t, "5", report.Days[1].Stored.Sums["963"])
		count := report.Days[1].API.Count

		odd(8, `"date":"2026-01-15T02:00:00Z","requestAmount":"much"`)
		srv.Seed(&transactions.Transaction{ID: 9, Date: day.Add(time.Hour), LastModifiedDate: day.AddDate(-100, 0, 0), Raw: []byte(`{"id":9,"date":"2026-01-15T01:00:00Z","lastModifiedDate":null}`)})
		_, err = transactionssync.RunOnce(t.Context(), c, s, transactionssync.Params{Stream: "again"})
		require.ErrorIs(t, err, transactionssync.ErrRejected)
		report, err = transactionssync.Check(t.Context(), c, s, day.AddDate(0, 0, -1), day.AddDate(0, 0, 1))
		require.NoError(t, err)
		require.Len(t, report.Days, 3)
		assert.Equal(t, 1, report.Days[1].Rejected)
		assert.Equal(t, []string{"9"}, report.Days[1].Missing)
		assert.Equal(t, count+1, report.Days[1].API.Count)
		assert.True(t, report.Days[0].OK())
		assert.True(t, report.Days[2].OK())
	})
}

func TestTransactionsCheckFaults(t *testing.T) {
	t.Parallel()
	d := transactionsSide{sqlite(t)}
	srv, db := transactionsSeeded(t, 3), d.pool(t)
	s, c := d.store(t, db), transactionsClient(t, srv)
	day := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	for _, bounds := range [][2]time.Time{{{}, day}, {day, {}}, {day, day.Add(-time.Second)}} {
		_, err := transactionssync.Check(t.Context(), c, s, bounds[0], bounds[1])
		require.ErrorIs(t, err, transactionssync.ErrInvalidRequest)
		require.EqualError(t, err, "transactionssync: invalid request: from: must be on a day that is not after that of to")
	}
	assert.Empty(t, srv.Requests())

	srv.Inject(transactionstest.Fault{Status: 403})
	_, err := transactionssync.Check(t.Context(), c, s, day, day)
	require.ErrorIs(t, err, transactions.ErrForbidden)
	require.ErrorContains(t, err, "transactionssync: check 2026-01-01")
	srv.ClearFaults()
	require.NoError(t, db.Close())
	_, err = transactionssync.Check(t.Context(), c, s, day, day)
	require.ErrorContains(t, err, "transactionssync: check 2026-01-01")
}
