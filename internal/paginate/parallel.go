package paginate

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/payclients/payclients-go/internal/cause"
)

// Parallel iterates over the pages of n lists at the same time. walk returns the
// iterator of the list number i, from 0 to n-1. The context that walk gets ends
// with ctx, or when the range statement ends. workers is the number of goroutines;
// below 1 it counts as 1. Each goroutine reads one list at a time and holds one
// page.
//
// Pages of one list come in order; pages of different lists are mixed. If n is 0 or
// negative, nothing is yielded. Each range statement starts over. If the caller
// leaves the range statement early, Parallel waits until all goroutines have ended.
//
// The first error of an iterator ends all lists. Parallel yields the error as its
// last value, with the page that came with the error. If ctx has ended and the
// error is or wraps context.Cause(ctx), Parallel yields ctx.Err() in place of the
// cause, see [cause.Hide]. Nothing is retried.
//
// Parallel itself does not look at ctx: it only passes ctx on to walk. An iterator
// that ctx cuts short must yield an error. Otherwise Parallel goes on with the other
// lists and may end without an error.
func Parallel[P any](ctx context.Context, workers, n int, walk func(ctx context.Context, i int) iter.Seq2[P, error]) iter.Seq2[P, error] {
	return func(yield func(P, error) bool) {
		walking, cancel := context.WithCancel(ctx)
		gone := make(chan struct{}) // closed when the caller has left; with ctx alone a walk's error could be lost
		type result struct {
			page P
			err  error
		}
		results := make(chan result)
		var next atomic.Int64
		var running sync.WaitGroup
		for range min(max(workers, 1), n) { // with no worker the walk would end without an error
			running.Go(func() {
				for i := int(next.Add(1)) - 1; i < n && !closed(gone); i = int(next.Add(1)) - 1 {
					for page, err := range walk(walking, i) {
						select {
						case results <- result{page, err}:
						case <-gone:
							return
						}
						if err != nil || closed(gone) {
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
			close(gone)
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
