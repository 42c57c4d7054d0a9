package transactionssync

import (
	"fmt"
	"time"

	"github.com/payclients/payclients-go/internal/syncer"
)

// state is what State holds.
type state struct {
	// From is what the stream was begun with: nothing before it was read.
	From  time.Time    `json:"from,omitzero"`
	Sweep syncer.Sweep `json:"sweep,omitzero"`
}

// open begins a stream, or goes on with it.
func (r *run) open() error {
	switch from := r.From.UTC(); {
	case r.at.State == "":
		r.state = state{From: from, Sweep: syncer.Start(from)}
	case !from.IsZero() && from.Before(r.state.From):
		return invalid(fmt.Sprintf("From: stream %q was begun with %s, a later time", r.Stream, r.state.From.Format(time.RFC3339Nano)))
	}
	return nil
}

// settled is the latest version of a row that is committed with s: the time up to
// which everything is read for good. Whatever is read later has changed later,
// and so has a version that is not lower, also where a row was stamped in the
// future. Where s does not tell, it is the present.
func (s state) settled() time.Time {
	if s.Sweep.Safe.IsZero() {
		return time.Now()
	}
	return s.Sweep.Safe
}

// lag is the age of the point that was read up to.
func (s state) lag(now time.Time) time.Duration { return s.Sweep.Lag(now) }

// backfill reports whether the first pass still reads.
func (s state) backfill() bool { return s.Sweep.First }
