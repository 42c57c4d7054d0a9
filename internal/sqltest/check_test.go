package sqltest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		from := vima.Date{Year: 2026, Month: time.January, Day: 10}
		to := from.AddDays(2)
		srv, db := vimatest.NewServer(), d.pool(t)
		t.Cleanup(srv.Close)
		srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 600, Days: 3, From: from, Seed: 3})...)
		s, c := d.store(t, db), client(t, srv)
		catchUp(t, c, s, vimasync.Params{})

		report, err := vimasync.Check(t.Context(), c, s, from, to)
		require.NoError(t, err)
		require.Len(t, report.Days, 3)
		assert.True(t, report.OK(), report)
		assert.Equal(t, 600, report.Days[0].API.Count+report.Days[1].API.Count+report.Days[2].API.Count)
		assert.NotEmpty(t, report.Days[1].API.Sums["INR"])
		assert.Equal(t, "2026-01-10 ok: collector 200, stored 200, missing 0, stale 0, extra 0, rejected 0", report.Days[0].String())

		// One row is lost, one is older, one is not the collector's, one amount
		// is another.
		day := int64(0)
		ids := map[string]string{}
		for i, where := range []string{"lost", "stale", "amount"} {
			at := from.AddDays(1).Time().Add(time.Duration(i+6) * time.Hour)
			ids[where] = text(t, db, "SELECT min(operation_id) FROM vima_operations WHERE amount IS NOT NULL AND operation_id > "+vima.CursorAt(at))
		}
		for _, statement := range []string{
			"DELETE FROM vima_operations WHERE operation_id = " + ids["lost"],
			"UPDATE vima_operations SET operation_update_id = 1 WHERE operation_id = " + ids["stale"],
			"UPDATE vima_operations SET amount = '0.07' WHERE operation_id = " + ids["amount"],
		} {
			result, err := db.ExecContext(t.Context(), statement)
			require.NoError(t, err)
			n, err := result.RowsAffected()
			require.NoError(t, err)
			day += n
		}
		require.EqualValues(t, 3, day)
		require.NoError(t, commit(t, s, operation(t, `"operation_id":"5","operation_update_id":"5","operation_created_at":"2026-01-11T23:59:59.999Z"`)))

		report, err = vimasync.Check(t.Context(), c, s, from, to)
		require.NoError(t, err)
		assert.False(t, report.OK())
		assert.True(t, report.Days[0].OK())
		assert.True(t, report.Days[2].OK())
		second := report.Days[1]
		assert.Equal(t, []string{ids["lost"]}, second.Missing)
		assert.Equal(t, []string{ids["stale"]}, second.Stale)
		assert.Equal(t, []string{"5"}, second.Extra)
		assert.NotEqual(t, second.API.Sums, second.Stored.Sums)
		assert.Equal(t, "2026-01-11 differs: collector 200, stored 200, missing 1, stale 1, extra 1, rejected 0", second.String())

		// A project is compared with itself; the others' faults are theirs.
		report, err = vimasync.Check(t.Context(), c, s, from, from, vima.ProjectMonetix, vima.Project91Game, vima.ProjectMonetix)
		require.NoError(t, err)
		assert.True(t, report.OK())
		assert.Positive(t, report.Days[0].API.Count)
		assert.Less(t, report.Days[0].API.Count, 200)
	})
}

// Sums are exact, and may be longer than an amount can be.
func TestCheckSums(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		srv, db := vimatest.NewServer(), d.pool(t)
		t.Cleanup(srv.Close)
		for i, amount := range []string{"99999999999.99999999", "99999999999.99999999", "0.00000002", "0.10"} {
			id := idText(int64(i + 1))
			srv.Seed(operation(t, `"operation_id":"`+id+`","operation_create_id":"`+id+`","operation_update_id":"`+id+`",
				"operation_created_at":"2026-01-15T00:00:00Z","complete_amount":`+amount+`,"complete_currency":"INR"`))
		}
		s, c := d.store(t, db), client(t, srv)
		catchUp(t, c, s, vimasync.Params{})
		day := vima.Date{Year: 2026, Month: time.January, Day: 15}
		report, err := vimasync.Check(t.Context(), c, s, day, day)
		require.NoError(t, err)
		assert.True(t, report.OK())
		want := vimasync.Totals{Count: 4, Sums: map[string]string{"INR": "200000000000.10000000"}}
		assert.Equal(t, want, report.Days[0].API)
		assert.Equal(t, want, report.Days[0].Stored)
	})
}

