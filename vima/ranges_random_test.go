package vima_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/internal/testform"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// Operations leave their places at random while a walk goes on, those that divide
// ranges too: what stays comes, and once.
func TestRangesWhileOperationsMove(t *testing.T) {
	t.Parallel()
	for seed := range uint64(testform.Scale(12, 300)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 1))
			counts := make([]int, 2+random.IntN(8))
			for i := range counts {
				counts[i] = random.IntN(12)
			}
			operations := history(counts...)
			kinds := slices.Sorted(maps.Keys(collectors()))
			srv := vimatest.Run(t, append(collectors()[kinds[random.IntN(len(kinds))]], vimatest.WithPageLimit(1+random.IntN(6)), vimatest.WithInclusiveCursor(false))...)
			srv.Seed(operations...)
			var mu sync.Mutex
			moved, next := map[string]bool{}, uint64(5e18)
			srv.Inject(vimatest.Fault{Status: 500, Times: -1, Match: func(vimatest.Request) bool {
				mu.Lock()
				defer mu.Unlock()
				if len(operations) > 0 && random.IntN(4) == 0 {
					o := operations[random.IntN(len(operations))]
					moved[o.OperationID] = true
					next++
					srv.Update(o.OperationID, func(o *vima.Operation) { o.OperationCreateID = strconv.FormatUint(next, 10) })
				}
				return false
			}})
			client, workers := newClient(t, srv.URL()), 1+random.IntN(9)
			first := day.AddDays(random.IntN(len(counts)+2) - 1)
			byDay := walkDays(t, client, first, day.AddDays(len(counts)), workers, vima.ListOperationsParams{})
			kills := 1 + random.IntN(5)
			byRange := walkRanges(t, client, vima.RangesParams{From: first, Until: day.AddDays(len(counts)).Time(), Workers: workers},
				func(page int) (int, bool) { return 1 + page%7, page%kills == 0 && page < 200 })
			for _, id := range of(operations, first, day.AddDays(400)) {
				if !moved[id] {
					assert.Equal(t, 1, count(byDay, id), "%s by day", id)
					assert.Positive(t, count(byRange, id), "%s by range", id)
				}
			}
		})
	}
}

func count(ids []string, id string) (n int) {
	for _, is := range ids {
		if is == id {
			n++
		}
	}
	return n
}
