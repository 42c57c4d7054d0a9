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

// Advance moves the clock forward by d, or back if d is negative. Calls add up. A
// clock that was following its function goes on from the new time: it follows the
// function with d more added. A clock that was standing still, because Tick or Reach
// moved it past the time of its function, stands still at the new time for as long
// as it would have stood at the old time, see Reach. After a move back, Tick may
// return a time that it has returned before.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = c.current().Add(d)
	c.ahead += d
}

// Reach moves the clock forward to t. If the clock is at t or past t, its time does
// not change, but Tick still counts t. After a move the clock stands at t until the
// time of its function, plus all that Advance has added, has passed t. If
// Advance(d) is called while the clock stands at t, the clock moves to t+d and
// stands there in the same way. t must be in UTC. Reach does not check this: with
// another location, Now and Tick may return the right time in that location.
func (c *Clock) Reach(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = later(c.last, t)
}

// Tick moves the clock to the time of a new change, and returns this time in UTC.
// The time is the later of two times:
//
//   - the time of the clock's function, plus all that Advance has added;
//   - one step (the argument of NewClock) after the latest of these times: each
//     time that Tick has returned, each t of Reach, and each time to which Advance
//     has moved the clock.
//
// If Tick, Reach and Advance were not called before, Tick returns the time of the
// clock's function plus one step. After Advance with a negative d, Tick ignores all
// times from before this Advance. It counts the time to which Advance moved the
// clock.
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
