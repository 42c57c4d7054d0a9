package sqltest_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

func TestEcommpayFirstPassStoresEverything(t *testing.T) {
	t.Parallel()
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		srv, db := ecommpaySeeded(t, 1234), d.pool(t)
		s := d.store(t, db)
		result, err := ecommpaysync.RunOnce(t.Context(), ecommpayClient(t, srv), s, fromBegun)
		require.NoError(t, err)
		assert.Equal(t, 1234, result.Inserted)
		assert.True(t, result.CaughtUp)
		assert.Zero(t, result.Updated+result.Rejected)
		assert.Zero(t, d.audit(t, srv, db))

		ids := slices.Sorted(maps.Keys(ecommpayRows(srv)))
		for _, id := range ids[:300] {
			touch(srv, id, time.Minute)
		}
		for i, want := range []ecommpaysync.Result{{Updated: 300, Pages: 1, CaughtUp: true}, {Unchanged: 300, Pages: 1, CaughtUp: true}} {
			result, err = ecommpaysync.RunOnce(t.Context(), ecommpayClient(t, srv), s, fromBegun)
			require.NoError(t, err)
			assert.Equal(t, want, result, i)
			assert.Zero(t, d.audit(t, srv, db))
		}
	})
}

// few is a fake with pages of five, and one row that does not decode.
func few(t testing.TB) *ecommpaytest.Server {
	t.Helper()
	srv := ecommpaytest.NewServer(ecommpaytest.WithPageLimit(5))
	t.Cleanup(srv.Close)
	srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: 12, Seed: 7, From: begun})...)
	srv.Seed(&ecommpay.Operation{
		OperationID: "7", OperationCreatedAt: begun.Add(time.Hour),
		Raw: []byte(`{"operation_id":"7","sum_initial":{"amount":"much"}}`),
	})
	return srv
}

// A pass is killed at each of its calls to the database, once before the call is
// made and once after it was, when nobody hears of it any more; the first pass of
// all and a later one. The next pass, by a new process, has to end with what the
// service has, and each version has to be applied once.
func TestEcommpayKilledAtEveryCall(t *testing.T) {
	t.Parallel()
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		srv, db := few(t), d.pool(t)
		s, c := d.store(t, db), ecommpayClient(t, srv)
		ids := slices.Sorted(maps.Keys(ecommpayRows(srv)))
		pass := func(s *ecommpaysync.SQLStore) error {
			_, err := ecommpaysync.RunOnce(t.Context(), c, s, ecommpaysync.Params{From: begun, Step: 96 * time.Hour})
			if errors.Is(err, ecommpaysync.ErrRejected) && !errors.Is(err, errKilled) {
				return nil
			}
			return err
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
						touch(srv, ids[(at+i)%len(ids)], time.Minute)
					}
					pool, k := d.killed(t, at, after)
					doomed, err := ecommpaysync.NewSQLStore(pool, d.kind(), ecommpaysync.OnApply(d.ledger))
					require.NoError(t, err)
					err = pass(doomed)
					if k.victim == "" {
						require.NoError(t, err) // it came to the end
						break
					}
					require.ErrorIs(t, err, errKilled)
					victims[fmt.Sprint(k.victim, " after ", after)]++

					touch(srv, ids[(at+9)%len(ids)], time.Minute)
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
			"BEGIN", "INSERT sync_state", "UPDATE sync_state", "SELECT sync_state", "SELECT ecommpay_operations",
			"INSERT ecommpay_operations", "INSERT ledger", "INSERT sync_rejects", "COMMIT",
		} {
			assert.Positive(t, victims[name+" after false"], name)
			assert.Positive(t, victims[name+" after true"], name)
		}
		t.Logf("killed at %v", victims)
	})
}

