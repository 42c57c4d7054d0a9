package transactionssync_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// What this version writes is what the next one has to read.
func TestStateGolden(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 0, transactionstest.WithPageLimit(2)), newMemory()
	noon := time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)
	for i := range 5 {
		srv.Seed(at(int64(i+1), noon.Add(time.Duration(i)*4*time.Minute+1500*time.Microsecond)))
	}
	p := transactionssync.Params{From: noon.Add(time.Minute), MaxPages: 1}
	pass(t, srv, m, p)
	assert.Equal(t, transactionssync.State(`{"from":"2026-01-15T12:01:00Z","sweep":{`+
		`"safe":"2026-01-15T12:08:00.0015Z","next":"2026-01-15T12:08:00.0015Z","open":true,"first":true}}`), m.checkpoints["default"].State)
	p.MaxPages = 0
	pass(t, srv, m, p)
	assert.Equal(t, transactionssync.State(`{"from":"2026-01-15T12:01:00Z","sweep":{`+
		`"safe":"2026-01-15T12:16:00.0015Z","next":"2026-01-15T12:16:00.0015Z"}}`), m.checkpoints["default"].State)
}

// A state that somebody has tampered with may end a pass with an error, but not
// with a panic, and not in an endless walk.
func FuzzState(f *testing.F) {
	f.Add(`{}`)
	f.Add(`{"sweep":{"safe":"2026-01-01T12:00:00Z","next":"2026-01-01T13:00:00Z","open":true,"hot":true}}`)
	f.Add(`{"sweep":{"safe":"9999-12-31T23:59:59Z","next":"0000-01-01T00:00:00Z"}}`)
	f.Add(`{"from":"2030-01-01T00:00:00Z","sweep":{"next":"9999-12-31T23:59:59.999999999Z","open":true}}`)
	f.Add(`[1]`)
	f.Add(`{"from":5}`)
	srv := fake(f, 30, transactionstest.WithPageLimit(10))
	c := connect(f, srv, transactions.WithRetry(transactions.RetryPolicy{MaxAttempts: 1}))
	f.Fuzz(func(t *testing.T, text string) {
		m := newMemory()
		m.checkpoints["default"] = transactionssync.Checkpoint{Version: 5, State: transactionssync.State(text)}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		result, err := transactionssync.RunOnce(ctx, c, m, transactionssync.Params{})
		require.NoError(t, ctx.Err(), "it has to end")
		if err == nil {
			require.True(t, result.CaughtUp)
		}
	})
}
