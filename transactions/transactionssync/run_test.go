package transactionssync_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/testform"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

func TestRunOnceReadsEverything(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]transactionstest.Option{
		"counted": {transactionstest.WithPageLimit(100)}, "not counted": {transactionstest.WithPageLimit(100), transactionstest.WithoutHeaders()}, "all at once": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, m := fake(t, 1234, opts...), newMemory()
			result := pass(t, srv, m, transactionssync.Params{})
			m.has(t, srv)
			assert.True(t, result.CaughtUp, name)
			assert.Equal(t, 1234, result.Inserted, "as the store counts")
			assert.Zero(t, result.Lag, name)
			assert.Zero(t, result.Rejected, name)

			for i := range int64(200) {
				srv.Update(firstID+i, fail)
			}
			srv.Seed(&transactions.Transaction{}, &transactions.Transaction{})
			pass(t, srv, m, transactionssync.Params{})
			m.has(t, srv)
			srv.ResetRequests()
			pass(t, srv, m, transactionssync.Params{})
			for _, from := range asked(t, srv) {
				assert.False(t, from.Before(srv.Now().Add(-time.Second)), "%s: what is settled is not read again", name)
			}
		})
	}
}

func TestRunOnceOfNothing(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 0), newMemory()
	for range 3 {
		assert.Equal(t, transactionssync.Result{CaughtUp: true}, pass(t, srv, m, transactionssync.Params{}))
	}
	assert.Equal(t, 3, m.commits, "that the copy is complete")
	srv.Seed(&transactions.Transaction{})
	assert.Equal(t, 1, pass(t, srv, m, transactionssync.Params{}).Pages)
	m.has(t, srv)
}

// Transactions change while a long first pass goes on: some before their turn, and
// some after it.
func TestChangesDuringTheFirstPass(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 1000, transactionstest.WithPageLimit(100)), newMemory()
	m.fail = func(commit int) error {
		if commit <= 10 {
			srv.Update(firstID+int64(commit)*90, fail)
			srv.Update(firstID+int64(commit-1)*100+50, fail)
			srv.Update(firstID+7, func(t *transactions.Transaction) { t.SenderGateway = fmt.Sprint(commit) })
		}
		return nil
	}
	for range 2 { // what changes while the last page is stored is the next pass's
		pass(t, srv, m, transactionssync.Params{Rewind: -1})
	}
	m.has(t, srv)
}

func TestRunOnceGoesOn(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 1000, transactionstest.WithPageLimit(100)), newMemory()
	broken := errors.New("the database is gone")
	for i := 1; ; i++ {
		m.fail = func(commit int) error {
			if commit%4 == 0 {
				return broken
			}
			return nil
		}
		result, err := transactionssync.RunOnce(t.Context(), connect(t, srv), m, transactionssync.Params{Rewind: -1})
		require.Less(t, i, 12)
		if err == nil {
			assert.True(t, result.CaughtUp)
			break
		}
		require.ErrorIs(t, err, broken)
		assert.False(t, result.CaughtUp)
		assert.Positive(t, result.Lag)
		assert.LessOrEqual(t, result.Pages, 3)
	}
	m.has(t, srv)
}

// A pass is cut off at each of its commits, the first pass of all and a later one,
// while transactions change.
func TestCutOffAtEveryCommit(t *testing.T) {
	t.Parallel()
	cut := errors.New("cut off")
	for _, later := range []bool{false, true} {
		t.Run(fmt.Sprint("a later pass ", later), func(t *testing.T) {
			t.Parallel()
			for at := 1; ; at++ {
				srv, m := fake(t, 90, transactionstest.WithPageLimit(10)), newMemory()
				if later {
					pass(t, srv, m, transactionssync.Params{})
					for i := range int64(40) {
						srv.Update(firstID+2*i, fail)
					}
				}
				begun := m.commits
				m.fail = func(commit int) error {
					srv.Update(firstID+int64(commit%90), func(t *transactions.Transaction) { t.SenderGateway = fmt.Sprint(commit) })
					if commit-begun == at {
						return cut
					}
					return nil
				}
				_, err := transactionssync.RunOnce(t.Context(), connect(t, srv), m, transactionssync.Params{})
				m.fail = func(int) error { return nil }
				if err == nil {
					require.Greater(t, at, 4)
					break
				}
				require.ErrorIs(t, err, cut)
				srv.Update(firstID+int64(at), fail)
				pass(t, srv, m, transactionssync.Params{})
				m.has(t, srv)
			}
		})
	}
}