// A kill of the context rather than of the connection.
func TestEcommpayCancelledAtEveryRequest(t *testing.T) {
	t.Parallel()
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		srv, db := ecommpaySeeded(t, 60, ecommpaytest.WithPageLimit(10)), d.pool(t)
		s := d.store(t, db)
		for at := 1; at <= 14; at++ {
			d.empty(t, db)
			ctx, cancel := context.WithCancel(t.Context())
			requests := 0
			c := ecommpayClient(t, srv, ecommpay.WithRateLimit(1e6, 1), ecommpay.WithObserver(func(context.Context, ecommpay.Attempt) {
				if requests++; requests == at {
					cancel()
				}
			}))
			_, err := ecommpaysync.RunOnce(ctx, c, s, fromBegun)
			require.ErrorIs(t, err, context.Canceled, "at request %d", at)
			cancel()
			ecommpayCatchUp(t, ecommpayClient(t, srv), s, fromBegun)
			require.Zero(t, d.audit(t, srv, db), "at request %d", at)
		}
	})
}

// A pool of one connection is enough for everything.
func TestEcommpayOneConnection(t *testing.T) {
	t.Parallel()
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		srv, db := ecommpaySeeded(t, 150), d.pool(t)
		db.SetMaxOpenConns(1)
		s := d.store(t, db)
		ecommpayCatchUp(t, ecommpayClient(t, srv), s, fromBegun)
		assert.Zero(t, d.audit(t, srv, db))
	})
}

// Two streams, of one project each, write to one table.
func TestEcommpayProjectsAsStreams(t *testing.T) {
	t.Parallel()
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		srv, db := ecommpaySeeded(t, 300), d.pool(t)
		s := d.store(t, db)
		for _, project := range []string{"11", "12"} {
			ecommpayCatchUp(t, ecommpayClient(t, srv), s, ecommpaysync.Params{Stream: project, From: begun, ProjectIDs: []string{project}})
		}
		assert.Zero(t, d.audit(t, srv, db))
		_, err := ecommpaysync.RunOnce(t.Context(), ecommpayClient(t, srv), s, ecommpaysync.Params{Stream: "11"})
		require.ErrorIs(t, err, ecommpaysync.ErrInvalidRequest)
		assert.EqualError(t, err, `ecommpaysync: invalid request: ProjectIDs: stream "11" was begun with [11]`)
	})
}

// A new stream over what is stored applies what has changed and nothing else.
func TestEcommpayNewStream(t *testing.T) {
	t.Parallel()
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		srv, db := ecommpaySeeded(t, 300), d.pool(t)
		s := d.store(t, db)
		ecommpayCatchUp(t, ecommpayClient(t, srv), s, fromBegun)
		for _, id := range slices.Sorted(maps.Keys(ecommpayRows(srv)))[:20] {
			touch(srv, id, 24*time.Hour) // too late for the stream
		}
		result, err := ecommpaysync.RunOnce(t.Context(), ecommpayClient(t, srv), s, ecommpaysync.Params{Stream: "again", From: begun})
		require.NoError(t, err)
		assert.Equal(t, 20, result.Updated)
		assert.GreaterOrEqual(t, result.Unchanged, 280, "intervals overlap")
		assert.Zero(t, d.audit(t, srv, db))
	})
}

// The row says by which commit it was stored last.
func TestEcommpayCheckpointColumn(t *testing.T) {
	t.Parallel()
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		db := d.pool(t)
		s := d.store(t, db)
		row := func(id, status string) *ecommpay.Operation {
			return ecommpayOperation(t, `"operation_id":"`+id+`","operation_status":"`+status+`"`)
		}
		require.NoError(t, ecommpayCommit(t, s, row("1", "a"), row("2", "a")))
		require.NoError(t, ecommpayCommit(t, s, row("1", "a"), row("2", "b")))
		require.NoError(t, ecommpayCommit(t, s))
		require.NoError(t, ecommpayCommit(t, s, row("3", "a")))
		for id, want := range map[string]string{"1": "1", "2": "2", "3": "4"} {
			assert.Equal(t, want, text(t, db, "SELECT checkpoint FROM ecommpay_operations WHERE operation_id = "+id))
		}
	})
}
