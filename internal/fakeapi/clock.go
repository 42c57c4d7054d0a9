package fakeapi

import (
	"sync"
	"time"
)

// Clock is the time of a fake: what a function says, and never the same for two
// changes. Its methods may be called at the same time.
type Clock struct {
	mu    sync.Mutex
	now   func() time.Time
	step  time.Duration
	ahead time.Duration
	last  time.Time // of the last change: the time is not before it
}

// NewClock is a clock that follows now and moves by step with each change.
func NewClock(now func() time.Time, step time.Duration) *Clock {
	return &Clock{now: now, step: step}
}

// At is a function for NewClock: time stands still.
func At(t time.Time) func() time.Time { return func() time.Time { return t } }

// Now is the time, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current()
}

// Advance moves the clock ahead.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = c.current().Add(d)
	c.ahead += d
}

// Reach moves the clock to t, where the clock is behind it.
func (c *Clock) Reach(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = later(c.last, t)
}

// Tick is the time of a change, at least a step after the change before.
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