func TestMaxPages(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 1000, transactionstest.WithPageLimit(100)), newMemory()
	var results []transactionssync.Result
	for {
		result := pass(t, srv, m, transactionssync.Params{MaxPages: 3})
		assert.LessOrEqual(t, result.Pages, 3)
		results = append(results, result)
		require.Less(t, len(results), 20)
		if result.CaughtUp {
			break
		}
		assert.Positive(t, result.Lag)
	}
	assert.GreaterOrEqual(t, len(results), 4)
	m.has(t, srv)
}

// A window that needs more pages than a pass may read is read by several passes,
// and what is new comes after it all the same.
func TestMaxPagesWithinTheWindow(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 1000, transactionstest.WithPageLimit(100)), newMemory()
	p := transactionssync.Params{MaxPages: 1, Rewind: 240_000 * time.Hour}
	for i := 0; !pass(t, srv, m, p).CaughtUp; i++ {
		require.Less(t, i, 100)
	}
	for range testform.Scale(10, 30) {
		srv.Seed(&transactions.Transaction{})
		pass(t, srv, m, p)
	}
	for i := 0; !pass(t, srv, m, p).CaughtUp; i++ {
		require.Less(t, i, 100)
	}
	m.has(t, srv)
}

// An instant, and a second, that fill many pages: each pass gets behind it,
// although it may read one page.
func TestTies(t *testing.T) {
	t.Parallel()
	second := time.Date(2026, time.January, 10, 12, 0, 0, 0, time.UTC)
	for name, step := range map[string]time.Duration{"one instant": 0, "one second": 7 * time.Millisecond} {
		for _, most := range []int{0, 1, 2} {
			t.Run(fmt.Sprint(name, ", ", most, " pages"), func(t *testing.T) {
				t.Parallel()
				srv, m := fake(t, 0, transactionstest.WithPageLimit(10)), newMemory()
				srv.Seed(at(1, second.Add(-time.Minute)))
				for i := range 65 {
					srv.Seed(at(int64(1000-i), second.Add(300*time.Millisecond+time.Duration(i)*step)))
				}
				for i := range 25 {
					srv.Seed(at(int64(2000+i), second.Add(time.Duration(i+1)*time.Minute)))
				}
				for i := 0; ; i++ {
					require.Less(t, i, 10, name)
					if pass(t, srv, m, transactionssync.Params{MaxPages: most, Rewind: -1}).CaughtUp {
						break
					}
				}
				m.has(t, srv)
			})
		}
	}
}

// Rows that are late, by less than the window, are read in the end; without a
// window they are lost.
func TestLateRows(t *testing.T) {
	t.Parallel()
	for _, rewind := range []time.Duration{10 * time.Minute, -1} {
		t.Run(rewind.String(), func(t *testing.T) {
			t.Parallel()
			start := time.Now().Add(-5 * time.Minute)
			srv := fake(t, 0, transactionstest.WithPageLimit(25), transactionstest.WithLateRows(20, 20*time.Second),
				transactionstest.WithClock(func() time.Time { return start }))
			m := newMemory()
			for range 500 {
				srv.Seed(&transactions.Transaction{})
				srv.Advance(100 * time.Millisecond)
			}
			p := transactionssync.Params{Rewind: rewind}
			ids := srv.Rows()
			for i := range 20 {
				pass(t, srv, m, p)
				srv.Update(ids[i*17].ID, fail)
				srv.Advance(2 * time.Second)
			}
			for range 6 {
				pass(t, srv, m, p)
			}
			if rewind > 0 {
				m.has(t, srv)
			} else {
				assert.NotEmpty(t, m.wrong(srv))
			}
		})
	}
}

