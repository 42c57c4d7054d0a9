package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stub is a stream that does what a test wants.
func stub(pass func(context.Context) (result, error)) *stream {
	return &stream{
		name: "vima", pass: pass, fenced: errStubFenced, rejected: errStubRejected,
		lag:     func(context.Context) (time.Duration, bool, error) { return time.Minute, true, nil },
		rejects: func(context.Context) (int, error) { return 7, nil },
	}
}

var (
	errStubFenced   = stubError("fenced")
	errStubRejected = stubError("rejected")
)

type stubError string

func (e stubError) Error() string { return string(e) }

// daemonOf is a daemon of streams that is not started.
func daemonOf(t *testing.T, db *database, every time.Duration, log *slog.Logger, streams ...*stream) *daemon {
	t.Helper()
	d, err := newDaemon(config{command: "run", every: every, services: services}, db, streams, log)
	require.NoError(t, err)
	return d
}

// runs starts a daemon, and returns what ends it.
func runs(t *testing.T, d *daemon) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.run(ctx) }()
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			cancel()
			require.NoError(t, <-done)
		}
	}
	t.Cleanup(stop)
	return stop
}

func TestSettingsOfRiver(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "sync.db"))
	for _, every := range []time.Duration{shortestTick, 5 * time.Minute, longestTick} {
		c := daemonOf(t, db, every, silent(), stub(nil), &stream{name: "other"}).riverConfig()
		assert.Less(t, c.JobTimeout, every)
		assert.Equal(t, every+time.Minute, c.RescueStuckJobsAfter)
		assert.Equal(t, 1, c.MaxAttempts)
		assert.Equal(t, map[string]river.QueueConfig{"vima": {MaxWorkers: 1}, "other": {MaxWorkers: 1}}, c.Queues)
		assert.LessOrEqual(t, patience*every, 24*time.Hour, "for so long River keeps completed jobs")
		assert.Greater(t, c.ReindexerSchedule.Next(time.Now()).Year(), 9999, "never")
		assert.False(t, c.Logger.Enabled(t.Context(), slog.LevelInfo))

		o := insertOptions("vima", every)
		assert.True(t, o.UniqueOpts.ByArgs)
		assert.Equal(t, every, o.UniqueOpts.ByPeriod)
		assert.ElementsMatch(t, rivertype.JobStates(), o.UniqueOpts.ByState)
		assert.Equal(t, "vima", o.Queue)
	}
}

func TestSettingsOfSQLite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a name with ? and # and %.db")
	db := open(t, path)
	assert.Equal(t, 1, db.sql.Stats().MaxOpenConnections)
	assert.Equal(t, 10000, number(t, db, "PRAGMA busy_timeout"))
	assert.Equal(t, 1, number(t, db, "PRAGMA synchronous"), "NORMAL")
	var mode string
	require.NoError(t, db.sql.QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&mode))
	assert.Equal(t, "wal", mode)
	for i, name := range []string{path, path + "-wal"} {
		t.Run(fmt.Sprint("name ", i), func(t *testing.T) {
			info, err := os.Stat(name)
			require.NoError(t, err)
			if runtime.GOOS != "windows" {
				assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
			}
		})
	}
	// A transaction begins with the lock: this one would be refused at its end
	// if it had read before the other one wrote.
	tx, err := db.sql.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer tx.Rollback()
	second, err := openDatabase(t.Context(), path)
	require.NoError(t, err)
	defer second.close()
	_, err = second.sql.ExecContext(t.Context(), "PRAGMA busy_timeout = 1")
	require.NoError(t, err)
	_, err = second.sql.BeginTx(t.Context(), nil)
	assert.ErrorContains(t, err, "database is locked")
}

func TestSettingsOfPostgreSQL(t *testing.T) {
	t.Parallel()
	where := postgres(t)
	db := open(t, where)
	assert.GreaterOrEqual(t, db.pool.Config().MaxConns, int32(postgresConns))
	var name string
	require.NoError(t, db.sql.QueryRowContext(t.Context(), "SHOW application_name").Scan(&name))
	assert.Equal(t, "syncd", name)
	few, err := openDatabase(t.Context(), where+"&pool_max_conns=5")
	require.NoError(t, err)
	defer few.close()
	assert.Equal(t, int32(5), few.pool.Config().MaxConns)
}

