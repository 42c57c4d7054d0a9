package sqltest_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// storm is a fake at which much goes wrong: 12 requests of 100 fail, and each
// twentieth version becomes visible only after higher ones have been read.
func storm(t testing.TB, operations int) *vimatest.Server {
	t.Helper()
	srv := seeded(t, operations, vimatest.WithPageLimit(25), vimatest.WithLateRows(20, late))
	for i, kind := range []vimatest.Fault{
		{Status: 503, RetryAfter: "0"}, {Kind: vimatest.FaultResetBefore}, {Kind: vimatest.FaultTruncated}, {Kind: vimatest.FaultHTML, Status: 502},
	} {
		kind.Probability, kind.Seed = 0.03, uint64(i)
		srv.Inject(kind)
	}
	return srv
}

// late is by how much versions come late, by the fake's clock.
const late = time.Hour

// wide is a window for the fake's clock, by which an operation comes every
// minute and a half.
var wide = vimasync.Params{Rewind: 12 * time.Hour}

// Several processes, each with a pool of its own, work on one stream while
// operations change. One process at a time is killed and replaced.
func TestManyProcesses(t *testing.T) {
	t.Parallel()
	for _, processes := range []int{1, 2, 3} {
		t.Run(fmt.Sprint(processes), func(t *testing.T) {
			t.Parallel()
			onEach(t, func(d database) {
				t := d.t
				srv, db := storm(t, 1000), d.pool(t)
				s := d.store(t, db)
				var passes, fenced, kills, changes atomic.Int64

				// Not a deadline: the client gives up early before one.
				ctx, stop := context.WithCancel(t.Context())
				defer time.AfterFunc(3*time.Second, stop).Stop()
				var group sync.WaitGroup
				for i := range processes {
					group.Go(func() {
						random := rand.New(rand.NewPCG(uint64(i), 1))
						for ctx.Err() == nil {
							lives(ctx, t, d, srv, 50+random.IntN(400), &passes, &fenced)
							kills.Add(1)
						}
					})
				}
				group.Go(func() {
					all := decodable(t, srv)
					random := rand.New(rand.NewPCG(9, 9))
					for ctx.Err() == nil {
						srv.Update(idText(all[random.IntN(len(all))].id), func(o *vima.Operation) { o.CurrentStatus = vima.StatusFail })
						srv.Advance(time.Minute)
						changes.Add(1)
						wait(ctx, time.Millisecond)
					}
				})
				group.Wait()
				srv.Advance(late)

				catchUp(t, client(t, srv), s, wide)
				assert.Zero(t, audit(t, srv, db))
				assert.Positive(t, kills.Load())
				if processes > 1 {
					assert.Positive(t, fenced.Load())
				}
				t.Logf("%d passes, %d fenced, %d kills, %d changes", passes.Load(), fenced.Load(), kills.Load(), changes.Load())
			})
		})
	}
}

