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
	return nil
}

// empty reports that nothing was read yet.
func (s state) empty() bool { return s.Changed.High == "" }

// backfill reports whether the first pass still reads the history.
func (s state) backfill() bool { return !s.Bootstrapped && !s.empty() }

// lag is the age of the stream that is further behind.
func (s state) lag(now time.Time) time.Duration {
	seen := s.Created.Seen
	if t := s.Changed.Seen; s.Bootstrapped && !t.IsZero() && t.Before(seen) {
		seen = t
	}
	if seen.IsZero() {
		return 0
	}
	return max(0, now.Sub(seen))
}
