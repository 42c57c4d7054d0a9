package fakeapi

import (
	"sync"
	"time"
)

// Clock is the time of a fake. It follows a function such as time.Now, and can be
// moved. Each change in the fake gets its own time from Tick. A Clock is safe for
// concurrent use. NewClock makes one; the zero value is not usable.
type Clock struct {
	mu    sync.Mutex
	now   func() time.Time
	step  time.Duration
	ahead time.Duration
	last  time.Time // set last by Tick, Reach or Advance; the clock never shows an earlier time
}

// NewClock returns a clock that follows the function now. Times from Tick are at
// least step apart. now must not be nil, and step must be positive. NewClock does
// not check this: with a nil now the methods panic, and with a step of 0 or less
// Tick may return a time twice.
func NewClock(now func() time.Time, step time.Duration) *Clock {
	return &Clock{now: now, step: step}
}

// At returns a function that always returns t. A clock from NewClock with this
// function stands still at t until it is moved.
func At(t time.Time) func() time.Time { return func() time.Time { return t } }

// Now returns the clock's time in UTC and does not move the clock. The time is
// never before the last time from Tick, unless Advance has moved the clock back
// since then.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current()
}

// Advance moves the clock forward by d, or back if d is negative. Calls add up.
// Afterwards the clock follows its function with d more added. If the clock stands
// ahead of its function, it also stands at the new time first, see Reach. After a
// move back, Tick may return a time that it has returned before.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = c.current().Add(d)
	c.ahead += d
}

// Reach moves the clock forward to t, which must be in UTC. If the clock is at t or
// past t, its time does not change. After a move the clock stands at t until the
// time of its function, plus all that Advance has added, has passed t. If
// Advance(d) is called while the clock stands at t, the clock moves to t+d and
// stands there in the same way.
func (c *Clock) Reach(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = later(c.last, t)
}

// Tick moves the clock to the time of a new change, and returns this time in UTC.
// The time is the later of two times:
//
//   - the time of the clock's function, plus all that Advance has added;
//   - one step (the argument of NewClock) after the latest time to which Tick,
//     Reach or Advance has set the clock. If none of them was called before, it is
//     one step after the first time.
//
// After Advance with a negative d, the time to which Advance moved the clock
// replaces all earlier times.
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
