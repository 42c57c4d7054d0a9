package syncer

import "time"

// Sweep is the progress of a stream that is read in the order of its rows' last
// changes. It is part of a checkpoint's state. A sweep is one reading of the stream
// from a time to its end. It may take several passes, each of which continues at
// Next. Start makes a Sweep. It is not safe for concurrent use.
//
// A provider may show a changed row late, after rows that were changed later. The
// rewind window is the longest such delay. If a row was changed less than the
// window before it is read, rows before it may still be missing. The next sweep
// therefore begins at Safe and reads such rows again.
type Sweep struct {
	Safe time.Time `json:"safe,omitzero"` // everything changed before this time has been read for good
	Next time.Time `json:"next,omitzero"` // everything changed before this time has been read
	Open bool      `json:"open,omitzero"` // a sweep is in progress
	Hot  bool      `json:"hot,omitzero"`  // the sweep has reached rows younger than the window
	// First means that no sweep has reached the end of the stream yet.
	First bool `json:"first,omitzero"`
}

// Start returns the state of a stream that was never read. Its first sweep begins
// at the time from, which may be the zero time.
func Start(from time.Time) Sweep { return Sweep{Safe: from, Next: from, First: true} }

// Begin starts a sweep. It does nothing if a sweep is in progress. rewind is the
// rewind window, see [Sweep]. If rewind is positive, the sweep begins at Safe:
// Begin sets Next to Safe. If rewind is 0 or negative, the sweep begins at Next,
// where the last sweep ended.
func (s *Sweep) Begin(rewind time.Duration) {
	if s.Open {
		return
	}
	s.Open, s.Hot = true, false
	if rewind > 0 {
		s.Next = s.Safe
	}
}

// Advance records that all rows changed before next have been read, by a request
// sent at the time asked. It sets Next to next.
//
// rewind is the rewind window, see [Sweep]; a negative rewind counts as 0. Advance
// also moves Safe to next, or to asked minus rewind if that is earlier. It never
// moves Safe back. After next has passed asked minus rewind once, Safe stays for
// the rest of the sweep.
func (s *Sweep) Advance(next, asked time.Time, rewind time.Duration) {
	s.Next = next
	if s.Hot {
		return // rows after the window's start are read again, so no later time is safe
	}
	if settled := asked.Add(-max(rewind, 0)); settled.Before(next) {
		s.Hot, next = true, settled
	}
	if next.After(s.Safe) {
		s.Safe = next
	}
}

// End records that the sweep has reached the end of the stream. Safe and Next stay
// as they are, for the next Begin.
func (s *Sweep) End() { s.Open, s.Hot, s.First = false, false, false }

// Lag returns the time from s.Next to now, the age of what was read last. It
// returns 0 if s.Next is the zero time or not before now.
func (s *Sweep) Lag(now time.Time) time.Duration {
	if s.Next.IsZero() {
		return 0
	}
	return max(0, now.Sub(s.Next))
}
