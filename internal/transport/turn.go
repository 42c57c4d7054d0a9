package transport

import (
	"context"
	"slices"
	"sync"
)

// Turn is a lock for which waiting can end with a context. Each waiting call
// brings its own channel: a channel kept by Turn would belong to one
// testing/synctest bubble, and could stop another bubble's clock. The zero value
// is ready to use.
type Turn struct {
	mu      sync.Mutex
	taken   bool
	waiting []chan struct{}
}

// Take waits until the caller has the turn, and then returns nil. A caller with the
// turn must call Leave once. If ctx ends while Take waits, Take returns the
// context's error, and the caller does not have the turn. If the turn is free, Take
// returns nil at once, even if ctx has ended.
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
	if i < 0 { // the turn came at the same time
		t.Leave()
	}
	return ctx.Err()
}

// Leave passes the turn to the call of Take that has waited longest. If none
// waits, it frees the turn. Leave does not block. Only a caller that has the
// turn may call Leave, and only once: Leave does not check this.
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
