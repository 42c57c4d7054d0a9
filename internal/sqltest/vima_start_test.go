package sqltest_test

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// startDay is where a history of a few days begins.
var startDay = vima.DateOf(time.Now()).AddDays(-6)

// startFake has five days, the operations of three of them in pages of two, and
// one of each border of a day that no day lists.
func startFake(t testing.TB, opts ...vimatest.Option) vimaFake {
	t.Helper()
	f := vimaFake{Server: vimatest.NewServer(append([]vimatest.Option{vimatest.WithPageLimit(2), vimatest.WithShortDays()}, opts...)...)}
	t.Cleanup(f.Close)
	f.Seed(vimatest.Generate(vimatest.Plan{Operations: 13, Seed: 7, From: startDay, Days: 5})...)
	for i := range 4 {
		created := startDay.AddDays(i + 1).Time().Add(-400 * time.Millisecond)
		cursor, _ := strconv.ParseInt(vima.CursorAt(created), 10, 64)
		f.Seed(&vima.Operation{
			OperationID: strconv.Itoa(1 + i), OperationCreateID: idText(cursor + 1), OperationUpdateID: idText(cursor + 2),
			OperationCreatedAt: created, OperationModifiedAt: created,
		})
	}
	return f.observed(nil).(vimaFake)
}

// A first pass by ranges is killed at each of its calls to the database, before and
// after it is made, while requests fail and some versions become visible late. The next
// process, with another number of workers, ends with what the collector has, and each
// version is applied once.
func TestVimaStartKilledAtEveryCall(t *testing.T) {
	t.Parallel()
	s := vimaSubject{}
	onBoth(t, func(d database) {
		t := d.t
		f, db := startFake(t, vimatest.WithLateRows(lateEvery, late)), d.pool(t)
		d.store(t, s, db, options{})
		ids := f.ids()
		f.showLate()
		f.storm()
		step := 1
		if !long() {
			step = 7
		}
		kills := 0
		for i, after := range []bool{false, true} {
			for at := 1 + i; ; at += step {
				d.empty(t, s, db)
				pool, k := d.killed(t, at, after)
				p := vimasync.Params{From: startDay, Workers: 1 + at%9, Rewind: wide.rewind}
				_, err := vimasync.RunOnce(t.Context(), f.client, d.open(t, s, pool, options{}).(vimaReplica), p)
				if k.victim == "" {
					require.NoError(t, err)
					break
				}
				require.ErrorIs(t, err, errKilled)
				kills++
				f.change(ids[at%len(ids)])
				p.Workers = 1 + at*at%7
				for range 2 {
					done, err := vimasync.RunOnce(t.Context(), f.client, d.open(t, s, db, options{}).(vimaReplica), p)
					require.NoError(t, err)
					require.True(t, done.CaughtUp)
					f.showLate()
				}
				require.Zero(t, audit(t, s, f, db), "killed at call %d, %s, after it: %t", at, k.victim, after)
			}
		}
		assert.Greater(t, kills, 15)
	})
}

// Another process overtakes a first pass by ranges before each of its commits, and
// has another number of workers: the first one ends with ErrFenced.
func TestVimaStartOvertakenAtEveryCommit(t *testing.T) {
	t.Parallel()
	d, s := sqlite(t), vimaSubject{}
	f, db := startFake(t), d.pool(t)
	r, other := d.store(t, s, db, options{}).(vimaReplica), d.store(t, s, d.pool(t), options{}).(vimaReplica)
	for at := 1; ; at++ {
		d.empty(t, s, db)
		commits := 0
		p := vimasync.Params{From: startDay, Workers: 4}
		_, err := vimasync.RunOnce(t.Context(), f.client, vimaWatched{r, func(int, time.Duration) {
			if commits++; commits == at {
				_, err := vimasync.RunOnce(t.Context(), f.client, other, vimasync.Params{Workers: 2, From: startDay, MaxPages: 1 + at%3})
				assert.NoError(t, err)
			}
		}}, p)
		if commits < at {
			require.NoError(t, err)
			require.Greater(t, at, 5)
			return
		}
		require.ErrorIs(t, err, vimasync.ErrFenced, "at commit %d", at)
		_, err = vimasync.RunOnce(t.Context(), f.client, other, vimasync.Params{})
		require.NoError(t, err)
		require.Zero(t, audit(t, s, f, db), "at commit %d", at)
	}
}

