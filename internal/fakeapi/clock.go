package fakeapi

import (
	"sync"
	"time"
)

// Clock is the time of a fake: it follows a function, and no two changes have the
// same time. It is safe for concurrent use.
type Clock struct {
	mu    sync.Mutex
	now   func() time.Time
	step  time.Duration
	ahead time.Duration
	last  time.Time // of the last change; the clock never shows an earlier time
}

// NewClock returns a clock that follows now. Each change is at least step after
// the one before.
func NewClock(now func() time.Time, step time.Duration) *Clock {
	return &Clock{now: now, step: step}
}

// At returns a function for NewClock with which time stands still at t.
func At(t time.Time) func() time.Time { return func() time.Time { return t } }

// Now returns the time in UTC. It is never before the last change.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current()
}

// Advance moves the clock forward by d.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = c.current().Add(d)
	c.ahead += d
}

// Reach moves the clock forward to t. It does nothing if the clock is there
// already or past it.
func (c *Clock) Reach(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = later(c.last, t)
}

// Tick returns the time of a new change, at least a step after the change before.
func (c *Clock) Tick() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := c.now().UTC().Add(c.ahead)
	if c.last.IsZero() {
		c.last = next
	}
	c.last = later(next, c.last.Add(c.step))
	return c.last
}

func (c *Clock) current() time.Time { return later(c.now().UTC().Add(c.ahead), c.last) }

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