// The job of a tick stands as these settings say, and is there but once.
func TestTheJobOfATick(t *testing.T) {
	t.Parallel()
	onEach(t, func(e empty) {
		t, where := e.t, e.where
		db := open(t, where)
		d := daemonOf(t, db, time.Hour, silent(), stub(nil))
		for range 3 {
			require.NoError(t, d.enqueue(t.Context()))
		}
		jobs := allJobs(t, d.queue)
		if len(jobs) == 2 { // the hour has passed meanwhile
			jobs = jobs[:1]
		}
		require.Len(t, jobs, 1)
		job := jobs[0]
		assert.Equal(t, "sync_pass", job.Kind)
		assert.Equal(t, "vima", job.Queue)
		assert.JSONEq(t, `{"stream":"vima"}`, string(job.EncodedArgs))
		assert.Equal(t, 1, job.MaxAttempts)
		assert.ElementsMatch(t, rivertype.JobStates(), job.UniqueStates)
		assert.NotEmpty(t, job.UniqueKey)
	})
}

// A job that a killed process has left behind as running stops nothing. With
// uniqueness by stream alone it would.
func TestAJobThatIsLeftBehindStopsNothing(t *testing.T) {
	t.Parallel()
	onEach(t, func(e empty) {
		t, where := e.t, e.where
		db := open(t, where)
		d := daemonOf(t, db, time.Second, silent(), stub(nil))
		insert := func(o *river.InsertOpts) bool {
			t.Helper()
			results, err := d.queue.InsertMany(t.Context(), []river.InsertManyParams{{Args: passArgs{"vima"}, InsertOpts: o}})
			require.NoError(t, err)
			return !results[0].UniqueSkippedAsDuplicate
		}
		byArgs := insertOptions("vima", 0)
		require.True(t, insert(insertOptions("vima", time.Second)))
		require.True(t, insert(byArgs))
		_, err := db.sql.ExecContext(t.Context(), "UPDATE river_job SET state = 'running'")
		require.NoError(t, err)
		eventually(t, "a job of the next tick", func() bool { return insert(insertOptions("vima", time.Second)) })
		assert.False(t, insert(byArgs), "the control has to show what would happen")
	})
}

// A pass begins when the process does, and not at its first tick.
func TestItRunsOnStart(t *testing.T) {
	t.Parallel()
	passed := make(chan struct{}, 10)
	db := open(t, filepath.Join(t.TempDir(), "sync.db"))
	runs(t, daemonOf(t, db, longestTick, silent(), stub(func(context.Context) (result, error) {
		passed <- struct{}{}
		return result{CaughtUp: true}, nil
	})))
	<-passed
}

// A pass may take less than a tick, is told nothing of its deadline, and counts
// as one that got on if it did.
func TestAPassEndsBeforeTheNextTick(t *testing.T) {
	t.Parallel()
	onEach(t, func(e empty) {
		t, where := e.t, e.where
		db := open(t, where)
		type seen struct {
			cause    error
			deadline bool
		}
		passes := make(chan seen, 100)
		pages := make(chan int, 1)
		pages <- 0
		runs(t, daemonOf(t, db, time.Second, silent(), stub(func(ctx context.Context) (result, error) {
			_, deadline := ctx.Deadline()
			<-ctx.Done()
			passes <- seen{context.Cause(ctx), deadline}
			n := <-pages
			pages <- n + 1
			return result{Pages: n}, ctx.Err()
		})))
		for range 2 {
			assert.Equal(t, seen{context.DeadlineExceeded, false}, <-passes)
		}
		eventually(t, "one that failed and one that got on", func() bool {
			return number(t, db, "SELECT count(*) FROM river_job WHERE state = 'discarded'") > 0 &&
				number(t, db, "SELECT count(*) FROM river_job WHERE state = 'completed'") > 0
		})
	})
}

func allJobs(t *testing.T, q queue) []*rivertype.JobRow {
	t.Helper()
	list, err := q.JobList(t.Context(), river.NewJobListParams().States(rivertype.JobStates()...).OrderBy(river.JobListOrderByID, river.SortOrderAsc).First(1000))
	require.NoError(t, err)
	return list.Jobs
}
