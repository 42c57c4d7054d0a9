package paginate_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/paginate"
)

// However a context ends, a range that is short ends with its error.
func TestCancelledIsNeverASilentEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k keying, ahead int) {
		t.Helper()
		random := rand.New(rand.NewPCG(1, uint64(ahead+2)))
		short := 0
		for range 300 {
			s := &rows{total: 30, latency: time.Duration(random.IntN(3)) * time.Millisecond}
			ctx, cancel := context.WithCancelCause(t.Context())
			timer := time.AfterFunc(time.Duration(random.IntN(20))*time.Millisecond/2, func() { cancel(nil) })
			if random.IntN(10) == 0 {
				cancel(nil)
			}
			at := random.IntN(30)
			list, err := []int(nil), error(nil)
			for page, e := range k.walk(ctx, s, ahead) {
				require.NoError(t, err)
				if err = e; e != nil {
					require.Nil(t, page)
					continue
				}
				list = append(list, page...)
				if len(list)/size == at {
					cancel(nil)
				}
				time.Sleep(time.Duration(random.IntN(2)) * time.Millisecond)
			}
			assert.Equal(t, upTo(len(list)), list)
			if err == nil {
				assert.Len(t, list, 30)
			} else {
				short++
				require.ErrorIs(t, err, context.Canceled)
			}
			assert.Zero(t, s.at.Load())
			timer.Stop()
			cancel(nil)
		}
		assert.Positive(t, short)
	})
}

// The same on real threads, where two ready cases of a select race.
func TestCancelledOnRealThreads(t *testing.T) {
	t.Parallel()
	for round := range 3000 {
		for _, ahead := range []int{0, 1, 3, 10} {
			ctx, cancel := context.WithCancel(t.Context())
			s := &rows{total: 30}
			if round%2 == 0 {
				go cancel()
			}
			list, count, err := drain(t, keyings()[round%4].walk(ctx, s, ahead))
			cancel()
			if err == nil {
				require.Len(t, list, 30)
			} else {
				require.ErrorIs(t, err, context.Canceled)
			}
			require.Equal(t, upTo(count*size), list)
		}
	}
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k keying, ahead int) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 4500*time.Millisecond)
		defer cancel()
		s := &rows{total: 30, latency: time.Second}
		start := time.Now()
		list, _, err := drain(t, k.walk(ctx, s, ahead))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, upTo(12), list)
		assert.Equal(t, 4500*time.Millisecond, time.Since(start))
	})
}

// The bubble of each fails on a goroutine that is left behind.
func TestPanicInTheBodyLeaksNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k keying, ahead int) {
		t.Helper()
		for at := 1; at <= 10; at++ {
			s := &rows{total: 30, latency: time.Second}
			count := 0
			assert.PanicsWithValue(t, "body", func() {
				for range k.walk(t.Context(), s, ahead) {
					if count++; count == at {
						panic("body")
					}
				}
			})
			assert.Zero(t, s.at.Load())
		}
	})
}

func TestGoexitInTheBodyLeaksNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k keying, ahead int) {
		t.Helper()
		s := &rows{total: 30, latency: time.Second}
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range k.walk(t.Context(), s, ahead) {
				runtime.Goexit()
			}
		}()
		<-done
		assert.Zero(t, s.at.Load())
	})
}

func TestFlatten(t *testing.T) {
	t.Parallel()
	bad := errors.New("bad row")
	s := &rows{total: 10}
	walk := keyings()[0].walk(t.Context(), s, 1)
	plain := paginate.Flatten(walk, func(page []int) ([]int, error) { return page, nil })
	spoilt := paginate.Flatten(walk, func(page []int) ([]int, error) {
		if page[0] == 4 {
			return page[:2], bad
		}
		return page, nil
	})
	for range 2 {
		var list []int
		for item, err := range plain {
			require.NoError(t, err)
			list = append(list, item)
		}
		assert.Equal(t, upTo(10), list)
		list = nil
		var failures []error
		for item, err := range spoilt {
			if err != nil {
				assert.Zero(t, item)
				failures = append(failures, err)
				continue
			}
			assert.Empty(t, failures)
			list = append(list, item)
		}
		assert.Equal(t, upTo(5), list, "the good ones of that page come first")
		assert.Equal(t, []error{bad}, failures)
	}
	for stop := 1; stop <= 10; stop++ {
		count := 0
		for item, err := range plain {
			require.NoError(t, err)
			count++
			if item == stop {
				break
			}
		}
		assert.Equal(t, stop, count)
	}
}

func TestFlattenPassesTheErrorOfThePages(t *testing.T) {
	t.Parallel()
	s := &rows{total: 30, failAt: 3}
	count, failures := 0, 0
	for item, err := range paginate.Flatten(keyings()[1].walk(t.Context(), s, 0), func(page []int) ([]int, error) { return page, nil }) {
		if count++; err != nil {
			failures++
			assert.Zero(t, item)
			require.ErrorIs(t, err, errServer)
		}
	}
	assert.Equal(t, 7, count)
	assert.Equal(t, 1, failures)
}

func TestFail(t *testing.T) {
	t.Parallel()
	for range 2 {
		list, _, err := drain(t, paginate.Fail[[]int](errServer))
		assert.Empty(t, list)
		require.ErrorIs(t, err, errServer)
	}
	for _, err := range paginate.Fail[[]int](errServer) {
		require.Error(t, err)
		break
	}
}

// Skipped pages are asked for and not yielded; a last page may be either.
func TestSkip(t *testing.T) {
	t.Parallel()
	for _, ahead := range []int{0, 1, 10} {
		for _, last := range []int{6, 7} {
			t.Run(fmt.Sprint("ahead=", ahead, ", last=", last), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					walk := paginate.Walk(t.Context(), 1, ahead, func() paginate.Source[int, int, []int] {
						return paginate.Source[int, int, []int]{
							Fetch: func(_ context.Context, key int) (int, error) { return key, nil },
							Peek:  func(key, _ int) (int, bool) { return key + 1, true },
							Open: func(key, answer int) (paginate.Step[int, []int], error) {
								return paginate.Step[int, []int]{Page: []int{answer}, Skip: key%2 == 0, Next: key + 1, Last: key == last}, nil
							},
						}
					})
					list, _, err := drain(t, walk)
					require.NoError(t, err)
					assert.Equal(t, map[int][]int{6: {1, 3, 5}, 7: {1, 3, 5, 7}}[last], list)
				})
			})
		}
	}
}
