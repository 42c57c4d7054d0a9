package ecommpaysync_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

func TestRunOnceReadsEverything(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]ecommpaytest.Option{
		"by default": nil, "newest first": {ecommpaytest.WithNewestFirst()}, "300 a page": {ecommpaytest.WithPageLimit(300)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, m := fake(t, 900, opts...), newMemory()
			result := pass(t, srv, m, since)
			m.has(t, srv)
			assert.True(t, result.CaughtUp)
			assert.Equal(t, 900, result.Inserted, "as the store counts")
			assert.Zero(t, result.Lag)
			assert.GreaterOrEqual(t, result.Pages, 3, "one a day")
			assert.Zero(t, result.Rejected)

			for i, id := range m.ids()[:200] {
				srv.Update(id, time.Now().Add(-time.Minute+time.Duration(i)*time.Millisecond), end)
			}
			srv.Seed(at(1, time.Now().Add(-time.Minute)))
			assert.Equal(t, 1, pass(t, srv, m, ecommpaysync.Params{}).Pages)
			m.has(t, srv)
		})
	}
}

// The fields are named, so that they are the same whatever the default becomes.
func TestWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 0), newMemory()
	pass(t, srv, m, ecommpaysync.Params{From: begin.Add(700 * time.Millisecond), ProjectIDs: []string{"12", "11", "12"}})
	requests := srv.Requests()
	intervals := asked(t, srv)
	require.Len(t, intervals, 5)
	for i, is := range intervals {
		assert.Equal(t, begin.AddDate(0, 0, i).Add(-time.Second), is.From, "a second of it twice")
		if i < 4 {
			assert.Equal(t, begin.AddDate(0, 0, i+1), is.To)
		}
	}
	assert.WithinRange(t, intervals[4].To, time.Now().Add(-30*time.Second), time.Now().Add(-5*time.Second))
	body := string(requests[0].Body)
	assert.Contains(t, body, `"project_id":[11,12]`)
	assert.Contains(t, body, `"fields":["project_id","operation_id","payment_id"`)
	assert.Contains(t, body, `"operation_completed_at"`)
	assert.Equal(t, 5, m.commits, "one an interval")
}

// Rows leave the interval while it is read, others arrive at its end or change
// within it.
func TestRowsThatMove(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			moves := ecommpaytest.Moves{Leave: 7, Arrive: 3, Change: 3, Requests: 20, Seed: seed}
			srv, m := fake(t, 600, ecommpaytest.WithMoves(moves), ecommpaytest.WithPageLimit(40)), newMemory()
			before := newest(t, srv)
			pass(t, srv, m, since)
			require.NotEqual(t, before, newest(t, srv))
			m.has(t, srv)
		})
	}
}

func TestRejected(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 120), newMemory()
	raws := []string{
		`{"operation_id":"7","sum_initial":{"amount":"much","currency":"EUR"}}`,
		`{"operation_id":"x"}`,
		`{"operation_id":"18446744073709551615"}`,
		`{"payment_id":"10"}`,
	}
	for i, raw := range raws {
		o := at(7+i, begin.Add(time.Hour))
		o.Raw = []byte(raw)
		srv.Seed(o)
	}
	result, err := ecommpaysync.RunOnce(t.Context(), connect(t, srv), m, since)
	require.ErrorIs(t, err, ecommpaysync.ErrRejected)
	require.EqualError(t, err, `ecommpaysync: rows were rejected: 4 of stream "default"`)
	assert.Equal(t, len(raws), result.Rejected)
	assert.True(t, result.CaughtUp)
	assert.Len(t, m.rows, 120)
	for _, raw := range raws {
		assert.True(t, m.rejected[raw], raw)
	}
	srv.Seed(at(1, time.Now().Add(-time.Minute)))
	pass(t, srv, m, since)
	assert.Len(t, m.rows, 121, "the sync goes on behind them")
}

// A row that did not decode is stored once it is mended.
func TestRejectedIsMended(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 0), newMemory()
	o := at(7, time.Now().Add(-time.Hour))
	o.Raw = []byte(`{"operation_id":"7","operation_status":[]}`)
	srv.Seed(o)
	_, err := ecommpaysync.RunOnce(t.Context(), connect(t, srv), m, since)
	require.ErrorIs(t, err, ecommpaysync.ErrRejected)
	srv.Update("7", time.Now().Add(-time.Minute), end)
	pass(t, srv, m, since)
	m.has(t, srv)
}