func TestRejected(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 120, transactionstest.WithPageLimit(50)), newMemory()
	day := time.Date(2026, time.January, 1, 1, 0, 0, 0, time.UTC)
	raws := []string{
		`{"id":7,"lastModifiedDate":"2026-01-01T01:00:00Z","requestAmount":"much"}`,
		`{"id":0,"lastModifiedDate":"2026-01-01T01:00:00Z"}`,
		`{"id":"x","lastModifiedDate":"2026-01-01T01:00:00Z"}`,
		`{"id":10}`[:8] + `,"lastModifiedDate":{}}`,
	}
	for i, raw := range raws {
		row := at(int64(7+i), day)
		row.Raw = []byte(raw)
		srv.Seed(row)
	}
	result, err := transactionssync.RunOnce(t.Context(), connect(t, srv), m, transactionssync.Params{})
	require.ErrorIs(t, err, transactionssync.ErrRejected)
	assert.EqualError(t, err, `transactionssync: rows were rejected: 4 of stream "default"`)
	assert.Equal(t, len(raws), result.Rejected)
	assert.True(t, result.CaughtUp)
	assert.Len(t, m.rows, 120)
	for _, raw := range raws {
		assert.True(t, m.rejected[raw], raw)
	}
	srv.Seed(&transactions.Transaction{})
	_, err = transactionssync.RunOnce(t.Context(), connect(t, srv), m, transactionssync.Params{})
	require.NoError(t, err)
	assert.Len(t, m.rows, 121, "the sync goes on behind them")
}

// A pass that another one overtakes ends, and has stored nothing after that.
func TestRunOnceIsFenced(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 500, transactionstest.WithPageLimit(100)), newMemory()
	m.fail = func(commit int) error {
		if commit == 3 {
			m.checkpoints["default"] = transactionssync.Checkpoint{Version: 77, State: m.checkpoints["default"].State}
		}
		return nil
	}
	result, err := transactionssync.RunOnce(t.Context(), connect(t, srv), m, transactionssync.Params{})
	require.ErrorIs(t, err, transactionssync.ErrFenced)
	assert.Equal(t, 2, result.Pages)
	stored := len(m.rows)
	assert.Less(t, stored, 201)
	pass(t, srv, m, transactionssync.Params{})
	m.has(t, srv)
}

// A stream keeps the beginning that it was begun with.
func TestFrom(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 100), newMemory()
	from := time.Date(2026, time.January, 1, 12, 0, 0, 0, time.FixedZone("UZT", 5*3600))
	pass(t, srv, m, transactionssync.Params{From: from})
	assert.Equal(t, from.UTC(), asked(t, srv)[0])
	for id, raw := range newest(srv) {
		var row transactions.Transaction
		require.NoError(t, row.UnmarshalJSON([]byte(raw)))
		_, there := m.rows[id]
		assert.Equal(t, !row.LastModifiedDate.Before(from), there, row.LastModifiedDate)
	}
	assert.NotEmpty(t, m.rows)

	for _, p := range []transactionssync.Params{{}, {From: from}, {From: from.Add(time.Hour)}, {From: time.Now().AddDate(1, 0, 0)}} {
		srv.Update(firstID, fail)
		pass(t, srv, m, p)
		assert.Equal(t, newest(srv)[firstID], m.rows[firstID])
	}
	srv.ResetRequests()
	_, err := transactionssync.RunOnce(t.Context(), connect(t, srv), m, transactionssync.Params{From: from.Add(-time.Nanosecond)})
	require.ErrorIs(t, err, transactionssync.ErrInvalidRequest)
	assert.EqualError(t, err, `transactionssync: invalid request: From: stream "default" was begun with 2026-01-01T07:00:00Z, a later time`)
	assert.Empty(t, srv.Requests())

	// Another stream reads the rest; and one of everything has no beginning that
	// could be too early.
	pass(t, srv, m, transactionssync.Params{Stream: "all"})
	pass(t, srv, m, transactionssync.Params{Stream: "all", From: time.Date(1990, time.January, 1, 0, 0, 0, 0, time.UTC)})
	m.has(t, srv)
}

// A beginning that is to come: nothing before it is read.
func TestFromTheFuture(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 100), newMemory()
	p := transactionssync.Params{From: srv.Now().Add(time.Hour)}
	pass(t, srv, m, p)
	assert.Empty(t, m.rows)
	srv.Advance(2 * time.Hour)
	srv.Update(firstID, fail)
	pass(t, srv, m, p)
	assert.Len(t, m.rows, 1)
}
