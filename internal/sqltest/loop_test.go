package sqltest_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Three processes loop over one stream: one works, and when it stops the next
// one takes over at its next look at the lease.
func TestLoopInThreeProcesses(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		f, db := s.serve(t, 100, serving{}), d.pool(t)
		d.store(t, s, db, options{})
		type process struct {
			stop context.CancelFunc
			end  chan error
		}
		worked := make(chan int, 100)
		var processes [3]process
		for i := range processes {
			r := d.store(t, s, d.pool(t), options{})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			processes[i] = process{cancel, make(chan error, 1)}
			go func() {
				processes[i].end <- r.loop(ctx, f, params{}, 50*time.Millisecond, func(_ result, err error) {
					if ctx.Err() == nil {
						assert.NoError(t, err)
					}
					worked <- i
				})
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
		assert.Zero(t, count(t, db, "sync_lease"), "it is given back")
		assert.Zero(t, audit(t, s, f, db))
	})
}

// The lease of a process that was killed runs out by the database's clock.
func TestLoopAfterAKill(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		f, db := s.serve(t, 30, serving{}), d.pool(t)
		r := d.store(t, s, db, options{})
		pool, k := d.killed(t, 1000, false)
		doomed := d.open(t, s, pool, options{})
		first, stop := context.WithCancel(t.Context())
		defer stop()
		passed, end := make(chan struct{}, 100), make(chan error, 1)
		go func() {
			end <- doomed.loop(first, f, params{}, time.Hour, func(_ result, err error) {
				if err == nil {
					passed <- struct{}{}
				}
			})
		}()
		<-passed
		k.kill()
		stop()
		require.NoError(t, <-end)
		assert.EqualValues(t, 1, count(t, db, "sync_lease"), "nobody gave it back")

		run := func(until time.Duration) bool {
			ctx, cancel := context.WithTimeout(t.Context(), until)
			defer cancel()
			done := false
			require.NoError(t, r.loop(ctx, f, params{}, time.Hour, func(result, error) {
				done = true
				cancel()
			}))
			return done
		}
		assert.False(t, run(300*time.Millisecond), "it is still held")
		execute(t, db, "UPDATE sync_lease SET until_millis = until_millis - 30000")
		assert.True(t, run(time.Minute))
	})
}

// A pass that fails does not end the loop, and what no repetition cures does.
func TestLoopReports(t *testing.T) {
	t.Parallel()
	eachOn(t, sqlite, func(s subject, d database) {
		t := d.t
		f := s.serve(t, 30, serving{})
		r := d.store(t, s, d.pool(t), options{})
		f.refuse(2)
		var errs []error
		var results []result
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		require.NoError(t, r.loop(ctx, f, params{}, time.Millisecond, func(done result, err error) {
			errs, results = append(errs, err), append(results, done)
			if len(errs) == 4 {
				cancel()
			}
		}))
		require.Len(t, errs, 4)
		require.ErrorIs(t, errs[0], s.facts().refused)
		require.ErrorIs(t, errs[1], s.facts().refused)
		require.NoError(t, errs[2])
		assert.Equal(t, 30, results[2].Inserted)
		assert.True(t, results[3].CaughtUp)
		assert.Zero(t, results[3].Inserted+results[3].Updated)

		invalid, _, _ := r.sentinels()
		require.ErrorIs(t, r.loop(t.Context(), f, params{other: true}, time.Millisecond, nil), invalid)
	})
}

// The pass that is under way when ctx ends is reported, with what it has stored,
// and no other one is begun.
func TestLoopReportsWhatWasCutOff(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		f, db := s.serve(t, 40, serving{small: true}), d.pool(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		applied := 0
		r := d.store(t, s, db, options{apply: counted(&applied, 22, cancel)})
		var results []result
		require.NoError(t, r.loop(ctx, f, params{}, time.Millisecond, func(done result, err error) {
			assert.Error(t, err)
			results = append(results, done)
		}))
		require.Len(t, results, 1)
		assert.Positive(t, results[0].Inserted)
		assert.Less(t, results[0].Inserted, 22)
		assert.EqualValues(t, results[0].Inserted, count(t, db, s.facts().table))
	})
}

// counted is an OnApply that calls then at its nth row.
func counted(rows *int, n int, then func()) func(context.Context, *sql.Tx, applied) error {
	return func(context.Context, *sql.Tx, applied) error {
		if *rows++; *rows == n {
			then()
		}
		return nil
	}
}

// A pass whose lease is taken away ends, and says that somebody else works. On
// SQLite this cannot happen: the transaction that hangs holds the only lock.
func TestLoopLosesTheLease(t *testing.T) {
	t.Parallel()
	eachOn(t, postgres, func(s subject, d database) {
		t := d.t
		f, db := s.serve(t, 30, serving{}), d.pool(t)
		thief := d.pool(t)
		r := d.store(t, s, db, options{apply: func(ctx context.Context, _ *sql.Tx, _ applied) error {
			_, err := thief.ExecContext(ctx, "UPDATE sync_lease SET holder = 'thief', until_millis = until_millis + 600000")
			if err != nil {
				return err
			}
			<-ctx.Done() // the pass hangs here, and so the commit does
			return ctx.Err()
		}})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var got error
		require.NoError(t, r.loop(ctx, f, params{}, time.Second, func(_ result, err error) {
			got = err
			cancel()
		}))
		_, fenced, _ := r.sentinels()
		require.ErrorIs(t, got, fenced)
		assert.EqualError(t, got, s.facts().name+`sync: another process has moved on: stream "default": it holds the lease`)
		assert.Equal(t, "thief", text(t, db, "SELECT holder FROM sync_lease"))
		assert.Zero(t, count(t, db, s.facts().table))
	})
}

// Without OnPass a pass that fails is logged, with nothing secret or personal in
// it, and one that is fenced is not. It runs alone, because the default logger is
// everybody's.
func TestLoopLogs(t *testing.T) {
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	for _, s := range subjects() {
		t.Run(s.facts().name, func(t *testing.T) {
			var log bytes.Buffer
			slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
			d, is := sqlite(t), s.facts()
			f := s.serve(t, 3, serving{})
			f.refuse(1)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			applied := 0
			r := d.store(t, s, d.pool(t), options{apply: counted(&applied, 1, cancel)})
			require.NoError(t, r.loop(ctx, f, params{}, time.Millisecond, nil))
			assert.Equal(t, 1, strings.Count(log.String(), "\n"), log.String())
			assert.Contains(t, log.String(), fmt.Sprintf(`level=WARN msg="%ssync: a pass failed" stream=default error="%s: %s: status 403 (forbidden)%s`, is.name, is.name, is.walk, is.refusal))
			assert.NotContains(t, log.String(), is.secret)
		})
	}
}
