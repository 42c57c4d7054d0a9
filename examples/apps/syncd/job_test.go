package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima/vimasync"
)

func TestOutcomes(t *testing.T) {
	t.Parallel()
	running := errors.New("not ended")
	other := errors.New("other")
	for _, c := range []struct {
		ended  error // of the pass's context
		result result
		err    error
		want   outcome
	}{
		{running, result{}, nil, outcomeOK},
		{running, result{Pages: 9}, other, outcomeFailed},
		{running, result{}, fmt.Errorf("%w: x", errStubFenced), outcomeFenced},
		{running, result{CaughtUp: true}, fmt.Errorf("%w: x", errStubRejected), outcomeRejected},
		{running, result{}, fmt.Errorf("%w; %w", other, errStubRejected), outcomeFailed},
		{context.DeadlineExceeded, result{Pages: 1}, context.Canceled, outcomePartial},
		{context.DeadlineExceeded, result{}, context.Canceled, outcomeFailed},
		{context.DeadlineExceeded, result{}, errStubFenced, outcomeFenced},
		{context.Canceled, result{Pages: 1}, context.Canceled, outcomeStopped},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		if c.ended != running { //nolint:errorlint // it is that one
			cancel(c.ended)
		}
		assert.Equal(t, c.want, stub(nil).outcome(ctx, c.result, c.err), "%v", c)
		cancel(nil)
	}
}

// What becomes of a job and of its error, by how the pass ended.
func TestJobsByOutcome(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		result result
		err    error
		state  string
		level  string
	}{
		{result{CaughtUp: true}, nil, "completed", "INFO"},
		{result{CaughtUp: true, Rejected: 1}, errStubRejected, "completed", "WARN"},
		{result{}, errStubFenced, "cancelled", "INFO"},
		{result{}, errors.New("other"), "discarded", "WARN"},
	} {
		t.Run(c.state+" "+c.level, func(t *testing.T) {
			t.Parallel()
			onEach(t, func(e empty) {
				t, where := e.t, e.where
				db := open(t, where)
				log := new(locked)
				d := daemonOf(t, db, longestTick, newLogger(log, slog.LevelInfo), stub(func(context.Context) (result, error) { return c.result, c.err }))
				stop := runs(t, d)
				eventually(t, c.state, func() bool {
					return number(t, db, "SELECT count(*) FROM river_job WHERE CAST(state AS text) = ?", c.state) > 0
				})
				stop()
				told := passes(t, log.String())
				require.NotEmpty(t, told)
				for _, line := range told {
					assert.Equal(t, c.level, line["level"])
				}
			})
		})
	}
}

// A pass that is stopped goes back to the queue, whatever its driver calls that.
func TestAStoppedPassGoesBack(t *testing.T) {
	t.Parallel()
	onEach(t, func(e empty) {
		t, where := e.t, e.where
		db := open(t, where)
		began := make(chan struct{})
		stop := runs(t, daemonOf(t, db, longestTick, silent(), stub(func(ctx context.Context) (result, error) {
			close(began)
			<-ctx.Done()
			return result{}, errors.New("interrupted (9)")
		})))
		<-began
		stop()
		assert.Equal(t, 1, number(t, db, "SELECT count(*) FROM river_job WHERE state = 'available' AND attempt = 0"))
	})
}

// intruded is a store where another process comes between a pass and its first
// commit.
type intruded struct {
	*vimasync.SQLStore
	once   sync.Once
	before func()
}

func (i *intruded) Commit(ctx context.Context, stream string, c vimasync.Change) (vimasync.Commit, error) {
	i.once.Do(i.before)
	return i.SQLStore.Commit(ctx, stream, c)
}

// A pass that is overtaken ends as a cancelled job, with nothing in the log above
// its routine, and nothing is applied twice.
func TestAFencedPassIsCancelled(t *testing.T) {
	t.Parallel()
	onEach(t, func(e empty) {
		t, where := e.t, e.where
		_, env := collector(t, 300)
		db := open(t, where)
		_, err := db.sql.ExecContext(t.Context(), ledgerTable)
		require.NoError(t, err)
		opened, err := openStreams(environment(env), db, true, services[:1])
		require.NoError(t, err)
		client, err := vimaClient(environment(env), true)
		require.NoError(t, err)
		dialect := vimasync.SQLite
		if db.pool != nil {
			dialect = vimasync.PostgreSQL
		}
		store, err := vimasync.NewSQLStore(db.sql, dialect)
		require.NoError(t, err)
		overtaken := *opened[0]
		slow := &intruded{SQLStore: store, before: func() {
			_, err := opened[0].pass(t.Context())
			assert.NoError(t, err)
		}}
		overtaken.pass = func(ctx context.Context) (result, error) {
			r, err := vimasync.RunOnce(ctx, client, slow, vimasync.Params{})
			return vimaResult(r), err
		}
		log := new(locked)
		d := daemonOf(t, db, longestTick, newLogger(log, slog.LevelWarn), &overtaken)
		runs(t, d)
		eventually(t, "a cancelled job", func() bool {
			return number(t, db, "SELECT count(*) FROM river_job WHERE state = 'cancelled'") > 0
		})
		assert.Empty(t, passes(t, log.String()))
		assert.Equal(t, 300, number(t, db, "SELECT count(*) FROM vima_operations"))
		assert.Equal(t, 300, number(t, db, "SELECT count(*) FROM syncd_ledger"))
	})
}
