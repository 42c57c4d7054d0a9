package sqltest_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// A pass is killed at each of its calls to the database, once before the call is
// made and once after it was, when nobody hears of it any more; the first pass of
// all and a later one. The next pass, by a new process, has to end with what the
// service has, and each version has to be applied once.
func TestTransactionsKilledAtEveryCall(t *testing.T) {
	t.Parallel()
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		srv, db := transactionsSeeded(t, smallSize, transactionstest.WithPageLimit(8)), d.pool(t)
		srv.Seed(&transactions.Transaction{ID: 7, LastModifiedDate: srv.Now(), Raw: []byte(
			`{"id":7,"lastModifiedDate":"` + srv.Now().Format(time.RFC3339Nano) + `","requestAmount":"much"}`)})
		s, c := d.store(t, db), transactionsClient(t, srv)
		pass := func(s *transactionssync.SQLStore) error {
			_, err := transactionssync.RunOnce(t.Context(), c, s, transactionssync.Params{})
			if errors.Is(err, transactionssync.ErrRejected) && !errors.Is(err, errKilled) {
				return nil
			}
			return err
		}
		ids := srv.Rows()[1:]
		changes := 0
		change := func(i int) {
			changes++
			srv.Update(ids[i%smallSize].ID, func(row *transactions.Transaction) { row.SenderGateway = fmt.Sprint(changes) })
		}
		victims := map[string]int{}
		for _, later := range []bool{false, true} {
			for _, after := range []bool{false, true} {
				for at := 1; ; at++ {
					d.empty(t, db)
					if later {
						require.NoError(t, pass(s))
					}
					for i := range 7 {
						change(at + i)
					}
					pool, k := d.killed(t, at, after)
					doomed, err := transactionssync.NewSQLStore(pool, d.kind(), transactionssync.OnApply(d.ledger))
					require.NoError(t, err)
					err = pass(doomed)
					if k.victim == "" {
						require.NoError(t, err) // it came to the end
						break
					}
					require.ErrorIs(t, err, errKilled)
					victims[fmt.Sprint(k.victim, " after ", after)]++

					change(at + 9)
					require.NoError(t, pass(s))
					assert.Equal(t, "1", text(t, db, "SELECT count(*) FROM sync_rejects WHERE row_id = '7'"))
					assert.Zero(t, d.audit(t, srv, db))
					if t.Failed() {
						t.Fatalf("killed at call %d, %s", at, k.victim)
					}
				}
			}
		}
		for _, name := range []string{
			"BEGIN", "INSERT sync_state", "UPDATE sync_state", "SELECT sync_state", "SELECT transactions_transactions",
			"INSERT transactions_transactions", "INSERT ledger", "INSERT sync_rejects", "COMMIT",
		} {
			assert.Positive(t, victims[name+" after false"], name)
			assert.Positive(t, victims[name+" after true"], name)
		}
		t.Logf("killed at %v", victims)
	})
}

// transactionsLate is by how much some rows come late.
const transactionsLate = 5 * time.Minute

// transactionsStorm is a fake at which much goes wrong: 12 requests of 100 fail,
// and each twentieth version becomes visible only after later ones have been read.
func transactionsStorm(t testing.TB, n int) *transactionstest.Server {
	t.Helper()
	// The clock is right behind the rows, some of which are late, and stays in the
	// past: the service's Date header is the machine's.
	start := time.Now().Add(-20 * time.Minute)
	srv := transactionsSeeded(t, n, transactionstest.WithPageLimit(25),
		transactionstest.WithLateRows(20, transactionsLate), transactionstest.WithClock(func() time.Time { return start }))
	for i, kind := range []transactionstest.Fault{
		{Status: 503, RetryAfter: "0"}, {Kind: transactionstest.FaultResetBefore}, {Kind: transactionstest.FaultTruncated}, {Kind: transactionstest.FaultHTML, Status: 502},
	} {
		kind.Probability, kind.Seed = 0.03, uint64(i)
		srv.Inject(kind)
	}
	return srv
}

// wideTransactions is a window in which all of a storm's rows are.
var wideTransactions = transactionssync.Params{Rewind: 12 * time.Hour}

// Several processes, each with a pool of its own, work on one stream while
// transactions come and change. One process at a time is killed and replaced.
func TestTransactionsManyProcesses(t *testing.T) {
	t.Parallel()
	for _, processes := range []int{1, 3} {
		t.Run(fmt.Sprint(processes), func(t *testing.T) {
			t.Parallel()
			onEachOfTransactions(t, func(d transactionsSide) {
				t := d.t
				srv, db := transactionsStorm(t, 500), d.pool(t)
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
					all := srv.Rows()
					random := rand.New(rand.NewPCG(9, 9))
					for ctx.Err() == nil {
						changes.Add(1)
						srv.Update(all[random.IntN(len(all))].ID, func(row *transactions.Transaction) { row.SenderGateway = fmt.Sprint(changes.Load()) })
						if changes.Load()%10 == 0 {
							srv.Seed(&transactions.Transaction{})
						}
						srv.Advance(500 * time.Millisecond)
						wait(ctx, time.Millisecond)
					}
				})
				group.Wait()

				srv.ClearFaults()
				srv.Advance(transactionsLate)
				transactionsCatchUp(t, transactionsClient(t, srv), s, wideTransactions)
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
func (d transactionsSide) lives(ctx context.Context, t *testing.T, srv *transactionstest.Server, calls int, passes, fenced *atomic.Int64) {
	t.Helper()
	pool, k := d.killed(t, calls, calls%2 == 0)
	s, err := transactionssync.NewSQLStore(pool, d.kind(), transactionssync.OnApply(d.ledger))
	if !assert.NoError(t, err) {
		return
	}
	defer pool.Close()
	c := transactionsClient(t, srv)
	for ctx.Err() == nil {
		_, err := transactionssync.RunOnce(ctx, c, s, wideTransactions)
		switch {
		case k.dead():
			return
		case errors.Is(err, transactionssync.ErrFenced):
			fenced.Add(1)
		case err == nil:
			passes.Add(1)
		case ctx.Err() == nil:
			assert.NoError(t, err)
			return
		}
	}
}

// The suite has to notice when the design is left. Rows that are late are lost
// without a rewind window.
func TestTransactionsControlWithoutRewind(t *testing.T) {
	t.Parallel()
	srv := transactionsSeeded(t, 500, transactionstest.WithPageLimit(25), transactionstest.WithLateRows(20, 25*time.Minute))
	d := transactionsSide{sqlite(t)}
	db := d.pool(t)
	s := d.store(t, db)
	transactionsCatchUp(t, transactionsClient(t, srv), s, transactionssync.Params{Rewind: -1})
	srv.Advance(25 * time.Minute)
	transactionsCatchUp(t, transactionsClient(t, srv), s, transactionssync.Params{Rewind: -1})
	lost := d.audit(t, srv, db)
	assert.Positive(t, lost.lost)
	assert.Zero(t, lost.doubled)

	transactionsCatchUp(t, transactionsClient(t, srv), s, transactionssync.Params{Stream: "again", Rewind: 12 * time.Hour})
	assert.Zero(t, d.audit(t, srv, db))
}
