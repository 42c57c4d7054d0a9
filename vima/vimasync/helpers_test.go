package vimasync_test

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// memory is a Store in maps.
type memory struct {
	mu          sync.Mutex
	checkpoints map[string]vimasync.Checkpoint
	versions    map[string]string // of operations by id
	applied     map[string]int    // times that a version was
	rejected    map[string]bool
	commits     int
	fail        func(commit int) error // before a commit is made
}

func newMemory() *memory {
	return &memory{
		checkpoints: map[string]vimasync.Checkpoint{}, versions: map[string]string{},
		applied: map[string]int{}, rejected: map[string]bool{}, fail: func(int) error { return nil },
	}
}

func (m *memory) Load(_ context.Context, stream string) (vimasync.Checkpoint, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.checkpoints[stream], nil
}

func (m *memory) Commit(_ context.Context, stream string, c vimasync.Change) (vimasync.Commit, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.commits++
	if err := m.fail(m.commits); err != nil {
		return vimasync.Commit{}, err
	}
	if m.checkpoints[stream].Version != c.From.Version {
		return vimasync.Commit{}, fmt.Errorf("%w: stream %q", vimasync.ErrFenced, stream)
	}
	inserted, updated := 0, 0
	for _, o := range c.Rows {
		if old, there := m.versions[o.OperationID]; vima.CompareCursors(o.OperationUpdateID, old) > 0 {
			count(there, &inserted, &updated)
			m.versions[o.OperationID] = o.OperationUpdateID
			m.applied[o.OperationID+" "+o.OperationUpdateID]++
		}
	}
	for _, b := range c.Bad {
		m.rejected[string(b.Raw)] = true
	}
	m.checkpoints[stream] = vimasync.Checkpoint{Version: c.From.Version + 1, State: c.Next}
	return vimasync.Commit{Checkpoint: m.checkpoints[stream], Inserted: inserted, Updated: updated, Unchanged: len(c.Rows) - inserted - updated}, nil
}

func count(there bool, inserted, updated *int) {
	if there {
		*updated++
	} else {
		*inserted++
	}
}

// has requires that the store holds what the fake has, applied once.
func (m *memory) has(t testing.TB, srv *vimatest.Server) {
	t.Helper()
	require.Equal(t, newest(t, srv), m.copied())
	for version, times := range m.applied {
		require.Equal(t, 1, times, version)
	}
}

func (m *memory) copied() map[string]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.versions)
}

// newest are the versions of the fake's operations that decode.
func newest(t testing.TB, srv *vimatest.Server) map[string]string {
	t.Helper()
	versions := map[string]string{}
	for _, raw := range srv.Rows() {
		if o := new(vima.Operation); o.UnmarshalJSON(raw) == nil {
			versions[o.OperationID] = o.OperationUpdateID
		}
	}
	return versions
}

func fake(t testing.TB, operations int, opts ...vimatest.Option) *vimatest.Server {
	t.Helper()
	srv := vimatest.NewServer(opts...)
	t.Cleanup(srv.Close)
	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: operations, Seed: 5})...)
	return srv
}

func connect(t testing.TB, srv *vimatest.Server, opts ...vima.Option) *vima.Client {
	t.Helper()
	c, err := vima.NewClient(srv.URL(), vima.APIKey(vimatest.DefaultAPIKey), append([]vima.Option{
		vima.WithRetry(vima.RetryPolicy{MaxAttempts: 8, MinWait: time.Microsecond, MaxWait: time.Millisecond}),
	}, opts...)...)
	require.NoError(t, err)
	return c
}

// pass makes one pass that must succeed.
func pass(t testing.TB, srv *vimatest.Server, s vimasync.Store, p vimasync.Params) vimasync.Result {
	t.Helper()
	result, err := vimasync.RunOnce(t.Context(), connect(t, srv), s, p)
	require.NoError(t, err)
	return result
}

// asked are the cursors of the requests since the last look, by stream.
func asked(srv *vimatest.Server) (created, changed []string) {
	for _, r := range srv.Requests() {
		q := r.Query()
		if q.Has("from_operation_update_id") {
			changed = append(changed, q.Get("from_operation_update_id"))
		} else {
			created = append(created, q.Get("from_operation_create_id"))
		}
	}
	srv.ResetRequests()
	return created, changed
}

// at is an operation with ids and times of an instant.
func at(id int, instant time.Time) *vima.Operation {
	cursor, _ := strconv.ParseInt(vima.CursorAt(instant), 10, 64)
	return &vima.Operation{
		OperationID: strconv.Itoa(id), OperationCreateID: strconv.FormatInt(cursor+1, 10), OperationUpdateID: strconv.FormatInt(cursor+2, 10),
		OperationCreatedAt: instant, OperationModifiedAt: instant,
	}
}
