package main

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// transactionsLate is by how much some transactions come late.
const transactionsLate = 2 * time.Second

// fakeTransactions is a service with two days of transactions, which are over,
// and more to come now.
func fakeTransactions(rows int) *fake {
	first := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -3)
	srv := transactionstest.NewServer(transactionstest.WithLateRows(20, transactionsLate), transactionstest.WithClock(time.Now))
	seeds := transactionstest.Generate(transactionstest.Plan{Transactions: rows, Seed: 1, From: first, Days: 2})
	srv.Seed(seeds...)
	var ids []int64
	for _, t := range seeds {
		ids = append(ids, t.ID)
	}
	srv.Inject(
		transactionstest.Fault{Status: 503, Probability: faultShare, Seed: 1},
		transactionstest.Fault{Kind: transactionstest.FaultTruncated, Probability: faultShare, Seed: 2},
		transactionstest.Fault{Kind: transactionstest.FaultResetBefore, Probability: faultShare, Seed: 3},
		transactionstest.Fault{Delay: latency, Times: -1},
	)
	next, stop := iter.Pull(transactionstest.Plan{Transactions: mostRows, Seed: 2, FirstID: ids[len(ids)-1] + 1}.All())
	size := new(atomic.Int64)
	size.Store(int64(len(ids)))
	changes := 0
	return &fake{
		stream: "transactions",
		env: map[string]string{
			"TRANSACTIONS_URL": srv.URL(), "TRANSACTIONS_REWIND": "1m",
			"TRANSACTIONS_USERNAME": transactionstest.DefaultUsername, "TRANSACTIONS_PASSWORD": transactionstest.DefaultPassword,
		},
		first: first, last: first.AddDate(0, 0, 1),
		size: size,
		stir: func(random *rand.Rand) {
			if random.IntN(4) == 0 && len(ids) < mostRows {
				t, _ := next() // there are enough
				t.Date, t.CreatedDate, t.LastModifiedDate, t.Raw = time.Time{}, time.Time{}, time.Time{}, nil
				srv.Seed(t)
				ids = append(ids, t.ID)
				size.Store(int64(len(ids)))
				return
			}
			changes++
			srv.Update(ids[random.IntN(len(ids))], func(t *transactions.Transaction) {
				t.RecipientStatusText = fmt.Sprintf("change %d", changes)
			})
		},
		versions: func() map[string]string {
			all := map[string]string{}
			for _, t := range srv.Rows() {
				all[strconv.FormatInt(t.ID, 10)] = digest(t.Raw)
			}
			return all
		},
		table: "transactions_transactions", id: "id",
		settle: func() { srv.Advance(transactionsLate) },
		close: func() {
			stop()
			srv.Close()
		},
	}
}
