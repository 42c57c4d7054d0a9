package vimasync_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

func TestRunOnceReadsEverything(t *testing.T) {
	t.Parallel()
	for _, inclusive := range []bool{false, true} {
		t.Run(fmt.Sprint("inclusive ", inclusive), func(t *testing.T) {
			t.Parallel()
			srv, m := fake(t, 1234, vimatest.WithInclusiveCursor(inclusive)), newMemory()
			result := pass(t, srv, m, vimasync.Params{})
			m.has(t, srv)
			assert.True(t, result.CaughtUp)
			assert.Equal(t, 1234, result.Inserted, "as the store counts")
			assert.Zero(t, result.Lag)
			assert.Equal(t, 13+12, result.Pages, "all as new, and but for the first page all as changes")

			ids := sortedIDs(t, srv)
			for _, id := range ids[:200] {
				srv.Update(id, func(o *vima.Operation) { o.CurrentStatus = vima.StatusFail })
			}
			srv.Seed(&vima.Operation{}, &vima.Operation{})
			pass(t, srv, m, vimasync.Params{})
			m.has(t, srv)
		})
	}
}

func TestRunOnceOfNothing(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 0), newMemory()
	for range 2 {
		result := pass(t, srv, m, vimasync.Params{})
		assert.Equal(t, vimasync.Result{CaughtUp: true}, result)
	}
	assert.Equal(t, 2, m.commits, "that the copy is complete")
	srv.Seed(&vima.Operation{})
	assert.Equal(t, 2, pass(t, srv, m, vimasync.Params{}).Pages)
	m.has(t, srv)
}

// What changes while a long bootstrap goes on is behind the highest update id
// that it ends with.
func TestChangesDuringTheBootstrap(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 1000), newMemory()
	ids := sortedIDs(t, srv)
	page := 0
	m.fail = func(int) error {
		if page++; page <= 10 { // an operation of the page before, and one of the first
			srv.Update(ids[page*10], func(o *vima.Operation) { o.CurrentStatus = vima.StatusFail })
			srv.Update(ids[(page-1)*100+50], func(o *vima.Operation) { o.CurrentStatus = vima.StatusFail })
		}
		return nil
	}
	pass(t, srv, m, vimasync.Params{Rewind: -1})
	m.has(t, srv)
}

// The update cursor begins at the highest update id of the first page.
func TestWhereChangesBegin(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 250), newMemory()
	highest := ""
	page, err := connect(t, srv).ListOperations(t.Context(), vima.ListOperationsParams{})
	require.NoError(t, err)
	for _, o := range page.Operations {
		if vima.CompareCursors(o.OperationUpdateID, highest) > 0 {
			highest = o.OperationUpdateID
		}
	}
	srv.ResetRequests()
	pass(t, srv, m, vimasync.Params{Rewind: -1})
	created, changed := asked(srv)
	assert.Empty(t, created[0])
	assert.Equal(t, highest, changed[0])

	// With a window it begins that much earlier.
	page.Operations = nil
	pass(t, srv, newMemory(), vimasync.Params{Rewind: time.Hour})
	_, changed = asked(srv)
	start, ok := vima.CursorTime(changed[0])
	require.True(t, ok)
	end, ok := vima.CursorTime(highest)
	require.True(t, ok)
	assert.InDelta(t, time.Hour, end.Sub(start), float64(20*time.Minute))
}

func TestRunOnceGoesOn(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 1000), newMemory()
	broken := errors.New("the database is gone")
	for i := 1; ; i++ {
		m.fail = func(commit int) error {
			if commit%4 == 0 {
				return broken
			}
			return nil
		}
		result, err := vimasync.RunOnce(t.Context(), connect(t, srv), m, vimasync.Params{Rewind: -1})
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

func TestMaxPages(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 1000), newMemory()
	var results []vimasync.Result
	for {
		result := pass(t, srv, m, vimasync.Params{MaxPages: 3, Rewind: time.Hour})
		assert.LessOrEqual(t, result.Pages, 6)
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

// A window that needs more pages than a pass may read is read by several
// passes, and what is new comes after it all the same.
func TestMaxPagesWithinTheWindow(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 1000), newMemory()
	p := vimasync.Params{MaxPages: 1, Rewind: 240 * time.Hour}
	for i := 0; !pass(t, srv, m, p).CaughtUp; i++ {
		require.Less(t, i, 100)
	}
	for range 30 {
		srv.Seed(&vima.Operation{})
		pass(t, srv, m, p)
	}
	for i := 0; !pass(t, srv, m, p).CaughtUp; i++ {
		require.Less(t, i, 100)
	}
	m.has(t, srv)
}

// Rows that are late, by less than the window, are read in the end; without a
// window they are lost.
func TestLateRows(t *testing.T) {
	t.Parallel()
	for _, rewind := range []time.Duration{12 * time.Hour, -1} {
		t.Run(rewind.String(), func(t *testing.T) {
			t.Parallel()
			srv, m := fake(t, 1000, vimatest.WithPageLimit(25), vimatest.WithLateRows(20, time.Hour)), newMemory()
			p := vimasync.Params{Rewind: rewind}
			ids := sortedIDs(t, srv)
			for i := range 20 {
				pass(t, srv, m, p)
				srv.Update(ids[i*17], func(o *vima.Operation) { o.CurrentStatus = vima.StatusFail })
				srv.Advance(10 * time.Minute)
			}
			srv.Advance(time.Hour)
			for range 6 {
				pass(t, srv, m, p)
			}
			if rewind > 0 {
				m.has(t, srv)
			} else {
				assert.NotEqual(t, newest(t, srv), m.copied())
			}
		})
	}
}

// A row became visible while nothing ran, long after the window had passed on
// this machine's clock.
func TestLateRowDuringAnOutage(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 0), newMemory()
	now := time.Now().UTC().Truncate(time.Millisecond)
	for i := range 50 { // up to one minute ago
		srv.Seed(at(100+i, now.Add(-time.Hour+time.Duration(i)*72*time.Second)))
	}
	for range 3 {
		pass(t, srv, m, vimasync.Params{})
	}
	srv.Seed(at(1, now.Add(-9*time.Minute)))
	pass(t, srv, m, vimasync.Params{})
	m.has(t, srv)
	created, _ := asked(srv)
	last, _ := vima.CursorTime(created[len(created)-2])
	assert.WithinRange(t, last, now.Add(-15*time.Minute), now.Add(-10*time.Minute), "it goes no further back than it has to")
}

