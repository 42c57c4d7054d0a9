package transactionssync_test

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// memory is a Store in maps.
type memory struct {
	mu          sync.Mutex
	checkpoints map[string]transactionssync.Checkpoint
	rows        map[int64]string // transactions as received, by id
	applied     map[string]int   // times that a version was
	rejected    map[string]bool
	commits     int
	fail        func(commit int) error // before a commit is made
}

func newMemory() *memory {
	return &memory{
		checkpoints: map[string]transactionssync.Checkpoint{}, rows: map[int64]string{},
		applied: map[string]int{}, rejected: map[string]bool{}, fail: func(int) error { return nil },
	}
}

func (m *memory) Load(_ context.Context, stream string) (transactionssync.Checkpoint, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.checkpoints[stream], nil
}

func (m *memory) Commit(_ context.Context, stream string, c transactionssync.Change) (transactionssync.Commit, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.commits++
	if err := m.fail(m.commits); err != nil {
		return transactionssync.Commit{}, err
	}
	if m.checkpoints[stream].Version != c.From.Version {
		return transactionssync.Commit{}, fmt.Errorf("%w: stream %q", transactionssync.ErrFenced, stream)
	}
	inserted, updated := 0, 0
	for _, t := range c.Rows {
		old, there := m.rows[t.ID]
		if raw := string(t.Raw); old != raw {
			count(there, &inserted, &updated)
			m.rows[t.ID] = raw
			m.applied[raw]++
		}
	}
	for _, b := range c.Bad {
		m.rejected[string(b.Raw)] = true
	}
	m.checkpoints[stream] = transactionssync.Checkpoint{Version: c.From.Version + 1, State: c.Next}
	return transactionssync.Commit{Checkpoint: m.checkpoints[stream], Inserted: inserted, Updated: updated, Unchanged: len(c.Rows) - inserted - updated}, nil
}

func count(there bool, inserted, updated *int) {
	if there {
		*updated++
	} else {
		*inserted++
	}
}

// has requires that the store holds what the fake has, applied once.
func (m *memory) has(t testing.TB, srv *transactionstest.Server) {
	t.Helper()
	require.Empty(t, m.wrong(srv))
	for version, times := range m.applied {
		require.Equal(t, 1, times, version)
	}
}

// wrong are the ids whose newest version is not stored, or that are not the fake's.
func (m *memory) wrong(srv *transactionstest.Server) (ids []int64) {
	want, got := newest(srv), m.copied()
	for id := range got {
		if _, there := want[id]; !there {
			ids = append(ids, id)
		}
	}
	for id, raw := range want {
		if got[id] != raw {
			ids = append(ids, id)
		}
	}
	return ids
}

func (m *memory) copied() map[int64]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.rows)
}

// newest are the fake's transactions that decode, as they are served.
func newest(srv *transactionstest.Server) map[int64]string {
	rows := map[int64]string{}
	for _, t := range srv.Rows() {
		if new(transactions.Transaction).UnmarshalJSON(t.Raw) == nil {
			rows[t.ID] = string(t.Raw)
		}
	}
	return rows
}

// firstID is that of the fake's first transaction; the others follow.
const firstID = 100_000_001

func fake(t testing.TB, n int, opts ...transactionstest.Option) *transactionstest.Server {
	t.Helper()
	srv := transactionstest.NewServer(opts...)
	t.Cleanup(srv.Close)
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: n, Seed: 5})...)
	return srv
}

func connect(t testing.TB, srv *transactionstest.Server, opts ...transactions.Option) *transactions.Client {
	t.Helper()
	c, err := transactions.NewClient(srv.URL(), transactions.StaticToken(transactionstest.DefaultToken), append([]transactions.Option{
		transactions.WithRetry(transactions.RetryPolicy{MaxAttempts: 8, MinWait: time.Microsecond, MaxWait: time.Millisecond}),
	}, opts...)...)
	require.NoError(t, err)
	return c
}

// pass makes one pass that must succeed.
func pass(t testing.TB, srv *transactionstest.Server, s transactionssync.Store, p transactionssync.Params) transactionssync.Result {
	t.Helper()
	result, err := transactionssync.RunOnce(t.Context(), connect(t, srv), s, p)
	require.NoError(t, err)
	return result
}

// asked are the times from which the requests since the last look have asked.
func asked(t testing.TB, srv *transactionstest.Server) (from []time.Time) {
	t.Helper()
	for _, r := range srv.Requests() {
		at, err := time.Parse(time.RFC3339Nano, r.Query().Get("lastModifiedDate.greaterThanOrEqual"))
		require.NoError(t, err)
		from = append(from, at)
	}
	srv.ResetRequests()
	return from
}

// at is a transaction that was made and changed at an instant.
func at(id int64, instant time.Time) *transactions.Transaction {
	return &transactions.Transaction{ID: id, Date: instant, CreatedDate: instant, LastModifiedDate: instant}
}

// fail changes a transaction.
func fail(t *transactions.Transaction) { t.Status = "FAILED" }
