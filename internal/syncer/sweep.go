package syncer

import "time"

// Sweep is how far a stream was read that is read in the order in which its rows
// were changed last. It is part of a checkpoint's state.
//
// A row may become visible after rows that were changed later, by at most the
// rewind window. What is younger than the window when it is read is therefore read
// again by the next sweep, however much later that comes: it begins at Safe. A
// sweep may take several passes, and goes on at Next.
type Sweep struct {
	Safe time.Time `json:"safe,omitzero"` // all that was changed before it was read for good
	Next time.Time `json:"next,omitzero"` // all that was changed before it was read
	Open bool      `json:"open,omitzero"` // a sweep is under way
	Hot  bool      `json:"hot,omitzero"`  // it has come to rows younger than the window
	// First tells that no sweep has come to the end of the stream yet.
	First bool `json:"first,omitzero"`
}

// Start is the first sweep of a stream.
func Start(from time.Time) Sweep { return Sweep{Safe: from, Next: from, First: true} }

// Begin starts a sweep unless one is under way. Without a window, which is one of
// zero or less, it starts where the one before has ended.
func (s *Sweep) Begin(rewind time.Duration) {
	if s.Open {
		return
	}
	s.Open, s.Hot = true, false
	if rewind > 0 {
		s.Next = s.Safe
	}
}

// Advance moves the sweep over what a request that was made at asked has shown to
// be all that was changed before next.
func (s *Sweep) Advance(next, asked time.Time, rewind time.Duration) {
	s.Next = next
	if s.Hot {
		return // what lies behind it is read again: nothing after it is safe
	}
	if settled := asked.Add(-max(rewind, 0)); settled.Before(next) {
		s.Hot, next = true, settled
	}
	if next.After(s.Safe) {
		s.Safe = next
	}
}

// End tells that the sweep has come to the end of the stream.
func (s *Sweep) End() { s.Open, s.Hot, s.First = false, false, false }

// Lag is the age of the point that was read up to, 0 where nothing was.
func (s *Sweep) Lag(now time.Time) time.Duration {
	if s.Next.IsZero() {
		return 0
	}
	return max(0, now.Sub(s.Next))
}