// lives is a process from its start to the call to the database at which it is
// killed, or to the end of ctx.
func lives(ctx context.Context, t *testing.T, d database, srv *vimatest.Server, calls int, passes, fenced *atomic.Int64) {
	t.Helper()
	pool, k := d.killed(t, calls, calls%2 == 0)
	s, err := vimasync.NewSQLStore(pool, d.dialect, vimasync.OnApply(d.ledger))
	if !assert.NoError(t, err) {
		return
	}
	defer pool.Close()
	c := client(t, srv)
	for ctx.Err() == nil {
		_, err := vimasync.RunOnce(ctx, c, s, wide)
		switch {
		case k.dead():
			return
		case errors.Is(err, vimasync.ErrFenced):
			fenced.Add(1)
		case err == nil:
			passes.Add(1)
		case ctx.Err() == nil:
			assert.NoError(t, err)
			return
		}
	}
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// The suite has to notice when the design is left. Rows that are late are lost
// without a rewind window.
func TestControlWithoutRewind(t *testing.T) {
	t.Parallel()
	srv := seeded(t, 1000, vimatest.WithPageLimit(25), vimatest.WithLateRows(20, late))
	d := sqlite(t)
	db := d.pool(t)
	s := d.store(t, db)
	catchUp(t, client(t, srv), s, vimasync.Params{Rewind: -1})
	srv.Advance(late)
	catchUp(t, client(t, srv), s, vimasync.Params{Rewind: -1})
	lost := audit(t, srv, db)
	assert.Positive(t, lost.lost)
	assert.Zero(t, lost.doubled)

	catchUp(t, client(t, srv), s, vimasync.Params{Stream: "again", Rewind: 12 * time.Hour})
	assert.Zero(t, audit(t, srv, db))
}

// leftOut is a store of the wrong kind: it leaves out what Commit promises.
type leftOut struct {
	*vimasync.SQLStore
	d         database
	db        *sql.DB
	noFence   bool
	split     bool
	afterRead func() // what another process does between a read and its write
}

func (l *leftOut) Commit(ctx context.Context, stream string, from vimasync.Checkpoint, next vimasync.State, rows []*vima.Operation, bad []vima.BadRow) (vimasync.Checkpoint, error) {
	if l.split { // the checkpoint first, and then the rows
		at, err := l.SQLStore.Commit(ctx, stream, from, next, nil, nil)
		if err != nil {
			return at, err
		}
		apart, err := l.Load(ctx, "rows")
		if err != nil {
			return at, err
		}
		_, err = l.SQLStore.Commit(ctx, "rows", apart, "{}", rows, bad)
		return at, err
	}
	stored := map[string]bool{}
	for _, o := range rows {
		var n int
		if err := l.db.QueryRowContext(ctx, "SELECT count(*) FROM ledger WHERE operation_id = "+o.OperationID+" AND version = "+o.OperationUpdateID).Scan(&n); err != nil {
			return from, err
		}
		stored[o.OperationID] = n > 0
	}
	l.afterRead()
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return from, err
	}
	defer tx.Rollback()
	if !l.noFence {
		result, err := tx.ExecContext(ctx, "UPDATE sync_state SET version = version + 1 WHERE version = "+fmt.Sprint(from.Version))
		if err != nil {
			return from, err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return from, errors.Join(vimasync.ErrFenced, err)
		}
	}
	for _, o := range rows {
		if !stored[o.OperationID] {
			if err := l.d.ledger(ctx, tx, o); err != nil {
				return from, err
			}
		}
	}
	return vimasync.Checkpoint{Version: from.Version + 1, State: next}, tx.Commit()
}

// A writer that judges rows by what it has read, without a fence, applies them
// twice when another one comes between; with the fence it does not.
func TestControlWithoutFence(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		for _, noFence := range []bool{false, true} {
			srv, db := seeded(t, 30), d.pool(t)
			page, err := client(t, srv).ListOperations(t.Context(), vima.ListOperationsParams{})
			require.NoError(t, err)
			second := &leftOut{SQLStore: d.store(t, db), d: d, db: db, noFence: noFence, afterRead: func() {}}
			start, err := second.SQLStore.Commit(t.Context(), "default", vimasync.Checkpoint{}, "{}", nil, nil)
			require.NoError(t, err)
			first := *second
			first.afterRead = func() {
				_, err := second.Commit(t.Context(), "default", start, "{}", page.Operations, nil)
				require.NoError(t, err)
			}
			_, err = first.Commit(t.Context(), "default", start, "{}", page.Operations, nil)
			doubled := audit(t, srv, db).doubled
			if noFence {
				require.NoError(t, err)
				assert.Equal(t, 30, doubled)
			} else {
				require.ErrorIs(t, err, vimasync.ErrFenced)
				assert.Zero(t, doubled)
			}
			d.empty(t, db, "vima_operations")
		}
	})
}

// A checkpoint that is stored apart from its rows loses them to a kill.
func TestControlWithSplitCommit(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		srv, db := seeded(t, smallSize, vimatest.WithPageLimit(5)), d.pool(t)
		s := d.store(t, db)
		lost := 0
		for at := 1; at < 40; at++ {
			d.empty(t, db, "vima_operations")
			pool, k := d.killed(t, at, false)
			doomed, err := vimasync.NewSQLStore(pool, d.dialect, vimasync.OnApply(d.ledger))
			require.NoError(t, err)
			params := vimasync.Params{Rewind: -1}
			_, err = vimasync.RunOnce(t.Context(), client(t, srv), &leftOut{SQLStore: doomed, split: true}, params)
			require.ErrorIs(t, err, errKilled)
			require.True(t, k.dead())
			_, err = vimasync.RunOnce(t.Context(), client(t, srv), &leftOut{SQLStore: s, split: true}, params)
			require.NoError(t, err)
			lost += audit(t, srv, db).lost
		}
		assert.Positive(t, lost)
	})
}
