package paginate_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/paginate"
)

const size = 3

// rows is a list on a server that numbers them from 1.
type rows struct {
	total      int
	latency    time.Duration
	failAt     int    // the request, from 1, that fails
	wrongGuess func() // Peek guesses wrong, and says so
	noPeek     bool

	asked    []string // keys, in the order of the requests
	at, most atomic.Int64
}

var errServer = errors.New("server says no")

// page is the rows behind the first skip ones.
func (s *rows) page(ctx context.Context, key string, skip int) ([]int, error) {
	s.most.Store(max(s.most.Load(), s.at.Add(1)))
	defer s.at.Add(-1)
	s.asked = append(s.asked, key)
	number := len(s.asked)
	if s.latency > 0 {
		select {
		case <-time.After(s.latency):
		case <-ctx.Done():
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if number == s.failAt {
		return nil, errServer
	}
	var list []int
	for i := skip + 1; i <= min(skip+size, s.total); i++ {
		list = append(list, i)
	}
	return list, nil
}

// keying is one of the ways to ask for a page: all of them list the same rows.
type keying struct {
	name string
	walk func(ctx context.Context, s *rows, ahead int) iter.Seq2[[]int, error]
}

func by[K comparable](start K, skip func(K) int, next func(K, []int) K) func(context.Context, *rows, int) iter.Seq2[[]int, error] {
	return func(ctx context.Context, s *rows, ahead int) iter.Seq2[[]int, error] {
		return paginate.Walk(ctx, start, ahead, func() paginate.Source[K, []int, []int] {
			source := paginate.Source[K, []int, []int]{
				Fetch: func(ctx context.Context, key K) ([]int, error) { return s.page(ctx, fmt.Sprint(key), skip(key)) },
				Open: func(key K, list []int) (paginate.Step[K, []int], error) {
					if len(list) == 0 {
						return paginate.Step[K, []int]{Skip: true, Last: true}, nil
					}
					return paginate.Step[K, []int]{Page: list, Next: next(key, list)}, nil
				},
			}
			if !s.noPeek {
				source.Peek = func(key K, list []int) (K, bool) {
					if s.wrongGuess != nil && len(list) > 0 {
						s.wrongGuess()
						return next(next(key, list), list), true
					}
					if len(list) == 0 {
						return key, false
					}
					return next(key, list), true
				}
			}
			return source
		})
	}
}

func number(s string) int { n, _ := strconv.Atoi(s); return n }

func keyings() []keying {
	return []keying{
		{"cursor", by("", number, func(key string, list []int) string { return strconv.Itoa(number(key) + len(list)) })},
		{"offset", by(0, func(n int) int { return n }, func(key int, list []int) int { return key + len(list) })},
		{"page", by(1, func(n int) int { return (n - 1) * size }, func(key int, _ []int) int { return key + 1 })},
		{"keyset", by(int64(0), func(id int64) int { return int(id) }, func(key int64, list []int) int64 { return key + int64(len(list)) })},
	}
}

// drain checks the contract of a range: at most one error, last, with nothing.
func drain(t *testing.T, pages iter.Seq2[[]int, error]) (list []int, count int, err error) {
	t.Helper()
	for page, e := range pages {
		require.NoError(t, err, "an error is the last")
		if err = e; e != nil {
			require.Nil(t, page)
			continue
		}
		count++
		list = append(list, page...)
	}
	return list, count, err
}

func upTo(n int) []int {
	var list []int
	for i := range n {
		list = append(list, i+1)
	}
	return list
}

func each(t *testing.T, test func(t *testing.T, k keying, ahead int)) {
	t.Helper()
	for _, k := range keyings() {
		for _, ahead := range []int{-1, 0, 1, 2, 3, 10} {
			t.Run(fmt.Sprintf("%s/%d", k.name, ahead), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { test(t, k, ahead) }) // no goroutine may outlive it
			})
		}
	}
}

