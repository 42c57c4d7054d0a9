package syncer_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/syncer"
)

// lease is a lease row without a database.
type lease struct {
	mu     sync.Mutex
	holder string
	until  time.Time
	takes  int
	fail   error
	hang   bool
}

func (l *lease) Take(ctx context.Context, _, holder string, d time.Duration) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.takes++
	if l.hang {
		l.mu.Unlock()
		<-ctx.Done()
		l.mu.Lock()
		return false, ctx.Err()
	}
	if l.fail != nil {
		return false, l.fail
	}
	if l.holder != "" && l.holder != holder && l.until.After(time.Now()) {
		return false, nil
	}
	l.holder, l.until = holder, time.Now().Add(d)
	return true, nil
}

func (l *lease) Leave(_ context.Context, _, holder string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.holder == holder {
		l.holder = ""
	}
	return l.fail
}

func (l *lease) set(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
}

func noTrouble(t *testing.T) func(error) {
	t.Helper()
	return func(err error) { assert.NoError(t, err) }
}

func TestLoopTicks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := new(lease)
		ctx, cancel := context.WithCancel(t.Context())
		start := time.Now()
		var at []time.Duration
		err := syncer.Loop(ctx, l, "s", 5*time.Minute, func(context.Context) error {
			at = append(at, time.Since(start))
			l.set(func() { assert.GreaterOrEqual(t, time.Until(l.until), 20*time.Second, "it is renewed in time") })
			if len(at) == 4 {
				cancel()
			}
			return nil
		}, noTrouble(t))
		require.NoError(t, err)
		assert.Equal(t, []time.Duration{0, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute}, at)
		assert.Empty(t, l.holder)
	})
}

// The last pass takes longer than a tick: no other one begins after the end.
func TestLoopBeginsNothingAfterItsEnd(t *testing.T) {
	t.Parallel()
	for range 50 { // select chooses by chance
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			require.NoError(t, syncer.Loop(ctx, new(lease), "s", time.Second, func(pass context.Context) error {
				require.NoError(t, pass.Err())
				time.Sleep(2 * time.Second)
				cancel()
				return nil
			}, noTrouble(t)))
		})
	}
}

// A process is killed while it holds the lease; another one begins when it has
// run out, not earlier and hardly later.
func TestLoopTakesOver(t *testing.T) {
	t.Parallel()
	for every, length := range map[time.Duration]time.Duration{
		time.Second: 3 * time.Second, 12 * time.Second: 12 * time.Second, time.Hour: 30 * time.Second,
	} {
		t.Run(fmt.Sprint("every=", every), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &lease{holder: "killed", until: time.Now().Add(length)}
				ctx, cancel := context.WithCancel(t.Context())
				start := time.Now()
				require.NoError(t, syncer.Loop(ctx, l, "s", every, func(context.Context) error {
					cancel()
					return nil
				}, noTrouble(t)))
				assert.GreaterOrEqual(t, time.Since(start), length)
				assert.LessOrEqual(t, time.Since(start), length+length/3)
			})
		})
	}
}

func TestLoopOfThree(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := new(lease)
		var mu sync.Mutex
		working, passes := 0, 0
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				for ctx.Err() == nil { // each stops now and then, and begins again
					turn, stop := context.WithTimeout(ctx, 7*time.Minute)
					assert.NoError(t, syncer.Loop(turn, l, "s", time.Minute, func(ctx context.Context) error {
						mu.Lock()
						working++
						passes++
						assert.Equal(t, 1, working)
						mu.Unlock()
						select {
						case <-ctx.Done():
						case <-time.After(40 * time.Second):
						}
						mu.Lock()
						working--
						mu.Unlock()
						return nil
					}, noTrouble(t)))
					stop()
				}
			})
		}
		group.Wait()
		assert.Greater(t, passes, 50)
		assert.Less(t, passes, 75)
	})
}

// Somebody else has the lease: the pass is told and ends, and this process waits.
func TestLoopLosesTheLease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := new(lease)
		ctx, cancel := context.WithCancel(t.Context())
		start := time.Now()
		passes := 0
		require.NoError(t, syncer.Loop(ctx, l, "s", time.Minute, func(pass context.Context) error {
			if passes++; passes == 2 {
				cancel()
				return nil
			}
			l.set(func() { l.holder, l.until = "thief", time.Now().Add(time.Minute) })
			<-pass.Done()
			assert.ErrorIs(t, context.Cause(pass), syncer.ErrLeaseLost)
			assert.Equal(t, 10*time.Second, time.Since(start))
			return nil
		}, noTrouble(t)))
		assert.Equal(t, time.Minute, time.Since(start))
	})
}

// A lease counts from the request that took it, and not from its answer.
func TestLoopWithASlowDatabase(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &slow{lease: new(lease)}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		start := time.Now()
		require.NoError(t, syncer.Loop(ctx, l, "s", time.Hour, func(pass context.Context) error {
			l.set(func() { l.fail = errors.New("gone") })
			<-pass.Done()
			assert.ErrorIs(t, context.Cause(pass), syncer.ErrLeaseLost)
			assert.Equal(t, 30*time.Second, time.Since(start))
			cancel()
			return nil
		}, func(error) {}))
	})
}

// slow is a lease whose first answer takes 10 seconds.
type slow struct{ *lease }

func (s *slow) Take(ctx context.Context, stream, holder string, d time.Duration) (bool, error) {
	held, err := s.lease.Take(ctx, stream, holder, d)
	if s.takes == 1 {
		<-time.After(10 * time.Second) // of the bubble
	}
	return held, err
}

// A database that is away for less than the lease lasts disturbs no pass; one
// that is away for longer ends it.
func TestLoopWithoutItsDatabase(t *testing.T) {
	t.Parallel()
	for _, hang := range []bool{false, true} {
		for _, away := range []time.Duration{15 * time.Second, 45 * time.Second} {
			t.Run(fmt.Sprint("hang=", hang, ", away=", away), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					l := new(lease)
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					gone := errors.New("gone")
					var lasted time.Duration
					var troubles atomic.Int64
					require.NoError(t, syncer.Loop(ctx, l, "s", time.Hour, func(pass context.Context) error {
						start := time.Now()
						l.set(func() { l.fail, l.hang = gone, hang })
						time.AfterFunc(away, func() { l.set(func() { l.fail, l.hang = nil, false }) })
						select {
						case <-pass.Done():
							assert.ErrorIs(t, context.Cause(pass), syncer.ErrLeaseLost)
						case <-time.After(50 * time.Second):
						}
						lasted = time.Since(start)
						cancel()
						return nil
					}, func(error) { troubles.Add(1) }))
					if away < 30*time.Second {
						assert.Equal(t, 50*time.Second, lasted)
						assert.EqualValues(t, 1, troubles.Load())
					} else {
						assert.Equal(t, 30*time.Second, lasted)
					}
				})
			})
		}
	}
}

func TestLoopEndsWithAnError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := new(lease)
		hopeless := errors.New("hopeless")
		err := syncer.Loop(t.Context(), l, "s", time.Minute, func(context.Context) error { return hopeless }, noTrouble(t))
		require.ErrorIs(t, err, hopeless)
		assert.Empty(t, l.holder)
		assert.Equal(t, 1, l.takes)
	})
}
