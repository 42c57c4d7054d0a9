package transport

import (
	"context"
	"slices"
	"sync"
)

// Turn is a lock that a context can give up waiting for. Each who waits brings a
// channel: one that Turn kept would belong to the bubble of testing/synctest that
// made it, or hold up the clock of those that did not.
type Turn struct {
	mu      sync.Mutex
	taken   bool
	waiting []chan struct{}
}

// Take waits until the caller has the turn. After an error, which is the
// context's, the caller does not have it.
func (t *Turn) Take(ctx context.Context) error {
	t.mu.Lock()
	if !t.taken {
		t.taken = true
		t.mu.Unlock()
		return nil
	}
	mine := make(chan struct{})
	t.waiting = append(t.waiting, mine)
	t.mu.Unlock()
	select {
	case <-mine:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	i := slices.Index(t.waiting, mine)
	if i >= 0 {
		t.waiting = slices.Delete(t.waiting, i, i+1)
	}
	t.mu.Unlock()
	if i < 0 { // it came at the same time
		t.Leave()
	}
	return ctx.Err()
}

// Leave hands the turn to the one who has waited longest.
func (t *Turn) Leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		t.taken = false
		return
	}
	close(t.waiting[0])
	t.waiting = slices.Delete(t.waiting, 0, 1)
}