func TestWalk(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k keying, ahead int) {
		t.Helper()
		for _, total := range []int{0, 1, 3, 4, 10, 31} {
			for _, noPeek := range []bool{false, true} {
				s := &rows{total: total, noPeek: noPeek, latency: time.Second}
				walk := k.walk(t.Context(), s, ahead)
				synctest.Wait()
				assert.Empty(t, s.asked, "lazy")
				pages := (total + size - 1) / size
				var keys []string
				for range 2 { // and from the start again
					s.asked = nil
					list, count, err := drain(t, walk)
					require.NoError(t, err)
					assert.Equal(t, upTo(total), list)
					assert.Equal(t, pages, count)
					assert.Len(t, s.asked, pages+1)
					if keys != nil {
						assert.Equal(t, keys, s.asked)
					}
					keys = s.asked
				}
				assert.EqualValues(t, 1, s.most.Load(), "one request at a time")
			}
		}
	})
}

// Read-ahead hides latency: the work on a page and the next request overlap.
func TestAheadOverlaps(t *testing.T) {
	t.Parallel()
	for ahead, want := range map[int]time.Duration{0: 21 * time.Second, 1: 12 * time.Second, 3: 12 * time.Second} {
		t.Run(fmt.Sprint("ahead=", ahead), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &rows{total: 30, latency: time.Second}
				start := time.Now()
				for _, err := range keyings()[0].walk(t.Context(), s, ahead) {
					require.NoError(t, err)
					time.Sleep(time.Second)
				}
				assert.LessOrEqual(t, time.Since(start), want, ahead)
			})
		})
	}
}

// While the caller is at a page, exactly so many answers wait.
func TestAheadIsBounded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k keying, ahead int) {
		t.Helper()
		s := &rows{total: 300}
		page := 0
		for _, err := range k.walk(t.Context(), s, ahead) {
			require.NoError(t, err)
			page++
			synctest.Wait()
			assert.Len(t, s.asked, min(page+max(ahead, 0), 101))
		}
	})
}

func TestBreakAnywhere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k keying, ahead int) {
		t.Helper()
		for _, latency := range []time.Duration{0, time.Second} {
			for stop := 1; stop <= 11; stop++ {
				s := &rows{total: 30, latency: latency}
				walk := k.walk(t.Context(), s, ahead)
				count := 0
				start := time.Now()
				for page, err := range walk {
					require.NoError(t, err)
					assert.Equal(t, count*size+1, page[0])
					if count++; count == stop {
						break
					}
				}
				asked := len(s.asked)
				assert.LessOrEqual(t, time.Since(start), 11*time.Second)
				synctest.Wait()
				assert.Len(t, s.asked, asked, "nothing goes on behind the range")
				assert.Zero(t, s.at.Load())
				assert.LessOrEqual(t, asked, stop+max(0, ahead))

				list, _, err := drain(t, walk) // and the same walk starts over
				require.NoError(t, err)
				assert.Equal(t, upTo(30), list)
			}
		}
	})
}

// After a break nothing is asked any more, even where the source is deaf to its context.
func TestNothingIsAskedAfterABreak(t *testing.T) {
	t.Parallel()
	for range 200 {
		synctest.Test(t, func(t *testing.T) {
			asked := 0
			start := time.Now()
			walk := paginate.Walk(t.Context(), 1, 2, func() paginate.Source[int, int, int] {
				return paginate.Source[int, int, int]{
					Fetch: func(_ context.Context, key int) (int, error) {
						asked++
						time.Sleep(time.Second)
						return key, nil
					},
					Peek: func(key, _ int) (int, bool) { return key + 1, true },
					Open: func(key, _ int) (paginate.Step[int, int], error) {
						return paginate.Step[int, int]{Page: key, Next: key + 1}, nil
					},
				}
			})
			for range walk {
				synctest.Wait()
				break
			}
			assert.Equal(t, 2, asked)
			assert.Equal(t, 2*time.Second, time.Since(start), "it waits for what is under way")
		})
	}
}

