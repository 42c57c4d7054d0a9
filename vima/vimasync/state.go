package vimasync

import (
	"fmt"
	"time"
)

// state is what State holds.
type state struct {
	// Project is the one that the stream was begun with: the cursors of another
	// one would skip operations.
	Project string `json:"project,omitzero"`
	// From is the day that the stream was begun with.
	From string `json:"from,omitzero"`
	// Ranges is where a first pass by ranges is. Created has not begun then.
	Ranges *ranges `json:"ranges,omitzero"`
	// Bootstrapped tells that the stream of new operations was read to its end
	// once. Changes are not read before, unless it cannot go on.
	Bootstrapped bool  `json:"bootstrapped,omitzero"`
	Created      track `json:"created"`
	Changed      track `json:"changed"`
}

// open begins a stream, or goes on with it.
func (r *run) open() error {
	if r.at.State != "" && r.state.Project != r.Project {
		return invalid(fmt.Sprintf("Project: stream %q was begun with %q", r.Stream, r.state.Project))
	}
	r.state.Project = r.Project
	return r.openFrom()
}

// empty reports that nothing was read yet.
func (s state) empty() bool { return s.Changed.High == "" }

// backfill reports whether the first pass still reads the history.
func (s state) backfill() bool { return !s.Bootstrapped && !s.empty() }

// rewoundTo is the time from which on a pass reads.
func (s state) rewoundTo(rewind time.Duration) time.Time {
	switch {
	case s.Ranges != nil:
		return s.Ranges.reached()
	case s.Bootstrapped:
		return later(s.Created.from(rewind), s.Changed.from(rewind))
	case s.Created.Open:
		return s.Created.Seen
	}
	return s.from()
}

// from is where the copy begins, zero for everything.
func (s state) from() time.Time {
	t, _ := time.Parse(time.DateOnly, s.From)
	return t
}

// lag is the age of the stream that is further behind.
func (s state) lag(now time.Time) time.Duration {
	seen := s.Created.Seen
	if s.Ranges != nil {
		seen = s.Ranges.reached()
	}
	if t := s.Changed.Seen; s.Bootstrapped && !t.IsZero() && t.Before(seen) {
		seen = t
	}
	if seen.IsZero() {
		return 0
	}
	return max(0, now.Sub(seen))
}