// A row that does not decode is counted, and the days after it are compared; one
// that is stored without its time is not missing, nor extra on any day.
func TestCheckOddRows(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		srv, db := vimatest.NewServer(), d.pool(t)
		t.Cleanup(srv.Close)
		day := vima.Date{Year: 2026, Month: time.January, Day: 15}
		srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 30, Days: 3, From: day.AddDays(-1), Seed: 3})...)
		odd := func(id, members string) {
			srv.Seed(&vima.Operation{
				OperationID: id, OperationCreateID: id, OperationUpdateID: id, OperationCreatedAt: day.Time().Add(time.Hour), Project: vima.ProjectMonetix,
				Raw: []byte(`{"operation_id":"` + id + `","operation_create_id":"` + id + `","operation_update_id":"` + id + `","project":"monetix",` + members + `}`),
			})
		}
		odd("7", `"operation_created_at":"15/01/2026 10:00","complete_amount":5,"complete_currency":"XTS"`)
		s, c := d.store(t, db), client(t, srv)
		_, err := vimasync.RunOnce(t.Context(), c, s, vimasync.Params{})
		require.NoError(t, err)
		require.Equal(t, "7", text(t, db, "SELECT operation_id FROM vima_operations WHERE operation_created_at IS NULL"))
		for _, projects := range [][]string{nil, {vima.ProjectMonetix}} {
			report, err := vimasync.Check(t.Context(), c, s, day.AddDays(-1), day.AddDays(1), projects...)
			require.NoError(t, err)
			assert.True(t, report.OK(), report.Days)
			assert.Equal(t, "5", report.Days[1].Stored.Sums["XTS"])
		}
		_, err = db.ExecContext(t.Context(), "UPDATE vima_operations SET operation_update_id = 1 WHERE operation_id = 7")
		require.NoError(t, err)
		report, err := vimasync.Check(t.Context(), c, s, day, day)
		require.NoError(t, err)
		assert.Equal(t, []string{"7"}, report.Days[0].Stale)

		odd("8", `"operation_created_at":"2026-01-15T02:00:00Z","complete_amount":"much"`)
		odd("9", `"operation_created_at":"2026-01-15T02:00:00Z","operation_id":"x"`)
		report, err = vimasync.Check(t.Context(), c, s, day.AddDays(-1), day.AddDays(1))
		require.NoError(t, err)
		require.Len(t, report.Days, 3)
		assert.Equal(t, 2, report.Days[1].Rejected)
		assert.Equal(t, "2026-01-15 differs: collector 11, stored 11, missing 0, stale 1, extra 0, rejected 2", report.Days[1].String())
		assert.True(t, report.Days[0].OK())
		assert.True(t, report.Days[2].OK())
	})
}

func TestCheckFaults(t *testing.T) {
	t.Parallel()
	d := sqlite(t)
	srv, db := seeded(t, 3), d.pool(t)
	s := d.store(t, db)
	day := vima.Date{Year: 2026, Month: time.January, Day: 1}
	_, err := vimasync.Check(t.Context(), nil, nil, day, day.AddDays(-1))
	require.ErrorIs(t, err, vimasync.ErrInvalidRequest)
	assert.EqualError(t, err, "vimasync: invalid request: c: must not be nil; s: must not be nil; from: must be a day that is not after to")
	_, err = vimasync.Check(t.Context(), client(t, srv), s, vima.Date{}, day)
	require.ErrorIs(t, err, vimasync.ErrInvalidRequest)

	_, err = vimasync.Check(t.Context(), client(t, srv), s, day, day, vima.ProjectMonetix, "")
	require.ErrorIs(t, err, vimasync.ErrInvalidRequest)
	require.ErrorContains(t, err, "projects: must not hold an empty one")
	assert.Empty(t, srv.Requests())

	srv.Inject(vimatest.Fault{Status: 401})
	_, err = vimasync.Check(t.Context(), client(t, srv), s, day, day)
	require.ErrorIs(t, err, vima.ErrUnauthorized)
	require.NoError(t, db.Close())
	_, err = vimasync.Check(t.Context(), client(t, srv), s, day, day)
	require.ErrorContains(t, err, "vimasync: check 2026-01-01")
}
