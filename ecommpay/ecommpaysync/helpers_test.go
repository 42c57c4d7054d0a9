package ecommpaysync_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// memory is a Store in maps.
type memory struct {
	mu          sync.Mutex
	checkpoints map[string]ecommpaysync.Checkpoint
	rows        map[string]*ecommpay.Operation
	applied     map[string]int  // times that a version was, by its bytes
	rejected    map[string]bool // by their bytes
	commits     int
	fail        func(commit int) error // before a commit is made
}

func newMemory() *memory {
	return &memory{
		checkpoints: map[string]ecommpaysync.Checkpoint{}, rows: map[string]*ecommpay.Operation{},
		applied: map[string]int{}, rejected: map[string]bool{}, fail: func(int) error { return nil },
	}
}

func (m *memory) Load(_ context.Context, stream string) (ecommpaysync.Checkpoint, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.checkpoints[stream], nil
}

func (m *memory) Commit(_ context.Context, stream string, c ecommpaysync.Change) (ecommpaysync.Commit, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.commits++
	if err := m.fail(m.commits); err != nil {
		return ecommpaysync.Commit{}, err
	}
	if m.checkpoints[stream].Version != c.From.Version {
		return ecommpaysync.Commit{}, fmt.Errorf("%w: stream %q", ecommpaysync.ErrFenced, stream)
	}
	inserted, updated := 0, 0
	for _, o := range c.Rows {
		if old := m.rows[o.OperationID]; old == nil || string(old.Raw) != string(o.Raw) {
			count(old != nil, &inserted, &updated)
			m.rows[o.OperationID] = o
			m.applied[string(o.Raw)]++
		}
	}
	for _, b := range c.Bad {
		m.rejected[string(b.Raw)] = true
	}
	m.checkpoints[stream] = ecommpaysync.Checkpoint{Version: c.From.Version + 1, State: c.Next}
	return ecommpaysync.Commit{Checkpoint: m.checkpoints[stream], Inserted: inserted, Updated: updated, Unchanged: len(c.Rows) - inserted - updated}, nil
}

func count(there bool, inserted, updated *int) {
	if there {
		*updated++
	} else {
		*inserted++
	}
}

// has requires that the store holds what the fake has, applied once.
func (m *memory) has(t testing.TB, srv *ecommpaytest.Server) {
	t.Helper()
	require.Equal(t, newest(t, srv), m.copied())
	for version, times := range m.applied {
		require.Equal(t, 1, times, version)
	}
}

// copied are the stored operations without the way in which they are spelled.
func (m *memory) copied() map[string]ecommpay.Operation {
	m.mu.Lock()
	defer m.mu.Unlock()
	copied := map[string]ecommpay.Operation{}
	for id, o := range m.rows {
		plain := *o
		plain.Raw = nil
		copied[id] = plain
	}
	return copied
}

// ids are the ids of the stored operations.
func (m *memory) ids() []string {
	var ids []string
	for id := range maps.Keys(m.copied()) {
		ids = append(ids, id)
	}
	return ids
}

// stored is how many operations are.
func (m *memory) stored() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.rows)
}

func (m *memory) state(t testing.TB) (s struct {
	From  time.Time
	Sweep struct {
		Safe, Next time.Time
		Open       bool
	}
	To   time.Time
	Span int
},
) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(m.checkpoints["default"].State), &s))
	return s
}

// newest are the fake's operations that decode.
func newest(t testing.TB, srv *ecommpaytest.Server) map[string]ecommpay.Operation {
	t.Helper()
	rows := map[string]ecommpay.Operation{}
	for _, row := range srv.Rows(time.Unix(0, 0), time.Now().AddDate(50, 0, 0)) {
		if o := new(ecommpay.Operation); o.UnmarshalJSON(row.Raw) == nil {
			o.Raw = nil
			rows[o.OperationID] = *o
		}
	}
	return rows
}

// begin is where the fake's operations begin, four days ago.
var begin = time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -4)

// since is the params of a stream that reads them all.
var since = ecommpaysync.Params{From: begin}

// fake has operations that are spread over three days from begin on.
func fake(t testing.TB, operations int, opts ...ecommpaytest.Option) *ecommpaytest.Server {
	t.Helper()
	srv := ecommpaytest.NewServer(opts...)
	t.Cleanup(srv.Close)
	srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: operations, Seed: 5, From: begin, Days: 3})...)
	return srv
}

func connect(t testing.TB, srv *ecommpaytest.Server, opts ...ecommpay.Option) *ecommpay.Client {
	t.Helper()
	c, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials(), append([]ecommpay.Option{
		ecommpay.WithRetry(ecommpay.RetryPolicy{MaxAttempts: 8, MinWait: time.Microsecond, MaxWait: time.Millisecond}),
	}, opts...)...)
	require.NoError(t, err)
	return c
}

// pass makes one pass that must succeed.
func pass(t testing.TB, srv *ecommpaytest.Server, s ecommpaysync.Store, p ecommpaysync.Params) ecommpaysync.Result {
	t.Helper()
	result, err := ecommpaysync.RunOnce(t.Context(), connect(t, srv), s, p)
	require.NoError(t, err)
	return result
}

// asked are the intervals of the requests since the last look, each once.
func asked(t testing.TB, srv *ecommpaytest.Server) []ecommpay.Interval {
	t.Helper()
	var intervals []ecommpay.Interval
	for _, r := range srv.Requests() {
		if i := intervalOf(t, r.Body); len(intervals) == 0 || intervals[len(intervals)-1] != i {
			intervals = append(intervals, i)
		}
	}
	srv.ResetRequests()
	return intervals
}

func intervalOf(t testing.TB, body []byte) ecommpay.Interval {
	t.Helper()
	var request struct {
		Interval struct{ From, To string }
	}
	require.NoError(t, json.Unmarshal(body, &request))
	from, err := time.Parse(time.DateTime, request.Interval.From)
	require.NoError(t, err)
	to, err := time.Parse(time.DateTime, request.Interval.To)
	require.NoError(t, err)
	return ecommpay.Interval{From: from, To: to}
}

// at is an operation that was made and updated at an instant.
func at(id int, instant time.Time) *ecommpay.Operation {
	return &ecommpay.Operation{
		ProjectID: "11", OperationID: strconv.Itoa(id), PaymentID: "p" + strconv.Itoa(id), OperationType: ecommpay.TypeSale,
		OperationStatus: ecommpay.StatusProcessing, OperationCreatedAt: instant, OperationCompletedAt: instant,
		SumInitial: ecommpay.Sum{AmountMinor: 100, Currency: "EUR"},
	}
}

// end is an update of an operation.
func end(o *ecommpay.Operation) { o.OperationStatus = ecommpay.StatusSuccess }
