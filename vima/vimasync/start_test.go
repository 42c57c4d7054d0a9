package vimasync_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/testform"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// begin is where histories begin that a pass divides: not so long ago, because it
// asks for each day.
var begin = vima.DateOf(time.Now()).AddDays(-14)

var january = vima.Date{Year: 2026, Month: time.January, Day: 1}

// collectors are what a collector may take for a day.
func collectors() map[string][]vimatest.Option {
	zone := func(hours float64) vimatest.Option {
		return vimatest.WithDayZone(time.FixedZone("", int(hours*3600)))
	}
	return map[string][]vimatest.Option{
		"days of UTC":          {vimatest.WithInclusiveCursor(true)},
		"days of UTC+5:30":     {zone(5.5)},
		"days of UTC+14":       {zone(14), vimatest.WithInclusiveCursor(true)},
		"days of UTC-12":       {zone(-12)},
		"days end at 23:59:59": {vimatest.WithShortDays()},
		"the date is ignored":  {vimatest.WithIgnoredDate()},
	}
}

// borders are three operations for each border of n days: in the last second of a
// day, created after the first one of the next day, and that one.
func borders(n int) []*vima.Operation {
	var all []*vima.Operation
	for i := range n {
		midnight := begin.AddDays(i).Time()
		for j, o := range []*vima.Operation{at(10*i+1, midnight.Add(-500*time.Millisecond)), at(10*i+2, midnight.Add(2*time.Second)), at(10*i+3, midnight.Add(10*time.Millisecond))} {
			if j == 1 {
				o.OperationCreatedAt = midnight.Add(-100 * time.Millisecond)
			}
			all = append(all, o)
		}
	}
	return all
}

// hasFrom requires that a store has what was created from a day on, and what has
// changed, in the newest version and applied once; and nothing else.
func (m *memory) hasFrom(t testing.TB, srv *vimatest.Server, from vima.Date, changed map[string]bool) {
	t.Helper()
	want := map[string]string{}
	for _, raw := range srv.Rows() {
		o := new(vima.Operation)
		require.NoError(t, o.UnmarshalJSON(raw))
		if !o.OperationCreatedAt.Before(from.Time()) || changed[o.OperationID] {
			want[o.OperationID] = o.OperationUpdateID
		}
	}
	has := m.copied()
	for id, version := range want {
		require.Equal(t, version, has[id], id)
	}
	for id := range has {
		require.Contains(t, want, id)
	}
	for version, times := range m.applied {
		require.Equal(t, 1, times, version)
	}
}

// Whatever the collector takes for a day, nothing from From on is lost. Older
// operations are stored when they change.
func TestFromLosesNothing(t *testing.T) {
	t.Parallel()
	for name, opts := range collectors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			froms, workers := []int{-300, 4}, []int{5}
			if testform.Long() {
				froms, workers = []int{-300, 0, 1, 4, 8}, []int{0, 5, 64}
			}
			for _, from := range froms {
				for _, workers := range workers {
					srv := fake(t, 0, append(opts, vimatest.WithPageLimit(10))...)
					srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 60, Seed: 3, From: begin, Days: 9})...)
					srv.Seed(borders(9)...)
					m, p := newMemory(), vimasync.Params{From: begin.AddDays(from), Workers: workers}
					result := pass(t, srv, m, p)
					assert.True(t, result.CaughtUp)
					assert.Equal(t, p.From.Time(), result.RewoundTo)
					m.hasFrom(t, srv, p.From, nil)

					srv.Update("1", func(o *vima.Operation) { o.CurrentStatus = vima.StatusFail })
					pass(t, srv, m, vimasync.Params{})
					m.hasFrom(t, srv, p.From, map[string]bool{"1": true})
				}
			}
		})
	}
}

