package transactionssync_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

func TestParamsFaults(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 3), newMemory()
	c := connect(t, srv)
	for want, p := range map[string]transactionssync.Params{
		"Stream: must be at most 128 bytes of UTF-8 without NUL; From: must be of the years 1 to 9999; MaxPages: must not be negative": {
			Stream: strings.Repeat("x", 129), From: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), MaxPages: -1,
		},
		"Stream: must be at most 128 bytes of UTF-8 without NUL": {Stream: "a\x00"},
	} {
		_, err := transactionssync.RunOnce(t.Context(), c, m, p)
		assert.ErrorIs(t, err, transactionssync.ErrInvalidRequest)
		assert.EqualError(t, err, "transactionssync: invalid request: "+want)
	}
	var none *transactionssync.SQLStore
	for _, s := range []transactionssync.Store{nil, none} {
		_, err := transactionssync.RunOnce(t.Context(), nil, s, transactionssync.Params{})
		require.EqualError(t, err, "transactionssync: invalid request: c: must not be nil; s: must not be nil")
	}
	require.EqualError(t, transactionssync.Loop(t.Context(), nil, nil, transactionssync.Params{}, -1),
		"transactionssync: invalid request: c: must not be nil; s: must not be nil; interval: must not be negative")
	_, err := transactionssync.NewSQLStore(nil, 0)
	require.EqualError(t, err, "transactionssync: invalid request: db: must not be nil; d: must be PostgreSQL or SQLite")
	day := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	_, err = transactionssync.Check(t.Context(), nil, nil, transactionssync.CheckParams{From: day, To: day.Add(-time.Nanosecond)})
	require.EqualError(t, err, "transactionssync: invalid request: c: must not be nil; s: must not be nil; From: must be a time on a day that is not after To's")
	assert.Empty(t, srv.Requests())
	assert.Zero(t, m.commits)
}

func TestErrorsComeThrough(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 250, transactionstest.WithPageLimit(100)), newMemory()
	srv.Inject(transactionstest.Fault{Status: 403})
	_, err := transactionssync.RunOnce(t.Context(), connect(t, srv), m, transactionssync.Params{})
	require.ErrorIs(t, err, transactions.ErrForbidden)

	second := func(r transactionstest.Request) bool {
		return r.Query().Get("lastModifiedDate.greaterThanOrEqual") > "2"
	}
	srv.Inject(transactionstest.Fault{Kind: transactionstest.FaultGarbage, Match: second, Times: 1})
	result, err := transactionssync.RunOnce(t.Context(), connect(t, srv), m, transactionssync.Params{})
	var decode *transactions.DecodeError
	require.ErrorAs(t, err, &decode)
	assert.Equal(t, 1, result.Pages, "what came before it stays")

	var requests atomic.Int64
	srv.Inject(transactionstest.Fault{Kind: transactionstest.FaultEmpty, Match: func(transactionstest.Request) bool { return requests.Add(1) > 1 }})
	_, err = transactionssync.RunOnce(t.Context(), connect(t, srv), m, transactionssync.Params{})
	require.ErrorAs(t, err, &decode, "an answer without a body is no end of the list")
	srv.ClearFaults()
	pass(t, srv, m, transactionssync.Params{})
	m.has(t, srv)

	m.checkpoints["odd"] = transactionssync.Checkpoint{Version: 1, State: "not a state"}
	_, err = transactionssync.RunOnce(t.Context(), connect(t, srv), m, transactionssync.Params{Stream: "odd"})
	require.ErrorContains(t, err, `transactionssync: stream "odd": the checkpoint's state does not decode`)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = transactionssync.RunOnce(ctx, connect(t, srv), m, transactionssync.Params{})
	require.ErrorIs(t, err, context.Canceled)
}

// A token that expires during a pass is renewed, and the pass goes on.
func TestTokensAreRenewed(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 500, transactionstest.WithPageLimit(50), transactionstest.WithTokenUses(3)), newMemory()
	tokens, err := transactions.PasswordTokens(srv.URL(), transactionstest.DefaultUsername, transactionstest.DefaultPassword)
	require.NoError(t, err)
	c, err := transactions.NewClient(srv.URL(), tokens)
	require.NoError(t, err)
	result, err := transactionssync.RunOnce(t.Context(), c, m, transactionssync.Params{})
	require.NoError(t, err)
	assert.True(t, result.CaughtUp)
	m.has(t, srv)
}

// A service that does not know lastModifiedDate cannot be synced, and says so at
// the first pass that would miss something.
func TestFilterIgnored(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 250, transactionstest.WithPageLimit(100), transactionstest.WithUnknownFields("lastModifiedDate")), newMemory()
	_, err := transactionssync.RunOnce(t.Context(), connect(t, srv), m, transactionssync.Params{})
	require.ErrorIs(t, err, transactions.ErrFilterIgnored)
	require.ErrorIs(t, err, transactions.ErrPaginationStalled)
}

// A transaction without a last modification ends a pass whose service delivers it,
// in place of being skipped.
func TestWithoutLastModification(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 3), newMemory()
	row := at(7, time.Date(2026, time.January, 1, 1, 0, 0, 0, time.UTC))
	row.Raw = []byte(`{"id":7}`)
	srv.Seed(row)
	_, err := transactionssync.RunOnce(t.Context(), connect(t, srv), m, transactionssync.Params{})
	require.ErrorIs(t, err, transactions.ErrPaginationStalled)
	assert.ErrorContains(t, err, "transaction 7 has no lastModifiedDate")
	assert.Zero(t, m.commits)
}
