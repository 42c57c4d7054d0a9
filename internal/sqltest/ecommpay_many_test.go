package sqltest_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// ecommpayStorm is a fake at which much goes wrong: 12 requests of 100 fail, and
// operations leave the intervals, arrive in them and change while they are read.
func ecommpayStorm(t testing.TB, operations int) *ecommpaytest.Server {
	t.Helper()
	srv := ecommpaySeeded(t, operations, ecommpaytest.WithPageLimit(25),
		ecommpaytest.WithMoves(ecommpaytest.Moves{Leave: 3, Arrive: 2, Change: 2, Requests: 20, Seed: 3}))
	for i, kind := range []ecommpaytest.Fault{
		{Status: 503, RetryAfter: "0"}, {Kind: ecommpaytest.FaultResetBefore}, {Kind: ecommpaytest.FaultTruncated}, {Kind: ecommpaytest.FaultHTML, Status: 502},
	} {
		kind.Probability, kind.Seed = 0.03, uint64(i)
		srv.Inject(kind)
	}
	return srv
}

// Several processes, each with a pool of its own, work on one stream while
// operations change, each change visible up to eight minutes late. One process at
// a time is killed and replaced.
func TestEcommpayManyProcesses(t *testing.T) {
	t.Parallel()
	for _, processes := range []int{1, 2, 3} {
		t.Run(fmt.Sprint(processes), func(t *testing.T) {
			t.Parallel()
			onEachOfEcommpay(t, func(d ecommpaySide) {
				t := d.t
				srv, db := ecommpayStorm(t, 600), d.pool(t)
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
							d.lives(ctx, t, srv, 50+random.IntN(400), &passes, &fenced)
							kills.Add(1)
						}
					})
				}
				group.Go(func() {
					ids := slices.Sorted(maps.Keys(ecommpayRows(srv)))
					random := rand.New(rand.NewPCG(9, 9))
					for ctx.Err() == nil {
						ago := 6 * time.Second // what is younger is not read yet
						if random.IntN(20) == 0 {
							ago += time.Duration(random.IntN(480)) * time.Second
						}
						touch(srv, ids[random.IntN(len(ids))], ago)
						changes.Add(1)
						wait(ctx, 5*time.Millisecond)
					}
				})
				group.Wait()

				ecommpayCatchUp(t, ecommpayClient(t, srv), s, fromBegun)
				assert.Zero(t, d.audit(t, srv, db))
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
func (d ecommpaySide) lives(ctx context.Context, t *testing.T, srv *ecommpaytest.Server, calls int, passes, fenced *atomic.Int64) {
	t.Helper()
	pool, k := d.killed(t, calls, calls%2 == 0)
	s, err := ecommpaysync.NewSQLStore(pool, d.kind(), ecommpaysync.OnApply(d.ledger))
	if !assert.NoError(t, err) {
		return
	}
	defer pool.Close()
	c := ecommpayClient(t, srv)
	for ctx.Err() == nil {
		_, err := ecommpaysync.RunOnce(ctx, c, s, fromBegun)
		switch {
		case k.dead():
			return
		case errors.Is(err, ecommpaysync.ErrFenced):
			fenced.Add(1)
		case err == nil:
			passes.Add(1)
		case ctx.Err() == nil:
			assert.NoError(t, err)
			return
		}
	}
}

// The suite has to notice when the design is left: without a rewind window what
// is late is lost.
func TestEcommpayControlWithoutRewind(t *testing.T) {
	t.Parallel()
	d := ecommpaySide{sqlite(t)}
	for rewind, lost := range map[time.Duration]bool{0: false, -1: true} {
		srv, db := ecommpaySeeded(t, 100), d.pool(t)
		s := d.store(t, db)
		d.empty(t, db)
		p := ecommpaysync.Params{From: begun, Rewind: rewind}
		ecommpayCatchUp(t, ecommpayClient(t, srv), s, p)
		for _, id := range slices.Sorted(maps.Keys(ecommpayRows(srv)))[:10] {
			touch(srv, id, 8*time.Minute)
		}
		ecommpayCatchUp(t, ecommpayClient(t, srv), s, p)
		found := d.audit(t, srv, db)
		assert.Equal(t, lost, found.stale == 10, rewind)
		assert.Zero(t, found.doubled)
	}
}