// Operations change, become visible late and arrive while a first pass goes on, and
// it is cut off at each commit in turn or by MaxPages: in the end nothing is lost,
// doubled or stale, whatever the number of workers is from pass to pass.
func TestStartIsCutOffAndGoesOn(t *testing.T) {
	t.Parallel()
	broken := errors.New("the database is gone")
	for name, opts := range collectors() {
		cuts := []int{2, 0} // commits of a pass, 0 is MaxPages
		if testform.Long() {
			cuts = []int{1, 2, 7, 0}
		}
		for _, cut := range cuts {
			t.Run(fmt.Sprint(name, ", cut off at ", cut), func(t *testing.T) {
				t.Parallel()
				seed := uint64(1 + cut)
				srv := fake(t, 0, append(opts, vimatest.WithPageLimit(9), vimatest.WithLateRows(20, 8*time.Minute))...)
				srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 100, Seed: seed, From: begin, Days: 8})...)
				srv.Seed(borders(8)...)
				srv.Advance(time.Hour)
				for i, fault := range []vimatest.Fault{{Status: 503, RetryAfter: "0"}, {Kind: vimatest.FaultResetBefore}, {Kind: vimatest.FaultTruncated}, {Kind: vimatest.FaultHTML, Status: 502}} {
					fault.Probability, fault.Seed = 0.03, seed+uint64(i)
					srv.Inject(fault)
				}
				ids, m, changed := sortedIDs(t, srv), newMemory(), map[string]bool{}
				commits, step := 0, 0
				m.fail = func(int) error {
					step++
					id := ids[step*37%len(ids)]
					changed[id] = true
					srv.Update(id, func(o *vima.Operation) { o.CurrentStatus = vima.StatusFail })
					srv.Advance(time.Second)
					if commits++; cut > 0 && commits > cut {
						return broken
					}
					return nil
				}
				from := begin.AddDays(2)
				for passes := 0; ; passes++ {
					require.Less(t, passes, 400)
					commits = 0
					p := vimasync.Params{From: from, Workers: 1 + passes*passes%13}
					if cut == 0 {
						p.MaxPages = 1 + passes%4
					}
					result, err := vimasync.RunOnce(t.Context(), connect(t, srv), m, p)
					if cut == 0 {
						require.NoError(t, err)
						require.LessOrEqual(t, result.Pages, 2*p.MaxPages)
					}
					if err != nil {
						require.ErrorIs(t, err, broken)
					}
					if result.CaughtUp || step > 150 && !strings.Contains(string(m.checkpoints["default"].State), "ranges") {
						break
					}
				}
				m.fail = func(int) error { return nil }
				srv.ClearFaults()
				srv.Advance(time.Hour)
				for i := 0; !pass(t, srv, m, vimasync.Params{}).CaughtUp || i < 2; i++ {
					require.Less(t, i, 20)
				}
				m.hasFrom(t, srv, from, changed)
			})
		}
	}
}

// Changes are read from the highest update id of the newest page, less Rewind, which
// is fixed before all else. With a page younger than the window, too.
func TestWhereChangesBeginAfterRanges(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC().Truncate(time.Second)
	for name, every := range map[string]time.Duration{"few": time.Hour, "many": time.Second} {
		for _, rewind := range []time.Duration{-1, 10 * time.Minute} {
			t.Run(fmt.Sprint(name, " ", rewind), func(t *testing.T) {
				t.Parallel()
				srv, m := fake(t, 0), newMemory()
				for i := range 3000 {
					srv.Seed(at(i+1, now.Add(-time.Duration(3000-i)*every)))
				}
				pass(t, srv, m, vimasync.Params{Workers: 4, From: vima.DateOf(now.Add(-3000 * every)), Rewind: rewind})
				first := srv.Requests()[0].Query()
				assert.Equal(t, "true", first.Get("descending"))
				_, changes := asked(srv)
				if every == time.Second && rewind > 0 {
					changes = changes[1:] // which asks for operations from before the window
				}
				since, ok := vima.CursorTime(changes[0])
				require.True(t, ok)
				if rewind < 0 {
					assert.Equal(t, now.Add(-every), since)
				} else {
					assert.WithinRange(t, since, now.Add(-20*time.Minute-2*every), now.Add(-10*time.Minute))
				}
				m.has(t, srv)
			})
		}
	}
}

// Nothing has changed for days but what is younger than the window.
func TestChangesBeginBeforeAQuietTime(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC().Truncate(time.Second)
	srv, m := fake(t, 0), newMemory()
	for i := range 400 {
		srv.Seed(at(i+1, now.Add(-150*time.Hour+time.Duration(i)*time.Minute)))
	}
	for i := range 150 {
		srv.Seed(at(1000+i, now.Add(-time.Duration(150-i)*time.Second)))
	}
	pass(t, srv, m, vimasync.Params{Workers: 4})
	_, changes := asked(srv)
	since, ok := vima.CursorTime(changes[1])
	require.True(t, ok)
	assert.WithinRange(t, since, now.Add(-150*time.Hour), now.Add(-143*time.Hour))
	m.has(t, srv)
}

