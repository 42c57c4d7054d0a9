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

// NewClock returns a clock that follows now, which must not be nil. Tick returns
// times that are at least step apart; step must be positive.
func NewClock(now func() time.Time, step time.Duration) *Clock {
	return &Clock{now: now, step: step}
}

// At returns a function that always returns t. A clock from NewClock with this
// function stands still at t until it is moved.
func At(t time.Time) func() time.Time { return func() time.Time { return t } }

// Now returns the clock's time in UTC. It is never before the time of the last
// change.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current()
}

// Advance moves the clock forward by d, or back if d is negative. Further calls add
// up. The clock goes on from its new time, and stays ahead of its function by d more.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = c.current().Add(d)
	c.ahead += d
}

// Reach moves the clock forward to t, and holds it there until its function has
// passed t. It does nothing if the clock is at t already or past it.
func (c *Clock) Reach(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = later(c.last, t)
}

// Tick returns the time of a new change, in UTC. It is at least one step after the
// change before, which may move the clock forward.
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
