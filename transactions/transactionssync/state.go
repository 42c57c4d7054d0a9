package transactionssync

import (
	"time"

	"github.com/payclients/payclients-go/internal/syncer"
	"github.com/payclients/payclients-go/internal/wire"
)

// state is what State holds.
type state struct {
	// From is what the stream was begun with: nothing before it was read.
	From  time.Time    `json:"from,omitzero"`
	Sweep syncer.Sweep `json:"sweep,omitzero"`
}

// decode reads a state; that of a stream before its first commit is zero.
func (s State) decode() (state, error) {
	var is state
	if s == "" {
		return is, nil
	}
	err := wire.Decode([]byte(s), &is)
	return is, err
}

// settled is the latest version of a row that is committed with s: the time up to
// which everything is read for good. Whatever is read later has changed later,
// and so has a version that is not lower, also where a row was stamped in the
// future. Where s does not tell, it is the present.
func (s State) settled() time.Time {
	if is, err := s.decode(); err == nil && !is.Sweep.Safe.IsZero() {
		return is.Sweep.Safe
	}
	return time.Now()
}

// lag is the age of the point that was read up to.
func (s state) lag(now time.Time) time.Duration {
	if s.Sweep.Next.IsZero() {
		return 0
	}
	return max(0, now.Sub(s.Sweep.Next))
}
