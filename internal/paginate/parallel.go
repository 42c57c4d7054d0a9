package paginate

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/payclients/payclients-go/internal/cause"
)

// Parallel walks n lists with several workers (at least one), each on one list at
// a time, and yields their pages, in order within each list. It holds one page a
// worker. The first error ends all walks; it is the last value, with a zero page,
// and does not hold the cause of ctx.
func Parallel[P any](ctx context.Context, workers, n int, walk func(ctx context.Context, i int) iter.Seq2[P, error]) iter.Seq2[P, error] {
	return func(yield func(P, error) bool) {
		walking, cancel := context.WithCancel(ctx)
		left := make(chan struct{}) // closed when the caller has left; with ctx alone a walk's error could be lost
		type result struct {
			page P
			err  error
		}
		results := make(chan result)
		var next atomic.Int64
		var running sync.WaitGroup
		for range min(max(workers, 1), n) { // with no worker the walk would end without an error
			running.Go(func() {
				for i := int(next.Add(1)) - 1; i < n && !closed(left); i = int(next.Add(1)) - 1 {
					for page, err := range walk(walking, i) {
						select {
						case results <- result{page, err}:
						case <-left:
							return
						}
						if err != nil || closed(left) {
							return
						}
					}
				}
			})
		}
		go func() {
			running.Wait()
			close(results)
		}()
		defer func() {
			close(left)
			cancel()
			for range results { // drained until every worker has ended
			}
		}()
		for r := range results {
			if !yield(r.page, cause.Hide(ctx, r.err)) || r.err != nil { // workers have a child of ctx
				return
			}
		}
	}
}
