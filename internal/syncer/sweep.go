package syncer

import "time"

// Sweep is the progress of a stream that is read in the order of its rows' last
// changes. It is part of a checkpoint's state.
//
// A row may become visible after rows that were changed later, by at most the
// rewind window. Rows younger than the window when they are read are therefore
// read again by the next sweep, which begins at Safe, however much later it
// comes. A sweep may take several passes; it goes on at Next.
type Sweep struct {
	Safe time.Time `json:"safe,omitzero"` // everything changed before this time has been read for good
	Next time.Time `json:"next,omitzero"` // everything changed before this time has been read
	Open bool      `json:"open,omitzero"` // a sweep is in progress
	Hot  bool      `json:"hot,omitzero"`  // the sweep has reached rows younger than the window
	// First means that no sweep has reached the end of the stream yet.
	First bool `json:"first,omitzero"`
}

// Start returns the state of a stream before its first sweep, which begins at the
// time from.
func Start(from time.Time) Sweep { return Sweep{Safe: from, Next: from, First: true} }

// Begin starts a sweep, and does nothing if one is in progress. With a positive
// rewind window the sweep begins at Safe. With rewind zero or less it begins where
// the last sweep ended.
func (s *Sweep) Begin(rewind time.Duration) {
	if s.Open {
		return
	}
	s.Open, s.Hot = true, false
	if rewind > 0 {
		s.Next = s.Safe
	}
}

// Advance records that everything changed before next has been read, by a request
// made at asked. Next becomes next. Safe moves to next too, but never back and
// never past asked minus rewind. Once a sweep has come that far, Safe stays for
// the rest of the sweep. A negative rewind counts as 0.
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

// End records that the sweep has reached the end of the stream. Safe and Next
// stay, for the next Begin.
func (s *Sweep) End() { s.Open, s.Hot, s.First = false, false, false }

// Lag returns the time from Next to now: everything changed before Next has been
// read. It returns 0 if Next is zero or after now.
func (s *Sweep) Lag(now time.Time) time.Duration {
	if s.Next.IsZero() {
		return 0
	}
	return max(0, now.Sub(s.Next))
}
