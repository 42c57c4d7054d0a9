package main

import (
	"iter"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// vimaLate is by how much some versions come late.
const vimaLate = 10 * time.Minute

// fakeVima is a collector with a day of operations, and more of the days after
// it to come. Its clock is that of its operations and runs ahead.
func fakeVima(rows int) *fake {
	first := vima.Date{Year: 2026, Month: time.January, Day: 15}
	srv := vimatest.NewServer(vimatest.WithLateRows(20, vimaLate))
	var ids []string
	add := func(o *vima.Operation) {
		srv.Seed(o)
		ids = append(ids, o.OperationID)
	}
	for _, o := range vimatest.Generate(vimatest.Plan{Operations: rows, Seed: 1, From: first}) {
		add(o)
	}
	srv.Advance(vimaLate) // what comes late is only what comes later
	srv.Inject(
		vimatest.Fault{Status: 503, Probability: faultShare, Seed: 1},
		vimatest.Fault{Kind: vimatest.FaultTruncated, Probability: faultShare, Seed: 2},
		vimatest.Fault{Kind: vimatest.FaultResetBefore, Probability: faultShare, Seed: 3},
		vimatest.Fault{Delay: latency, Times: -1},
	)
	next, stop := iter.Pull(vimatest.Plan{Operations: mostRows, Seed: 2, From: first.AddDays(1), Days: 7}.All())
	size := new(atomic.Int64)
	size.Store(int64(len(ids)))
	return &fake{
		stream: "vima",
		env:    map[string]string{"VIMA_URL": srv.URL(), "VIMA_API_KEY": vimatest.DefaultAPIKey, "VIMA_REWIND": "6h"},
		first:  first.Time(), last: first.Time(),
		size: size,
		stir: func(random *rand.Rand) {
			if random.IntN(4) == 0 && len(ids) < mostRows {
				o, _ := next() // there are enough
				add(o)
				size.Store(int64(len(ids)))
				return
			}
			statuses := []vima.Status{vima.StatusSuccess, vima.StatusFail, vima.StatusInProcess}
			srv.Update(ids[random.IntN(len(ids))], func(o *vima.Operation) { o.CurrentStatus = statuses[random.IntN(len(statuses))] })
		},
		versions: func() map[string]string {
			all := map[string]string{}
			for _, raw := range srv.Rows() {
				if o := new(vima.Operation); o.UnmarshalJSON(raw) == nil {
					all[o.OperationID] = o.OperationUpdateID
				}
			}
			return all
		},
		table: "vima_operations", id: "operation_id", version: "operation_update_id",
		settle: func() { srv.Advance(vimaLate) },
		close: func() {
			stop()
			srv.Close()
		},
	}
}
