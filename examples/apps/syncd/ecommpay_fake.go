package main

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// lateBy is how long after its update an operation becomes visible: by then a
// pass has read beyond it.
const lateBy = 10 * time.Second

// fakeEcommpay is a Data API with two days of operations, which are over, and
// more to come now. Each version of an operation has a message of its own.
func fakeEcommpay(rows int) *fake {
	first := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -3)
	srv := ecommpaytest.NewServer()
	var ids []string
	add := func(o *ecommpay.Operation) {
		srv.Seed(o)
		ids = append(ids, o.OperationID)
	}
	for _, o := range ecommpaytest.Generate(ecommpaytest.Plan{Operations: rows, Seed: 1, From: first, Days: 2}) {
		add(o)
	}
	srv.Inject(
		ecommpaytest.Fault{Status: 503, Probability: faultShare, Seed: 1},
		ecommpaytest.Fault{Kind: ecommpaytest.FaultTruncated, Probability: faultShare, Seed: 2},
		ecommpaytest.Fault{Kind: ecommpaytest.FaultResetBefore, Probability: faultShare, Seed: 3},
		ecommpaytest.Fault{Delay: latency, Times: -1},
	)
	next, stop := iter.Pull(ecommpaytest.Plan{Operations: mostRows, Seed: 2}.All())
	size := new(atomic.Int64)
	size.Store(int64(len(ids)))
	changes := 0
	credentials := ecommpaytest.DefaultCredentials()
	return &fake{
		stream: "ecommpay",
		env: map[string]string{
			"ECOMMPAY_URL": srv.URL(), "ECOMMPAY_TOKEN": credentials.Token, "ECOMMPAY_SECRET": credentials.Secret,
			"ECOMMPAY_FROM": first.Format(time.DateOnly), "ECOMMPAY_REWIND": "1m",
		},
		first: first, last: first.AddDate(0, 0, 1),
		size: size,
		stir: func(random *rand.Rand) {
			at := time.Now().Add(-lateBy).UTC()
			if random.IntN(4) == 0 && len(ids) < mostRows {
				o, _ := next() // there are enough
				o.OperationID = fmt.Sprint(9_000_000_000 + len(ids))
				o.OperationCreatedAt, o.OperationCompletedAt, o.Raw = at, at, nil
				add(o)
				size.Store(int64(len(ids)))
				return
			}
			changes++
			srv.Update(ids[random.IntN(len(ids))], at, func(o *ecommpay.Operation) {
				o.PaymentProviderMessage = fmt.Sprintf("change %d", changes)
			})
		},
		versions: func() map[string]string {
			all := map[string]string{}
			for _, o := range srv.Rows(first, time.Now().UTC()) {
				all[o.OperationID] = o.PaymentProviderMessage
			}
			return all
		},
		table: "ecommpay_operations", id: "operation_id", version: "payment_provider_message",
		close: func() {
			stop()
			srv.Close()
		},
	}
}
