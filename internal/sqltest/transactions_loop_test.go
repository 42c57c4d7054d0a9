package sqltest_test

import (
	"bytes"
	"context"
	"database/sql"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// Three processes loop over one stream: one works, and when it stops the next
// one takes over at its next look at the lease.
func TestTransactionsLoopInThreeProcesses(t *testing.T) {
	t.Parallel()
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		srv, db := transactionsSeeded(t, 300), d.pool(t)
		type process struct {
			stop context.CancelFunc
			end  chan error
		}
		worked := make(chan int, 100)
		var processes [3]process
		for i := range processes {
			s := d.store(t, d.pool(t))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			processes[i] = process{cancel, make(chan error, 1)}
			c := transactionsClient(t, srv)
			go func() {
				processes[i].end <- transactionssync.Loop(ctx, c, s, transactionssync.Params{OnPass: func(_ transactionssync.Result, err error) {
					if ctx.Err() == nil {
						assert.NoError(t, err)
					}
					worked <- i
				}}, 50*time.Millisecond)
			}()
		}
		left := map[int]bool{0: true, 1: true, 2: true}
		for len(left) > 0 {
			holder := <-worked
			require.True(t, left[holder])
			for range 3 {
				require.Equal(t, holder, <-worked, "one process works")
			}
			processes[holder].stop()
			require.NoError(t, <-processes[holder].end)
			for len(worked) > 0 {
				require.Equal(t, holder, <-worked)
			}
			delete(left, holder)
		}
		assert.Equal(t, "0", text(t, db, "SELECT count(*) FROM sync_lease"), "it is given back")
		assert.Zero(t, d.audit(t, srv, db))
	})
}

// A pass that fails does not end the loop, and what no repetition cures does.
func TestTransactionsLoopReports(t *testing.T) {
	t.Parallel()
	d := transactionsSide{sqlite(t)}
	srv, db := transactionsSeeded(t, 30), d.pool(t)
	s := d.store(t, db)
	srv.Inject(transactionstest.Fault{Status: 403, Times: 2})
	var errs []error
	var results []transactionssync.Result
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	from := srv.Now().Add(-time.Hour)
	require.NoError(t, transactionssync.Loop(ctx, transactionsClient(t, srv), s, transactionssync.Params{From: from, OnPass: func(r transactionssync.Result, err error) {
		errs, results = append(errs, err), append(results, r)
		if len(errs) == 4 {
			cancel()
		}
	}}, time.Millisecond))
	require.Len(t, errs, 4)
	require.ErrorIs(t, errs[0], transactions.ErrForbidden)
	require.ErrorIs(t, errs[1], transactions.ErrForbidden)
	require.NoError(t, errs[2])
	assert.Equal(t, 30, results[2].Inserted)
	assert.True(t, results[3].CaughtUp)
	assert.Zero(t, results[3].Inserted+results[3].Updated)

	err := transactionssync.Loop(t.Context(), transactionsClient(t, srv), s, transactionssync.Params{From: from.Add(-time.Hour)}, time.Millisecond)
	require.ErrorIs(t, err, transactionssync.ErrInvalidRequest)
}

// A pass whose lease is taken away ends, and says that somebody else works. On
// SQLite this cannot happen: the transaction that hangs holds the only lock.
func TestTransactionsLoopLosesTheLease(t *testing.T) {
	t.Parallel()
	d := transactionsSide{postgres(t)}
	srv, db := transactionsSeeded(t, 30), d.pool(t)
	thief := d.pool(t)
	s := d.store(t, db, transactionssync.OnApply(func(ctx context.Context, _ *sql.Tx, _ *transactions.Transaction) error {
		_, err := thief.ExecContext(ctx, "UPDATE sync_lease SET holder = 'thief', until_millis = until_millis + 600000")
		if err != nil {
			return err
		}
		<-ctx.Done() // the pass hangs here, and so the commit does
		return ctx.Err()
	}))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var got error
	require.NoError(t, transactionssync.Loop(ctx, transactionsClient(t, srv), s, transactionssync.Params{OnPass: func(_ transactionssync.Result, err error) {
		got = err
		cancel()
	}}, time.Second))
	require.ErrorIs(t, got, transactionssync.ErrFenced)
	assert.EqualError(t, got, `transactionssync: another process has moved on: stream "default": it holds the lease`)
	assert.Equal(t, "thief", text(t, db, "SELECT holder FROM sync_lease"))
	assert.Equal(t, "0", text(t, db, "SELECT count(*) FROM transactions_transactions"))
}

// Without OnPass a pass that fails is logged, with nothing secret or personal in
// it, and one that is fenced is not.
func TestTransactionsLoopLogs(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))

	d := transactionsSide{sqlite(t)}
	srv, db := transactionsSeeded(t, 3), d.pool(t)
	srv.Inject(transactionstest.Fault{Status: 403})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := d.store(t, db, transactionssync.OnApply(func(context.Context, *sql.Tx, *transactions.Transaction) error {
		cancel()
		return nil
	}))
	require.NoError(t, transactionssync.Loop(ctx, transactionsClient(t, srv), s, transactionssync.Params{}, time.Millisecond))
	assert.Equal(t, 1, strings.Count(log.String(), "\n"), log.String())
	assert.Contains(t, log.String(), `level=WARN msg="transactionssync: a pass failed" stream=default error="transactions: ListTransactions: status 403, code error.http.403"`)
	assert.NotContains(t, log.String(), transactionstest.DefaultToken)
}