// A walk that was cut off among rows younger than the window, and goes on much
// later, does not leave that part behind.
func TestLateRowBeforeAnInterruptedWalk(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC().Truncate(time.Millisecond)
	srv, m := fake(t, 0, vimatest.WithPageLimit(5)), newMemory()
	for i := range 100 { // up to now, one every 36 seconds
		srv.Seed(at(100+i, now.Add(-time.Hour+time.Duration(i)*36*time.Second)))
	}
	p := vimasync.Params{Rewind: 10 * time.Minute}
	pass(t, srv, m, p)
	m.fail = func(commit int) error {
		if commit > 24+20+10 { // far into the window
			return errors.New("cut off")
		}
		return nil
	}
	for range 4 {
		_, err := vimasync.RunOnce(t.Context(), connect(t, srv), m, p)
		if err != nil {
			break
		}
	}
	m.fail = func(int) error { return nil }
	srv.Seed(at(1, now.Add(-9*time.Minute)))
	for i := range 200 { // and then much is new, by far more than the window
		srv.Seed(at(1000+i, now.Add(time.Duration(i)*36*time.Second)))
	}
	pass(t, srv, m, p)
	pass(t, srv, m, p)
	m.has(t, srv)
}

// Ids without time and rows without times: every pass reads everything.
func TestOpaqueIDs(t *testing.T) {
	t.Parallel()
	row := func(id int) *vima.Operation {
		n := fmt.Sprint(id)
		return &vima.Operation{OperationID: n, OperationCreateID: n, OperationUpdateID: n, Raw: []byte(`{"operation_id":` + n +
			`,"operation_create_id":` + n + `,"operation_update_id":` + n + `}`)}
	}
	srv, m := fake(t, 0, vimatest.WithPageLimit(5)), newMemory()
	for i := range 20 {
		srv.Seed(row(2*i + 2))
	}
	pass(t, srv, m, vimasync.Params{})
	for i := range 20 {
		srv.Seed(row(2*i + 1))
		pass(t, srv, m, vimasync.Params{})
	}
	m.has(t, srv)
}

func TestRejected(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 120), newMemory()
	raws := []string{
		`{"operation_id":"7","operation_create_id":"7","operation_update_id":"7","complete_amount":"much"}`,
		`{"operation_id":"8","operation_create_id":"8"}`,                                                 // no version
		`{"operation_id":"x","operation_create_id":"9","operation_update_id":"9"}`,                       // no number
		`{"operation_create_id":"10","operation_update_id":"10"}`,                                        // no id
		`{"operation_id":"11","operation_create_id":"99999999999999999999","operation_update_id":"bad"}`, // a cursor after which nothing comes
	}
	for i, raw := range raws {
		id := fmt.Sprint(7 + i)
		srv.Seed(&vima.Operation{OperationID: id, OperationCreateID: id, OperationUpdateID: id, Raw: []byte(raw)})
	}
	result, err := vimasync.RunOnce(t.Context(), connect(t, srv), m, vimasync.Params{})
	require.ErrorIs(t, err, vimasync.ErrRejected)
	assert.Equal(t, len(raws), result.Rejected)
	assert.True(t, result.CaughtUp)
	assert.Len(t, m.versions, 120)
	for _, raw := range raws {
		assert.True(t, m.rejected[raw], raw)
	}
	srv.Seed(&vima.Operation{})
	_, err = vimasync.RunOnce(t.Context(), connect(t, srv), m, vimasync.Params{Rewind: -1})
	require.NoError(t, err)
	assert.Len(t, m.versions, 121, "the sync goes on behind them")
}

