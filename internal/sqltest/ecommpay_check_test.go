package sqltest_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// dayOf is an operation that was made at an instant, and updated then.
func dayOf(id string, created time.Time, minor int64, currency string) *ecommpay.Operation {
	return &ecommpay.Operation{
		OperationID: id, ProjectID: "11", OperationStatus: ecommpay.StatusSuccess, OperationCreatedAt: created,
		SumInitial: ecommpay.Sum{AmountMinor: minor, Currency: currency},
	}
}

func TestEcommpayCheck(t *testing.T) {
	t.Parallel()
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		srv, db := ecommpaytest.NewServer(), d.pool(t)
		t.Cleanup(srv.Close)
		const aDay = 24 * time.Hour
		for i := range 60 { // twenty a day, of which the last second of the day is the last
			created := begun.Add(time.Duration(i/20)*aDay + time.Duration(i%20)*time.Hour)
			if i%20 == 19 {
				created = begun.Add(time.Duration(i/20+1)*aDay - time.Second)
			}
			o := dayOf(idText(int64(1000+i)), created, int64(100+i), "EUR")
			o.ProjectID = []string{"11", "12"}[i%2]
			srv.Seed(o)
		}
		// Those of the first day were updated on the third.
		for i := range 20 {
			touch(srv, int64(1000+i), time.Since(begun.Add(2*aDay+time.Duration(i)*time.Minute)))
		}
		s, c := d.store(t, db), ecommpayClient(t, srv)
		ecommpayCatchUp(t, c, s, fromBegun)

		report, err := ecommpaysync.Check(t.Context(), c, s, begun.Add(5*time.Hour), begun.Add(2*aDay+23*time.Hour))
		require.NoError(t, err)
		require.Len(t, report.Days, 3)
		assert.True(t, report.OK(), report)
		for i, day := range report.Days {
			assert.Equal(t, begun.AddDate(0, 0, i), day.Date)
			assert.Equal(t, 20, day.API.Count)
		}
		assert.Equal(t, map[string]string{"EUR": "21.90"}, report.Days[0].API.Sums)
		assert.Equal(t, begun.Format(time.DateOnly)+" ok: ecommpay 20, stored 20, missing 0, stale 0, extra 0, rejected 0", report.Days[0].String())

		// One row is lost, one is older, one amount is another, one is not
		// ecommpay's.
		for _, statement := range []string{
			"DELETE FROM ecommpay_operations WHERE operation_id = 1021",
			"UPDATE ecommpay_operations SET digest = CAST('older' AS " + d.bytes() + ") WHERE operation_id = 1022",
			"UPDATE ecommpay_operations SET amount_minor = 7 WHERE operation_id = 1023",
		} {
			result, err := db.ExecContext(t.Context(), statement)
			require.NoError(t, err)
			n, err := result.RowsAffected()
			require.NoError(t, err)
			require.EqualValues(t, 1, n)
		}
		require.NoError(t, ecommpayCommit(t, s, dayOf("5", begun.Add(2*aDay-time.Millisecond), 1, "EUR")))
		report, err = ecommpaysync.Check(t.Context(), c, s, begun, begun.Add(2*aDay))
		require.NoError(t, err)
		assert.False(t, report.OK())
		assert.True(t, report.Days[0].OK())
		assert.True(t, report.Days[2].OK())
		second := report.Days[1]
		assert.Equal(t, []string{"1021"}, second.Missing)
		assert.Equal(t, []string{"1022"}, second.Stale)
		assert.Equal(t, []string{"5"}, second.Extra)
		assert.NotEqual(t, second.API.Sums, second.Stored.Sums)
		assert.Equal(t, begun.AddDate(0, 0, 1).Format(time.DateOnly)+" differs: ecommpay 20, stored 20, missing 1, stale 1, extra 1, rejected 0", second.String())

		// A project is compared with itself; the others' faults are theirs.
		report, err = ecommpaysync.Check(t.Context(), c, s, begun.Add(aDay), begun.Add(aDay), "12", "12")
		require.NoError(t, err)
		require.Len(t, report.Days, 1)
		assert.Equal(t, []string{"1021"}, report.Days[0].Missing)
		assert.Empty(t, report.Days[0].Stale)
		assert.Equal(t, 10, report.Days[0].API.Count)
	})
}

func (d ecommpaySide) bytes() string {
	if d.kind() == ecommpaysync.PostgreSQL {
		return "bytea"
	}
	return "BLOB"
}

// Sums are exact, in major units where the currency has them, and may be longer
// than an amount can be.
func TestEcommpayCheckSums(t *testing.T) {
	t.Parallel()
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		srv, db := ecommpaytest.NewServer(), d.pool(t)
		t.Cleanup(srv.Close)
		const most = 9223372036854775807
		srv.Seed(dayOf("1", begun, most, "EUR"), dayOf("2", begun, most, "EUR"), dayOf("3", begun, -4, "EUR"),
			dayOf("4", begun, 12345, "KWD"), dayOf("5", begun, 12345, "JPY"), dayOf("6", begun, 12345, "XTS"), dayOf("7", begun, 0, ""))
		s, c := d.store(t, db), ecommpayClient(t, srv)
		ecommpayCatchUp(t, c, s, fromBegun)
		report, err := ecommpaysync.Check(t.Context(), c, s, begun, begun)
		require.NoError(t, err)
		assert.True(t, report.OK())
		want := ecommpaysync.Totals{Count: 7, Sums: map[string]string{
			"EUR": "184467440737095516.10", "KWD": "12.345", "JPY": "12345", "XTS": "12345", "": "0",
		}}
		assert.Equal(t, want, report.Days[0].API)
		assert.Equal(t, want, report.Days[0].Stored)
	})
}

