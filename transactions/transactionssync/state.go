package transactionssync

import (
	"fmt"
	"time"

	"github.com/payclients/payclients-go/internal/syncer"
)

// state is the content of a State.
type state struct {
	// From is the time with which the stream began: nothing before it was read.
	From  time.Time    `json:"from,omitzero"`
	Sweep syncer.Sweep `json:"sweep,omitzero"`
}

// open begins a stream or continues it. A From before the stream's own is
// ErrInvalidRequest.
func (r *run) open() error {
	switch from := r.From.UTC(); {
	case r.at.State == "":
		r.state = state{From: from, Sweep: syncer.Start(from)}
	case !from.IsZero() && from.Before(r.state.From):
		return invalid(fmt.Sprintf("From: stream %q was begun with %s, a later time", r.Stream, r.state.From.Format(time.RFC3339Nano)))
	}
	return nil
}

// settled returns the latest version of a row that is committed with s: the time up
// to which everything is read for good. What is read later has changed later, and
// has a version that is not lower, also where a row has a time in the future. If s
// does not have that time, settled returns the present.
func (s state) settled() time.Time {
	if s.Sweep.Safe.IsZero() {
		return time.Now()
	}
	return s.Sweep.Safe
}

// lag returns the age of the point up to which everything was read.
func (s state) lag(now time.Time) time.Duration { return s.Sweep.Lag(now) }

// backfill reports whether the first pass is still reading history.
func (s state) backfill() bool { return s.Sweep.First }