// The newest row has no create cursor: nothing can be asked for after it, and
// changes are read all the same, before a first pass has ended and after.
func TestNewestRowWithoutItsCursor(t *testing.T) {
	t.Parallel()
	for _, before := range []int{0, 1} { // passes without the row
		t.Run(fmt.Sprint(before, " passes without the row"), func(t *testing.T) {
			t.Parallel()
			srv, m := fake(t, 0), newMemory()
			now := time.Now().UTC().Truncate(time.Millisecond)
			for i := range 20 {
				srv.Seed(at(100+i, now.Add(-2*time.Hour+time.Duration(i)*time.Minute)))
			}
			for range before {
				pass(t, srv, m, vimasync.Params{})
			}
			last := at(9000, now.Add(-30*time.Minute))
			last.Raw = []byte(`{"operation_id":"9000","operation_update_id":"` + last.OperationUpdateID + `"}`)
			srv.Seed(last)
			for range 3 {
				srv.Update("105", func(o *vima.Operation) { o.CurrentStatus = vima.StatusFail })
				result, err := vimasync.RunOnce(t.Context(), connect(t, srv), m, vimasync.Params{})
				require.ErrorIs(t, err, vima.ErrPaginationStalled)
				assert.False(t, result.CaughtUp)
				m.has(t, srv)
			}

			// What ends the reading of changes comes with it.
			srv.Inject(vimatest.Fault{Status: 401, Match: func(r vimatest.Request) bool { return r.Query().Has("from_operation_update_id") }})
			_, err := vimasync.RunOnce(t.Context(), connect(t, srv), m, vimasync.Params{})
			require.ErrorIs(t, err, vima.ErrPaginationStalled)
			require.ErrorIs(t, err, vima.ErrUnauthorized)

			srv.Seed(at(9001, now.Add(-time.Minute)))
			srv.Update("106", func(o *vima.Operation) { o.CurrentStatus = vima.StatusFail })
			assert.True(t, pass(t, srv, m, vimasync.Params{}).CaughtUp)
			m.has(t, srv)
		})
	}
}

func TestParamsFaults(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 3), newMemory()
	c := connect(t, srv)
	for want, p := range map[string]vimasync.Params{
		"Stream: must be at most 128 bytes of UTF-8 without NUL; Project: must have at most 256 bytes; MaxPages: must not be negative": {
			Stream: strings.Repeat("x", 129), Project: strings.Repeat("x", 257), MaxPages: -1,
		},
		"Stream: must be at most 128 bytes of UTF-8 without NUL": {Stream: "a\x00"},
	} {
		_, err := vimasync.RunOnce(t.Context(), c, m, p)
		assert.ErrorIs(t, err, vimasync.ErrInvalidRequest)
		assert.EqualError(t, err, "vimasync: invalid request: "+want)
	}
	var none *vimasync.SQLStore
	for _, s := range []vimasync.Store{nil, none} {
		_, err := vimasync.RunOnce(t.Context(), nil, s, vimasync.Params{})
		require.EqualError(t, err, "vimasync: invalid request: c: must not be nil; s: must not be nil")
	}
	require.EqualError(t, vimasync.Loop(t.Context(), nil, nil, vimasync.Params{}, -1),
		"vimasync: invalid request: c: must not be nil; s: must not be nil; interval: must not be negative")
	_, err := vimasync.NewSQLStore(nil, 0)
	require.EqualError(t, err, "vimasync: invalid request: db: must not be nil; d: must be PostgreSQL or SQLite")
	assert.Empty(t, srv.Requests())
	assert.Zero(t, m.commits)
}

func TestProjectStaysTheStreams(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 90), newMemory()
	pass(t, srv, m, vimasync.Params{Project: vima.ProjectMonetix})
	for _, r := range srv.Requests() {
		assert.Equal(t, vima.ProjectMonetix, r.Query().Get("project"))
	}
	_, err := vimasync.RunOnce(t.Context(), connect(t, srv), m, vimasync.Params{Project: vima.ProjectCaroussel})
	require.ErrorIs(t, err, vimasync.ErrInvalidRequest)
	_, err = vimasync.RunOnce(t.Context(), connect(t, srv), m, vimasync.Params{})
	require.ErrorIs(t, err, vimasync.ErrInvalidRequest)
}

// The state stays small, however much was read.
func TestStateIsSmall(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 3000, vimatest.WithPageLimit(10)), newMemory()
	longest := 0
	m.fail = func(int) error {
		longest = max(longest, len(m.checkpoints["default"].State))
		return nil
	}
	pass(t, srv, m, vimasync.Params{Rewind: time.Hour})
	assert.Less(t, longest, 3000)
}

func sortedIDs(t testing.TB, srv *vimatest.Server) []string {
	t.Helper()
	var ids []string
	for _, raw := range srv.Rows() {
		var o vima.Operation
		require.NoError(t, o.UnmarshalJSON(raw))
		ids = append(ids, o.OperationID)
	}
	return ids
}
