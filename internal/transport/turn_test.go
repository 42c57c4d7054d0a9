package transport_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

func TestTurn(t *testing.T) {
	t.Parallel()
	var turn transport.Turn
	synctest.Test(t, func(t *testing.T) {
		require.NoError(t, turn.Take(t.Context()))
		var order []int
		var all sync.WaitGroup
		for i := range 4 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			if i == 1 {
				cancel()
			}
			all.Go(func() {
				defer cancel()
				if err := turn.Take(ctx); err != nil {
					assert.Equal(t, 1, i)
					assert.ErrorIs(t, err, context.Canceled)
					return
				}
				time.Sleep(time.Minute)
				order = append(order, i)
				turn.Leave()
			})
			synctest.Wait()
		}
		turn.Leave()
		all.Wait()
		assert.Equal(t, []int{0, 2, 3}, order)
		require.NoError(t, turn.Take(t.Context()), "nobody has it")
		turn.Leave()
	})
}

// Giving up at the moment in which the turn comes does not lose it.
func TestTurnGivenUp(t *testing.T) {
	t.Parallel()
	var turn transport.Turn
	var all sync.WaitGroup
	inside := 0
	for i := range 200 {
		all.Go(func() {
			ctx, cancel := context.WithCancel(t.Context())
			if i%2 == 0 {
				go cancel()
			}
			defer cancel()
			if turn.Take(ctx) == nil {
				inside++ // the race detector looks
				turn.Leave()
			}
		})
	}
	all.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	require.NoError(t, turn.Take(ctx))
	assert.GreaterOrEqual(t, inside, 100)
}