// Backfill marks what a first pass by ranges stores, in how many passes it does so,
// and not what changes afterwards.
func TestVimaStartIsBackfill(t *testing.T) {
	t.Parallel()
	d, s := sqlite(t), vimaSubject{}
	f, db := startFake(t), d.pool(t)
	news, history := 0, 0
	r := d.store(t, s, db, options{apply: func(_ context.Context, _ *sql.Tx, a applied) error {
		if a.backfill {
			history++
		} else {
			news++
		}
		return nil
	}}).(vimaReplica)
	p := vimasync.Params{From: startDay.AddDays(1), Workers: 3, MaxPages: 1}
	for passes := 0; ; passes++ {
		require.Less(t, passes, 100)
		done, err := vimasync.RunOnce(t.Context(), f.client, r, p)
		require.NoError(t, err)
		if done.CaughtUp {
			require.Greater(t, passes, 5)
			break
		}
		assert.Positive(t, done.Lag)
	}
	from := f.ids()
	stored := len(vimaSubject{}.stored(t, db))
	assert.Equal(t, []int{stored, 0}, []int{history, news})
	assert.Less(t, stored, len(from), "what is older than From is not stored")
	for _, id := range from[:7] {
		f.change(id)
	}
	_, err := vimasync.RunOnce(t.Context(), f.client, r, vimasync.Params{})
	require.NoError(t, err)
	assert.Equal(t, []int{stored, 7}, []int{history, news}, "older ones are stored when they change")
}

// Check asks what follows a day without a date.
func TestVimaCheckOfBorders(t *testing.T) {
	t.Parallel()
	zone := vimatest.WithDayZone(time.FixedZone("", 19800))
	for name, c := range map[string]struct {
		opts []vimatest.Option
		open []bool
	}{
		"days of UTC":          {nil, []bool{false, false, false}},
		"days end at 23:59:59": {[]vimatest.Option{vimatest.WithShortDays()}, []bool{true, false, true}},
		"days of a zone":       {[]vimatest.Option{zone}, []bool{false, false, false}},
	} {
		for _, inclusive := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", inclusive ", inclusive), func(t *testing.T) {
				t.Parallel()
				d, s := sqlite(t), vimaSubject{}
				f := vimaFake{Server: vimatest.NewServer(append(c.opts, vimatest.WithInclusiveCursor(inclusive))...)}
				t.Cleanup(f.Close)
				midnight := func(day int) time.Time { return startDay.AddDays(day).Time() }
				for i, created := range []time.Time{
					midnight(0).Add(time.Hour), midnight(1).Add(-500 * time.Millisecond), // in no day, where days are short
					midnight(1).Add(2 * time.Hour), midnight(2).Add(-time.Second), // in its day, however short that is
					midnight(2).Add(time.Hour), midnight(3).Add(-time.Millisecond), midnight(5), // and a day without operations
				} {
					id := int64(1000 + i)
					f.seed(row{id: id, version: 1, created: created}, "")
				}
				f = f.observed(nil).(vimaFake)
				r := d.store(t, s, d.pool(t), options{}).(vimaReplica)
				catchUp(t, r, f, params{})
				report, err := vimasync.Check(t.Context(), f.client, r.SQLStore, vimasync.CheckParams{From: startDay, To: startDay.AddDays(2)})
				require.NoError(t, err)
				for i, day := range report.Days {
					assert.Equal(t, c.open[i], day.Border != "", day)
					if day.Border == "" {
						continue
					}
					assert.False(t, day.OK())
					assert.Contains(t, day.String(), "open border: create id "+day.Border)
				}
				f.Inject(vimatest.Fault{Status: 403, Match: func(r vimatest.Request) bool { return r.Query().Get("count") == "2" }})
				_, err = vimasync.Check(t.Context(), f.client, r.SQLStore, vimasync.CheckParams{From: startDay, To: startDay})
				require.ErrorIs(t, err, vima.ErrForbidden)
			})
		}
	}
}
