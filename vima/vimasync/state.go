package vimasync

import (
	"fmt"
	"time"
)

// state is the content of a State.
type state struct {
	// Project is the one with which the stream began: the cursors of another
	// project would skip operations.
	Project string `json:"project,omitzero"`
	// From is the day with which the stream began.
	From string `json:"from,omitzero"`
	// Ranges is the progress of a first pass by ranges. Created has not begun then.
	Ranges *ranges `json:"ranges,omitzero"`
	// Bootstrapped means that the stream of new operations was read to its end
	// once. Changes are not read before, unless the stream cannot go on.
	Bootstrapped bool  `json:"bootstrapped,omitzero"`
	Created      track `json:"created"`
	Changed      track `json:"changed"`
}

// resume begins a stream or continues it. A Project or From other than before is
// ErrInvalidRequest.
func (r *run) resume() error {
	if r.at.State != "" && r.state.Project != r.Project {
		return invalid(fmt.Sprintf("Project: stream %q was begun with %q", r.Stream, r.state.Project))
	}
	r.state.Project = r.Project
	return r.resumeFrom()
}

// empty reports whether nothing was read yet.
func (s state) empty() bool { return s.Changed.High == "" }

// backfill reports whether the first pass is still reading history.
func (s state) backfill() bool { return !s.Bootstrapped && !s.empty() }

// rewoundTo returns the time from which a pass reads, zero for everything or
// unknown.
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

// from returns where the copy begins, zero for everything.
func (s state) from() time.Time {
	t, _ := time.Parse(time.DateOnly, s.From)
	return t
}

// lag returns the age of the newest row read in the stream that is further behind,
// 0 if unknown.
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