// Ids without time: changes are read from their beginning, and nothing is lost.
func TestStartWithOpaqueIDs(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 0, vimatest.WithPageLimit(5)), newMemory()
	for i := range 60 {
		o := at(i+1, begin.AddDays(i/10).Time().Add(time.Duration(i)*time.Second))
		o.OperationCreateID, o.OperationUpdateID = strconv.Itoa(100+i), strconv.Itoa(500+i)
		srv.Seed(o)
	}
	pass(t, srv, m, vimasync.Params{From: begin, Workers: 3})
	m.has(t, srv)
}

// The last division is older than a day and Rewind: an operation that becomes
// visible late is read behind it.
func TestYoungOperationsAreNotDivided(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC().Truncate(time.Millisecond)
	srv, m := fake(t, 0, vimatest.WithPageLimit(7)), newMemory()
	for i := range 300 { // of six days, up to now
		srv.Seed(at(100+i, now.Add(-time.Duration(300-i)*29*time.Minute)))
	}
	p := vimasync.Params{Workers: 8, From: vima.DateOf(now).AddDays(-5), Rewind: 3 * time.Hour}
	divided := time.Time{}
	m.fail = func(int) error {
		var state struct {
			Ranges struct{ Tail struct{ After string } }
		}
		if text := m.checkpoints["default"].State; text != "" {
			require.NoError(t, json.Unmarshal([]byte(text), &state))
		}
		if cursor := state.Ranges.Tail.After; cursor != "" {
			divided, _ = vima.CursorTime(cursor)
		}
		return nil
	}
	pass(t, srv, m, p)
	assert.WithinRange(t, divided, now.Add(-(2*24+3)*time.Hour), now.Add(-(24+3)*time.Hour), "a day and Rewind")
	srv.Seed(at(1, now.Add(-2*time.Hour)))
	pass(t, srv, m, vimasync.Params{Rewind: 3 * time.Hour})
	assert.Contains(t, m.copied(), "1")
}

// A collector without operations: nothing begins, and a later pass is the first.
func TestStartOfNothing(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 0), newMemory()
	p := vimasync.Params{From: begin, Workers: 4}
	result := pass(t, srv, m, p)
	assert.Equal(t, vimasync.Result{CaughtUp: true, RewoundTo: begin.Time()}, result)
	assert.Empty(t, m.copied())
	assert.Len(t, srv.Requests(), 1)
	// Also where a Store has kept that.
	m.checkpoints["default"] = vimasync.Checkpoint{Version: 1, State: `{"created":{},"changed":{}}`}
	pass(t, srv, m, p)
	srv.Seed(at(1, begin.Time()), at(2, begin.AddDays(-1).Time()))
	pass(t, srv, m, p)
	assert.Len(t, m.copied(), 1)
}

func TestFromFaults(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 3), newMemory()
	refused := func(p vimasync.Params, want string) {
		t.Helper()
		srv.ResetRequests()
		_, err := vimasync.RunOnce(t.Context(), connect(t, srv), m, p)
		require.ErrorIs(t, err, vimasync.ErrInvalidRequest)
		require.ErrorContains(t, err, want)
		assert.Empty(t, srv.Requests())
	}
	today := vima.DateOf(time.Now())
	refused(vimasync.Params{From: today.AddDays(2)}, "From: must not be after today, ")
	refused(vimasync.Params{From: vima.Date{Year: 2026, Month: 2, Day: 30}}, "From: must be a day of the calendar")
	refused(vimasync.Params{Workers: -1}, "Workers: must be 1 to 64, or 0 for 1")
	refused(vimasync.Params{Workers: 65}, "Workers: must be 1 to 64, or 0 for 1")

	begun := vimasync.Params{From: begin, Workers: 64}
	pass(t, srv, m, begun)
	refused(vimasync.Params{From: begin.AddDays(-1)},
		`From: stream "default" was begun with `+begin.String()+": pass that day or none, or name another Stream to begin with "+begin.AddDays(-1).String())
	refused(vimasync.Params{From: begin.AddDays(1)}, "was begun with "+begin.String())
	pass(t, srv, m, vimasync.Params{})
	pass(t, srv, m, begun)

	pass(t, srv, m, vimasync.Params{Stream: "all"})
	refused(vimasync.Params{Stream: "all", From: begin},
		`From: stream "all" was begun without one and has everything: leave From zero, or name another Stream to begin with `+begin.String())
	pass(t, srv, m, vimasync.Params{Stream: "all", Workers: 5})
	pass(t, srv, m, vimasync.Params{From: today, Stream: "today"})
}