func TestErrorsComeThrough(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 250), newMemory()
	srv.Inject(ecommpaytest.Fault{Status: 401})
	result, err := ecommpaysync.RunOnce(t.Context(), connect(t, srv), m, since)
	require.ErrorIs(t, err, ecommpay.ErrUnauthorized)
	assert.Zero(t, m.commits, "a stream is begun by what was read")
	assert.GreaterOrEqual(t, result.Lag, 96*time.Hour)

	first := func(r ecommpaytest.Request) bool { return intervalOf(t, r.Body).From.Before(begin) }
	srv.Inject(ecommpaytest.Fault{Kind: ecommpaytest.FaultGarbage, Match: func(r ecommpaytest.Request) bool { return !first(r) }})
	result, err = ecommpaysync.RunOnce(t.Context(), connect(t, srv), m, since)
	var decode *ecommpay.DecodeError
	require.ErrorAs(t, err, &decode)
	assert.Equal(t, 1, result.Pages, "what came before it stays")
	assert.False(t, result.CaughtUp)

	srv.Inject(ecommpaytest.Fault{Status: 200, Body: `{"operations":[]}`})
	_, err = ecommpaysync.RunOnce(t.Context(), connect(t, srv), m, since)
	require.ErrorIs(t, err, ecommpay.ErrBadSignature)
	pass(t, srv, m, since)
	m.has(t, srv)

	m.checkpoints["odd"] = ecommpaysync.Checkpoint{Version: 1, State: "not a state"}
	_, err = ecommpaysync.RunOnce(t.Context(), connect(t, srv), m, ecommpaysync.Params{Stream: "odd"})
	require.ErrorContains(t, err, `ecommpaysync: stream "odd": the checkpoint's state does not decode`)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	before := m.commits
	_, err = ecommpaysync.RunOnce(ctx, connect(t, srv), m, since)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, before, m.commits)
}

// A walk that leads no further ends the pass. What it has stored stays, and the
// next pass goes on.
func TestStalled(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 600, ecommpaytest.WithPageLimit(50)), newMemory()
	srv.Inject(ecommpaytest.Fault{Kind: ecommpaytest.FaultStalledPage, Times: -1, Match: func(ecommpaytest.Request) bool { return m.stored() >= 300 }})
	result, err := ecommpaysync.RunOnce(t.Context(), connect(t, srv), m, since)
	require.ErrorIs(t, err, ecommpay.ErrPaginationStalled)
	assert.Positive(t, result.Pages)
	assert.GreaterOrEqual(t, m.stored(), 300)
	srv.ClearFaults()
	pass(t, srv, m, since)
	m.has(t, srv)
}

// A pass that another one overtakes ends, and has stored nothing after that.
func TestRunOnceIsFenced(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 500, ecommpaytest.WithPageLimit(50)), newMemory()
	m.fail = func(commit int) error {
		if commit == 3 {
			m.checkpoints["default"] = ecommpaysync.Checkpoint{Version: 77, State: m.checkpoints["default"].State}
		}
		return nil
	}
	result, err := ecommpaysync.RunOnce(t.Context(), connect(t, srv), m, since)
	require.ErrorIs(t, err, ecommpaysync.ErrFenced)
	assert.Equal(t, 2, result.Pages)
	assert.Equal(t, 3, m.commits)
	pass(t, srv, m, since)
	m.has(t, srv)
}

func TestProjectsStayTheStreams(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 90, ecommpaytest.WithProjects("11", "12")), newMemory()
	p := since
	p.ProjectIDs = []string{"12", "11"}
	given := slices.Clone(p.ProjectIDs)
	pass(t, srv, m, p)
	m.has(t, srv)
	assert.Equal(t, given, p.ProjectIDs, "the caller's is not changed")
	p.ProjectIDs = []string{"11", "12", "11"}
	pass(t, srv, m, p)
	for _, ids := range [][]string{nil, {"11"}, {"11", "12", "13"}} {
		p.ProjectIDs = ids
		_, err := ecommpaysync.RunOnce(t.Context(), connect(t, srv), m, p)
		require.ErrorIs(t, err, ecommpaysync.ErrInvalidRequest)
		require.EqualError(t, err, `ecommpaysync: invalid request: ProjectIDs: stream "default" was begun with [11 12]`)
	}

	for project, others := range map[string]string{"11": "12", "12": "11"} {
		one := newMemory()
		p.ProjectIDs = []string{project}
		pass(t, srv, one, p)
		assert.NotEmpty(t, one.rows)
		for _, o := range one.rows {
			assert.NotEqual(t, others, o.ProjectID)
		}
	}
	p.ProjectIDs, p.Stream = []string{"13"}, "out of reach"
	_, err := ecommpaysync.RunOnce(t.Context(), connect(t, srv), m, p)
	require.ErrorIs(t, err, ecommpay.ErrUnauthorized)
}

