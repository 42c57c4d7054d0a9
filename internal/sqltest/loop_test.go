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

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// Three processes loop over one stream: one works, and when it stops the next
// one takes over at its next look at the lease.
func TestLoopInThreeProcesses(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		srv, db := seeded(t, 300), d.pool(t)
		d.store(t, db)
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
			c := client(t, srv)
			go func() {
				processes[i].end <- vimasync.Loop(ctx, c, s, vimasync.Params{OnPass: func(_ vimasync.Result, err error) {
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
		assert.Zero(t, audit(t, srv, db))
	})
}

// The lease of a process that was killed runs out by the database's clock.
func TestLoopAfterAKill(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		srv, db := seeded(t, 30), d.pool(t)
		s := d.store(t, db)
		killed, k := d.killed(t, 1000, false)
		doomed, err := vimasync.NewSQLStore(killed, d.dialect, vimasync.OnApply(d.ledger))
		require.NoError(t, err)
		first, stop := context.WithCancel(t.Context())
		defer stop()
		passed, end := make(chan struct{}, 100), make(chan error, 1)
		c := client(t, srv)
		go func() {
			end <- vimasync.Loop(first, c, doomed, vimasync.Params{OnPass: func(_ vimasync.Result, err error) {
				if err == nil {
					passed <- struct{}{}
				}
			}}, time.Hour)
		}()
		<-passed
		k.kill()
		stop()
		require.NoError(t, <-end)
		assert.Equal(t, "1", text(t, db, "SELECT count(*) FROM sync_lease"), "nobody gave it back")

		run := func(until time.Duration) bool {
			ctx, cancel := context.WithTimeout(t.Context(), until)
			defer cancel()
			done := false
			require.NoError(t, vimasync.Loop(ctx, client(t, srv), s, vimasync.Params{OnPass: func(vimasync.Result, error) {
				done = true
				cancel()
			}}, time.Hour))
			return done
		}
		assert.False(t, run(300*time.Millisecond), "it is still held")
		_, err = db.ExecContext(t.Context(), "UPDATE sync_lease SET until_millis = until_millis - 30000")
		require.NoError(t, err)
		assert.True(t, run(time.Minute))
	})
}

// A pass that fails does not end the loop, and what no repetition cures does.
func TestLoopReports(t *testing.T) {
	t.Parallel()
	d := sqlite(t)
	srv, db := seeded(t, 30), d.pool(t)
	s := d.store(t, db)
	srv.Inject(vimatest.Fault{Status: 403, Times: 2})
	var errs []error
	var results []vimasync.Result
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	require.NoError(t, vimasync.Loop(ctx, client(t, srv), s, vimasync.Params{OnPass: func(r vimasync.Result, err error) {
		errs, results = append(errs, err), append(results, r)
		if len(errs) == 4 {
			cancel()
		}
	}}, time.Millisecond))
	require.Len(t, errs, 4)
	require.ErrorIs(t, errs[0], vima.ErrForbidden)
	require.ErrorIs(t, errs[1], vima.ErrForbidden)
	require.NoError(t, errs[2])
	assert.Equal(t, 30, results[2].Inserted)
	assert.True(t, results[3].CaughtUp)
	assert.Zero(t, results[3].Inserted+results[3].Updated)

	err := vimasync.Loop(t.Context(), client(t, srv), s, vimasync.Params{Project: "another"}, time.Millisecond)
	require.ErrorIs(t, err, vimasync.ErrInvalidRequest)
}

// The pass that is under way when ctx ends is reported, with what it has stored,
// and no other one is begun.
func TestLoopReportsWhatWasCutOff(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		srv, db := seeded(t, 500), d.pool(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		applied := 0
		s := d.store(t, db, vimasync.OnApply(func(context.Context, *sql.Tx, *vima.Operation) error {
			if applied++; applied == 250 {
				cancel()
			}
			return nil
		}))
		var results []vimasync.Result
		require.NoError(t, vimasync.Loop(ctx, client(t, srv), s, vimasync.Params{OnPass: func(r vimasync.Result, err error) {
			assert.Error(t, err)
			results = append(results, r)
		}}, time.Millisecond))
		require.Len(t, results, 1)
		assert.Equal(t, 200, results[0].Inserted)
		assert.Equal(t, "200", text(t, db, "SELECT count(*) FROM vima_operations"))
	})
}

// A pass whose lease is taken away ends, and says that somebody else works. On
// SQLite this cannot happen: the transaction that hangs holds the only lock.
func TestLoopLosesTheLease(t *testing.T) {
	t.Parallel()
	d := postgres(t)
	srv, db := seeded(t, 30), d.pool(t)
	thief := d.pool(t)
	s := d.store(t, db, vimasync.OnApply(func(ctx context.Context, _ *sql.Tx, _ *vima.Operation) error {
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
	require.NoError(t, vimasync.Loop(ctx, client(t, srv), s, vimasync.Params{OnPass: func(_ vimasync.Result, err error) {
		got = err
		cancel()
	}}, time.Second))
	require.ErrorIs(t, got, vimasync.ErrFenced)
	assert.EqualError(t, got, `vimasync: another process has moved on: stream "default": it holds the lease`)
	assert.Equal(t, "thief", text(t, db, "SELECT holder FROM sync_lease"))
	assert.Equal(t, "0", text(t, db, "SELECT count(*) FROM vima_operations"))
}

// Without OnPass a pass that fails is logged, with nothing secret in it, and one
// that is fenced is not.
func TestLoopLogs(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))

	d := sqlite(t)
	srv, db := seeded(t, 3), d.pool(t)
	srv.Inject(vimatest.Fault{Status: 403})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := d.store(t, db, vimasync.OnApply(func(context.Context, *sql.Tx, *vima.Operation) error {
		cancel()
		return nil
	}))
	require.NoError(t, vimasync.Loop(ctx, client(t, srv), s, vimasync.Params{}, time.Millisecond))
	assert.Equal(t, 1, strings.Count(log.String(), "\n"), log.String())
	assert.Contains(t, log.String(), `level=WARN msg="vimasync: a pass failed" stream=default error="vima: ListOperations: status 403"`)
	assert.NotContains(t, log.String(), vimatest.DefaultAPIKey)
}
