package paginate_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/paginate"
)

// shelf is n lists of three pages; a page is the number of its list and its own.
type shelf struct {
	failList, failPage int
	latency            func() time.Duration
	started            []atomic.Int64
	inFlight, most     atomic.Int64
}

func newShelf(n int) *shelf {
	return &shelf{failList: -1, started: make([]atomic.Int64, n), latency: func() time.Duration { return time.Second }}
}

func (s *shelf) walk(ctx context.Context, i int) iter.Seq2[[]int, error] {
	s.started[i].Add(1)
	return paginate.Walk(ctx, 1, i%3, func() paginate.Source[int, int, []int] {
		return paginate.Source[int, int, []int]{
			Fetch: func(ctx context.Context, key int) (int, error) {
				now := s.inFlight.Add(1)
				for old := s.most.Load(); now > old && !s.most.CompareAndSwap(old, now); old = s.most.Load() {
				}
				defer s.inFlight.Add(-1)
				if d := s.latency(); d > 0 {
					select {
					case <-time.After(d):
					case <-ctx.Done():
					}
				}
				if i == s.failList && key == s.failPage {
					return 0, errServer
				}
				return key, ctx.Err()
			},
			Peek: func(key, _ int) (int, bool) { return key + 1, key < 3 },
			Open: func(key, answer int) (paginate.Step[int, []int], error) {
				return paginate.Step[int, []int]{Page: []int{i, answer}, Next: key + 1, Last: key == 3}, nil
			},
		}
	})
}

func shelves(t *testing.T, test func(t *testing.T, workers, n int)) {
	t.Helper()
	for _, workers := range []int{-1, 0, 1, 2, 7, 64} {
		for _, n := range []int{0, 1, 2, 10, 40} {
			t.Run(fmt.Sprintf("%d of %d", workers, n), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { test(t, workers, n) })
			})
		}
	}
}

func TestParallel(t *testing.T) {
	t.Parallel()
	shelves(t, func(t *testing.T, workers, n int) {
		t.Helper()
		s := newShelf(n)
		walk := paginate.Parallel(t.Context(), workers, n, s.walk)
		for round := range 2 {
			seen := make([]int, n)
			for page, err := range walk {
				require.NoError(t, err)
				seen[page[0]]++
				assert.Equal(t, seen[page[0]], page[1], "the order of each list")
			}
			for i, pages := range seen {
				assert.Equal(t, 3, pages)
				assert.EqualValues(t, round+1, s.started[i].Load())
			}
			assert.LessOrEqual(t, s.most.Load(), int64(max(1, workers)))
			assert.Zero(t, s.inFlight.Load())
		}
	})
	for range paginate.Parallel(t.Context(), 3, -1, newShelf(0).walk) {
		assert.Fail(t, "there is no list")
	}
}

func TestParallelIsParallelAndLazy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(40)
		walk := paginate.Parallel(t.Context(), 8, 40, s.walk)
		synctest.Wait()
		assert.Zero(t, s.started[0].Load())
		start := time.Now()
		for range walk {
		}
		assert.Equal(t, 15*time.Second, time.Since(start))
		assert.EqualValues(t, 8, s.most.Load())
	})
}

// A caller who takes his time holds the workers to a page each.
func TestParallelHoldsOnePageAWorker(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var opened atomic.Int64
		walk := paginate.Parallel(t.Context(), 4, 20, func(context.Context, int) iter.Seq2[int, error] {
			return func(yield func(int, error) bool) {
				for {
					if opened.Add(1); !yield(0, nil) {
						return
					}
				}
			}
		})
		taken := int64(0)
		for range walk {
			taken++
			time.Sleep(time.Second)
			synctest.Wait()
			assert.LessOrEqual(t, opened.Load(), taken+4)
			if taken == 50 {
				break
			}
		}
	})
}

