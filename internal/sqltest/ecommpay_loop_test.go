package sqltest_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// Three processes loop over one stream: one works, and when it stops the next
// one takes over at its next look at the lease.
func TestEcommpayLoopInThreeProcesses(t *testing.T) {
	t.Parallel()
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		srv, db := ecommpaySeeded(t, 300), d.pool(t)
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
			c := ecommpayClient(t, srv)
			p := fromBegun
			p.OnPass = func(_ ecommpaysync.Result, err error) {
				if ctx.Err() == nil {
					assert.NoError(t, err)
				}
				worked <- i
			}
			go func() { processes[i].end <- ecommpaysync.Loop(ctx, c, s, p, 50*time.Millisecond) }()
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
func TestEcommpayLoopReports(t *testing.T) {
	t.Parallel()
	d := ecommpaySide{sqlite(t)}
	srv, db := ecommpaySeeded(t, 30), d.pool(t)
	s := d.store(t, db)
	srv.Inject(ecommpaytest.Fault{Status: 403, Times: 2})
	var errs []error
	var results []ecommpaysync.Result
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p := fromBegun
	p.OnPass = func(r ecommpaysync.Result, err error) {
		errs, results = append(errs, err), append(results, r)
		if len(errs) == 4 {
			cancel()
		}
	}
	require.NoError(t, ecommpaysync.Loop(ctx, ecommpayClient(t, srv), s, p, time.Millisecond))
	require.Len(t, errs, 4)
	require.ErrorIs(t, errs[0], ecommpay.ErrForbidden)
	require.ErrorIs(t, errs[1], ecommpay.ErrForbidden)
	require.NoError(t, errs[2])
	assert.Equal(t, 30, results[2].Inserted)
	assert.True(t, results[3].CaughtUp)
	assert.Zero(t, results[3].Inserted+results[3].Updated)

	for _, p := range []ecommpaysync.Params{{ProjectIDs: []string{"5"}}, {From: begun.Add(-time.Hour)}, {Stream: "new"}} {
		err := ecommpaysync.Loop(t.Context(), ecommpayClient(t, srv), s, p, time.Millisecond)
		require.ErrorIs(t, err, ecommpaysync.ErrInvalidRequest)
	}
}