// A row that does not decode is counted, and the days after it are compared; one
// without its time belongs to the day in which it is listed.
func TestEcommpayCheckOddRows(t *testing.T) {
	t.Parallel()
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		srv, db := ecommpaySeeded(t, 30), d.pool(t)
		odd := func(id, members string) {
			o := dayOf(id, begun.Add(25*time.Hour), 0, "")
			o.Raw = []byte(`{"operation_id":"` + id + `","project_id":11,` + members + `}`)
			srv.Seed(o)
		}
		odd("7", `"operation_created_at":"15/01/2026 10:00","sum_initial":{"amount":5,"currency":"CHF"}`)
		s, c := d.store(t, db), ecommpayClient(t, srv)
		_, err := ecommpaysync.RunOnce(t.Context(), c, s, fromBegun)
		require.NoError(t, err)
		require.Equal(t, "7", text(t, db, "SELECT operation_id FROM ecommpay_operations WHERE operation_created_at IS NULL"))
		for _, projects := range [][]string{nil, {"11"}} {
			report, err := ecommpaysync.Check(t.Context(), c, s, begun, begun.AddDate(0, 0, 3), projects...)
			require.NoError(t, err)
			assert.True(t, report.OK(), report.Days)
			assert.Equal(t, "0.05", report.Days[1].Stored.Sums["CHF"])
		}
		_, err = db.ExecContext(t.Context(), "UPDATE ecommpay_operations SET digest = CAST('older' AS "+d.bytes()+") WHERE operation_id = 7")
		require.NoError(t, err)

		created := begun.Add(26 * time.Hour).Format(time.RFC3339)
		odd("8", `"operation_created_at":"`+created+`","sum_initial":{"amount":"much"}`)
		odd("9", `"operation_created_at":"`+created+`","operation_status":[]`)
		odd("10", `"operation_created_at":"`+begun.Add(-time.Hour).Format(time.RFC3339)+`","operation_status":[]`)
		report, err := ecommpaysync.Check(t.Context(), c, s, begun, begun.AddDate(0, 0, 2))
		require.NoError(t, err)
		require.Len(t, report.Days, 3)
		assert.Equal(t, 2, report.Days[1].Rejected)
		assert.Equal(t, []string{"7"}, report.Days[1].Stale)
		assert.Equal(t, report.Days[1].API.Count, report.Days[1].Stored.Count)
		assert.True(t, report.Days[0].OK())
		assert.True(t, report.Days[2].OK())
	})
}

// MapRow is applied to both sides, and does not make a row stale.
func TestEcommpayCheckMapped(t *testing.T) {
	t.Parallel()
	d := ecommpaySide{sqlite(t)}
	srv, db := ecommpaySeeded(t, 90), d.pool(t)
	s := d.store(t, db, ecommpaysync.MapRow(func(o *ecommpay.Operation) { o.SumInitial.AmountMinor, o.PaymentID = 1, "" }))
	ecommpayCatchUp(t, ecommpayClient(t, srv), s, fromBegun)
	report, err := ecommpaysync.Check(t.Context(), ecommpayClient(t, srv), s, begun, begun.AddDate(0, 0, 2))
	require.NoError(t, err)
	assert.True(t, report.OK(), report)
	assert.Positive(t, report.Days[0].API.Count)
}

func TestEcommpayCheckFaults(t *testing.T) {
	t.Parallel()
	d := ecommpaySide{sqlite(t)}
	srv, db := ecommpaySeeded(t, 3), d.pool(t)
	s := d.store(t, db)
	c := ecommpayClient(t, srv)
	day := "from: must be a time from 1970 to 9999, of a day that is not after to's"
	_, err := ecommpaysync.Check(t.Context(), nil, nil, begun, begun.AddDate(0, 0, -1), "x")
	require.ErrorIs(t, err, ecommpaysync.ErrInvalidRequest)
	assert.EqualError(t, err, "ecommpaysync: invalid request: c: must not be nil; s: must not be nil; "+day+
		"; projectIDs: must be decimal numbers; none at all is all of them")
	for _, ends := range [][2]time.Time{{{}, begun}, {begun, {}}, {begun, begun.AddDate(9000, 0, 0)}} {
		_, err = ecommpaysync.Check(t.Context(), c, s, ends[0], ends[1])
		require.EqualError(t, err, "ecommpaysync: invalid request: "+day)
	}
	assert.Empty(t, srv.Requests())

	report, err := ecommpaysync.Check(t.Context(), c, s, time.Unix(0, 0), time.Unix(0, 0))
	require.NoError(t, err)
	assert.True(t, report.OK())
	future := time.Now().AddDate(1, 0, 0)
	report, err = ecommpaysync.Check(t.Context(), c, s, future, future)
	require.NoError(t, err)
	assert.True(t, report.OK())

	srv.Inject(ecommpaytest.Fault{Status: 401})
	_, err = ecommpaysync.Check(t.Context(), c, s, begun, begun)
	require.ErrorIs(t, err, ecommpay.ErrUnauthorized)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = ecommpaysync.Check(ctx, c, s, begun, begun)
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, db.Close())
	_, err = ecommpaysync.Check(t.Context(), c, s, begun, begun)
	require.ErrorContains(t, err, "ecommpaysync: check: ")
}