func TestFromStaysTheStreams(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 300), newMemory()
	_, err := ecommpaysync.RunOnce(t.Context(), connect(t, srv), m, ecommpaysync.Params{Stream: "s"})
	require.EqualError(t, err, `ecommpaysync: invalid request: From: must be set in the first pass of stream "s"`)
	assert.Empty(t, srv.Requests())

	from := begin.AddDate(0, 0, 1).Add(300 * time.Millisecond)
	pass(t, srv, m, ecommpaysync.Params{From: from})
	assert.Len(t, m.rows, 200)
	for _, same := range []time.Time{{}, from, from.Truncate(time.Second), from.In(time.FixedZone("", 3600)), from.Add(time.Hour), time.Now()} {
		pass(t, srv, m, ecommpaysync.Params{From: same})
		assert.Equal(t, from.Truncate(time.Second), m.state(t).From)
	}
	_, err = ecommpaysync.RunOnce(t.Context(), connect(t, srv), m, ecommpaysync.Params{From: from.Add(-time.Second), ProjectIDs: []string{"11"}})
	require.ErrorIs(t, err, ecommpaysync.ErrInvalidRequest)
	require.EqualError(t, err, fmt.Sprintf(`ecommpaysync: invalid request: From: stream "default" was begun with %s, and reads nothing before; `+
		`ProjectIDs: stream "default" was begun with []`, from.Format(time.RFC3339)))
	assert.Len(t, m.rows, 200)

	pass(t, srv, m, ecommpaysync.Params{Stream: "another", From: begin})
	m.has(t, srv)
}

func TestParamsFaults(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 3), newMemory()
	c := connect(t, srv)
	const (
		stream   = "Stream: must be at most 128 bytes of UTF-8 without NUL"
		from     = "From: must be a time from 1970 to now"
		projects = "ProjectIDs: must be decimal numbers; none at all is all of them"
		step     = "Step: must be whole seconds, 1 second to 179 days, or 0 for 24 hours"
	)
	for i, fault := range []struct {
		want string
		p    ecommpaysync.Params
	}{
		{strings.Join([]string{stream, from, projects, step, "MaxPages: must not be negative"}, "; "), ecommpaysync.Params{
			Stream: strings.Repeat("x", 129), From: time.Unix(-1, 0), ProjectIDs: []string{"11", ""}, Step: -1, MaxPages: -1,
		}},
		{stream, ecommpaysync.Params{Stream: "a\x00", From: begin}},
		{from, ecommpaysync.Params{From: time.Now().Add(time.Minute)}},
		{projects, ecommpaysync.Params{From: begin, ProjectIDs: []string{"011"}}},
		{projects, ecommpaysync.Params{From: begin, ProjectIDs: []string{"shop"}}},
		{projects, ecommpaysync.Params{From: begin, ProjectIDs: []string{"9223372036854775808"}}},
		{step, ecommpaysync.Params{From: begin, Step: 1500 * time.Millisecond}},
		{step, ecommpaysync.Params{From: begin, Step: 180 * 24 * time.Hour}},
	} {
		_, err := ecommpaysync.RunOnce(t.Context(), c, m, fault.p)
		assert.ErrorIs(t, err, ecommpaysync.ErrInvalidRequest, i)
		assert.EqualError(t, err, "ecommpaysync: invalid request: "+fault.want)
	}
	var none *ecommpaysync.SQLStore
	for _, s := range []ecommpaysync.Store{nil, none} {
		_, err := ecommpaysync.RunOnce(t.Context(), nil, s, ecommpaysync.Params{})
		require.EqualError(t, err, "ecommpaysync: invalid request: c: must not be nil; s: must not be nil")
	}
	require.EqualError(t, ecommpaysync.Loop(t.Context(), nil, nil, ecommpaysync.Params{}, -1),
		"ecommpaysync: invalid request: c: must not be nil; s: must not be nil; interval: must not be negative")
	_, err := ecommpaysync.NewSQLStore(nil, 0)
	require.EqualError(t, err, "ecommpaysync: invalid request: db: must not be nil; d: must be PostgreSQL or SQLite")
	assert.Empty(t, srv.Requests())
	assert.Zero(t, m.commits)

	unreachable := errors.New("the database is gone")
	_, err = ecommpaysync.RunOnce(t.Context(), c, gone{unreachable}, since)
	require.ErrorIs(t, err, unreachable)
}

// gone is a Store out of reach.
type gone struct{ err error }

func (g gone) Load(context.Context, string) (ecommpaysync.Checkpoint, error) {
	return ecommpaysync.Checkpoint{}, g.err
}

func (g gone) Commit(context.Context, string, ecommpaysync.Change) (ecommpaysync.Commit, error) {
	return ecommpaysync.Commit{}, g.err
}