// RewoundTo is how far back a pass has gone, which a higher Rewind than before does
// not change at once.
func TestRewoundTo(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC().Truncate(time.Millisecond)
	srv, m := fake(t, 0, vimatest.WithPageLimit(20)), newMemory()
	for i := range 300 {
		srv.Seed(at(100+i, now.Add(-time.Duration(300-i)*time.Minute)))
	}
	first := pass(t, srv, m, vimasync.Params{MaxPages: 2, Rewind: 10 * time.Minute})
	assert.Zero(t, first.RewoundTo, "it reads everything")
	second := pass(t, srv, m, vimasync.Params{Rewind: 10 * time.Minute})
	assert.Equal(t, now.Add(-261*time.Minute), second.RewoundTo, "it goes on where the first was cut off")
	require.True(t, second.CaughtUp)
	third := pass(t, srv, m, vimasync.Params{Rewind: 10 * time.Minute})
	assert.WithinRange(t, third.RewoundTo, now.Add(-14*time.Minute), now.Add(-11*time.Minute))
	assert.WithinRange(t, pass(t, srv, m, vimasync.Params{Rewind: 4 * time.Hour}).RewoundTo, now.Add(-14*time.Minute), now.Add(-11*time.Minute), "no further back than that is kept")
	assert.Equal(t, now.Add(-time.Minute), pass(t, srv, m, vimasync.Params{Rewind: -1}).RewoundTo)
}

// Each pass under MaxPages is at most an open range a worker ahead, and the state
// does not grow.
func TestStateOfRanges(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 0, vimatest.WithPageLimit(2)), newMemory()
	n := testform.Scale(66, 200)
	for i := range n {
		for j := range 5 {
			srv.Seed(at(10*i+j+1, begin.AddDays(i-n).Time().Add(time.Duration(j)*time.Hour)))
		}
	}
	longest, golden := 0, ""
	m.fail = func(commit int) error {
		state := string(m.checkpoints["default"].State)
		longest = max(longest, len(state))
		if commit == 4 {
			golden = state
		}
		assert.LessOrEqual(t, strings.Count(state, `"until"`), 64)
		return nil
	}
	pass(t, srv, m, vimasync.Params{From: begin.AddDays(-n), Workers: 64})
	m.has(t, srv)
	assert.Less(t, longest, 9000)
	assert.Contains(t, golden, `"changed":{"high":"`)
	assert.Contains(t, golden, `"ranges":{"next":"`)

	// What was written before there were ranges goes on.
	old := vimasync.State(`{"bootstrapped":true,"created":{"high":"5"},"changed":{"high":"5"}}`)
	m = newMemory()
	m.checkpoints["default"] = vimasync.Checkpoint{Version: 3, State: old}
	pass(t, srv, m, vimasync.Params{Workers: 8})
	m.has(t, srv)
}

// The same state, byte for byte, is what the next version has to read.
func TestStateOfRangesGolden(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 0, vimatest.WithPageLimit(2)), newMemory()
	for i := range 24 {
		srv.Seed(at(i+1, january.Time().Add(time.Duration(i)*4*time.Hour)))
	}
	p := vimasync.Params{From: january.AddDays(1), Workers: 1, MaxPages: 2}
	result := pass(t, srv, m, p)
	assert.Positive(t, result.Lag)
	assert.Equal(t, vimasync.State(`{"from":"2026-01-02",`+
		`"ranges":{"next":"2026-01-04","first":"1059138935193600001",`+
		`"open":[{"day":"2026-01-02","after":"1059525482250240001","until":"1059912029306880001"}],`+
		`"tail":{"day":"2026-01-03","after":"1059912029306880001"}},`+
		`"created":{},"changed":{"high":"1060975033712640002","seen":"2026-01-04T20:00:00Z","marks":[`+
		`{"cursor":"1060878396948480002","time":"2026-01-04T16:00:00Z"},{"cursor":"1060975033712640002","time":"2026-01-04T20:00:00Z"}]}}`), m.checkpoints["default"].State)
	for i := 0; !pass(t, srv, m, p).CaughtUp; i++ {
		require.Less(t, i, 20)
	}
	m.hasFrom(t, srv, p.From, nil)
}