func TestErrorIsLast(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k keying, ahead int) {
		t.Helper()
		for failAt := 1; failAt <= 11; failAt++ {
			s := &rows{total: 30, failAt: failAt}
			list, count, err := drain(t, k.walk(t.Context(), s, ahead))
			require.ErrorIs(t, err, errServer)
			assert.Equal(t, failAt-1, count)
			assert.Equal(t, upTo(size*count), list)
			assert.Len(t, s.asked, failAt)
		}
	})
}

func TestErrorOfOpen(t *testing.T) {
	t.Parallel()
	for _, ahead := range []int{0, 1, 10} {
		t.Run(fmt.Sprint("ahead=", ahead), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				walk := paginate.Walk(t.Context(), 1, ahead, func() paginate.Source[int, int, []int] {
					return paginate.Source[int, int, []int]{
						Fetch: func(_ context.Context, key int) (int, error) { return key, nil },
						Peek:  func(key, _ int) (int, bool) { return key + 1, true },
						Open: func(key, answer int) (paginate.Step[int, []int], error) {
							step := paginate.Step[int, []int]{Page: []int{answer}, Next: key + 1}
							if key == 4 {
								return step, errServer
							}
							return step, nil
						},
					}
				})
				list, _, err := drain(t, walk)
				require.ErrorIs(t, err, errServer)
				assert.Equal(t, []int{1, 2, 3}, list)
			})
		})
	}
}

// A wrong guess costs the requests that were made on it, and no more.
func TestWrongGuess(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, k keying, ahead int) {
		t.Helper()
		guesses := 0
		s := &rows{total: 30, wrongGuess: func() { guesses++ }, latency: time.Second}
		list, count, err := drain(t, k.walk(t.Context(), s, ahead))
		require.NoError(t, err)
		assert.Equal(t, upTo(30), list)
		assert.Equal(t, 10, count)
		assert.EqualValues(t, 1, s.most.Load())
		assert.LessOrEqual(t, len(s.asked), 11+10*max(0, ahead))
		assert.Equal(t, ahead > 0, guesses > 0)
	})
}

// An error that was fetched on a wrong guess is nobody's.
func TestErrorOfAWrongGuess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		walk := paginate.Walk(t.Context(), 1, 3, func() paginate.Source[int, int, []int] {
			return paginate.Source[int, int, []int]{
				Fetch: func(_ context.Context, key int) (int, error) {
					if key > 100 {
						return 0, errServer
					}
					return key, nil
				},
				Peek: func(key, _ int) (int, bool) { return key + 100, true },
				Open: func(key, answer int) (paginate.Step[int, []int], error) {
					return paginate.Step[int, []int]{Page: []int{answer}, Next: key + 1, Last: key == 5}, nil
				},
			}
		})
		list, _, err := drain(t, walk)
		require.NoError(t, err)
		assert.Equal(t, upTo(5), list)
	})
}

// What is handed to Open is the caller's to change: Peek has done with it.
func TestPeekDoesNotShareTheAnswer(t *testing.T) {
	t.Parallel()
	walk := paginate.Walk(t.Context(), 0, 3, func() paginate.Source[int, []byte, []byte] {
		return paginate.Source[int, []byte, []byte]{
			Fetch: func(context.Context, int) ([]byte, error) { return make([]byte, 1<<16), nil },
			Peek: func(key int, answer []byte) (int, bool) {
				for _, b := range answer {
					if b != 0 {
						return 0, false
					}
				}
				return key + 1, true
			},
			Open: func(key int, answer []byte) (paginate.Step[int, []byte], error) {
				return paginate.Step[int, []byte]{Page: answer, Next: key + 1, Last: key == 200}, nil
			},
		}
	})
	for page, err := range walk { // the race detector watches
		require.NoError(t, err)
		for i := range page {
			page[i] = 1
		}
	}
}