func TestParallelBreakAndPanic(t *testing.T) {
	t.Parallel()
	shelves(t, func(t *testing.T, workers, n int) {
		t.Helper()
		for stop := 1; stop <= min(3*n, 10); stop++ {
			s := newShelf(n)
			count := 0
			for _, err := range paginate.Parallel(t.Context(), workers, n, s.walk) {
				require.NoError(t, err)
				if count++; count == stop {
					break
				}
			}
			assert.Equal(t, stop, count)
			assert.Zero(t, s.inFlight.Load())
			count = 0
			assert.PanicsWithValue(t, "body", func() {
				for range paginate.Parallel(t.Context(), workers, n, s.walk) {
					if count++; count == stop {
						panic("body")
					}
				}
			})
			assert.Zero(t, s.inFlight.Load())
		}
	})
}

func TestParallelFirstErrorEnds(t *testing.T) {
	t.Parallel()
	shelves(t, func(t *testing.T, workers, n int) {
		t.Helper()
		for page := 1; page <= 3 && n > 0; page++ {
			s := newShelf(n)
			s.failList, s.failPage = n/2, page
			seen := make([]int, n)
			var failure error
			for p, err := range paginate.Parallel(t.Context(), workers, n, s.walk) {
				require.NoError(t, failure)
				if failure = err; err != nil {
					require.Nil(t, p)
					continue
				}
				seen[p[0]]++
			}
			require.ErrorIs(t, failure, errServer)
			assert.Equal(t, page-1, seen[n/2], "what came before it is delivered")
			assert.Zero(t, s.inFlight.Load())
		}
	})
}

// After a break no list is begun, and no page asked for, by a source that is
// deaf to its context.
func TestParallelAsksNothingAfterABreak(t *testing.T) {
	t.Parallel()
	for range 200 {
		for _, pages := range []int{3, 0} { // of each list but the first
			synctest.Test(t, func(t *testing.T) {
				var asked atomic.Int64
				for range paginate.Parallel(t.Context(), 4, 100, func(_ context.Context, i int) iter.Seq2[int, error] {
					return func(yield func(int, error) bool) {
						for page := 0; ; page++ {
							asked.Add(1)
							if i > 0 {
								time.Sleep(time.Second)
							}
							if i == 0 && page == 1 || i > 0 && page == pages || !yield(0, nil) {
								return
							}
						}
					}
				}) {
					synctest.Wait() // four are under way
					break
				}
				assert.EqualValues(t, 6, asked.Load())
			})
		}
	}
}

func TestParallelCancelledIsNeverASilentEnd(t *testing.T) {
	t.Parallel()
	shelves(t, func(t *testing.T, workers, n int) {
		t.Helper()
		random := rand.New(rand.NewPCG(uint64(workers+1), uint64(n)))
		for range 100 {
			s := newShelf(n)
			s.latency = func() time.Duration { return 2 * time.Millisecond }
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Duration(random.IntN(20*(n+1)))*time.Millisecond/2, cancel)
			short(t, ctx, s, workers, n)
			cancel()
		}
	})
}

func TestParallelCancelledOnRealThreads(t *testing.T) {
	t.Parallel()
	for round := range 3000 {
		s := newShelf(10)
		s.latency = func() time.Duration { return 0 }
		ctx, cancel := context.WithCancel(t.Context())
		go cancel()
		short(t, ctx, s, 1+round%12, 10)
	}
}

func short(t *testing.T, ctx context.Context, s *shelf, workers, n int) { //nolint:revive // t comes first in tests
	t.Helper()
	count := 0
	var failure error
	for p, err := range paginate.Parallel(ctx, workers, n, s.walk) {
		require.NoError(t, failure)
		if failure = err; err != nil {
			require.Nil(t, p)
			continue
		}
		count++
	}
	if failure == nil {
		require.Equal(t, 3*n, count)
	} else {
		require.ErrorIs(t, failure, context.Canceled)
	}
	require.Zero(t, s.inFlight.Load())
}
