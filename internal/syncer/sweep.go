package syncer

import "time"

// Sweep is the progress of a stream that is read in the order of its rows' last
// changes. It is part of a checkpoint's state. Start makes a Sweep. A zero Sweep
// also begins with the first row of the stream, but with First false. A Sweep is
// not safe for concurrent use.
//
// A sweep is one reading of the stream from a time to the stream's end. It may take
// several passes (runs of the sync), each of which continues at Next.
//
// A provider may show a changed row late, after rows that were changed later. The
// rewind window is the longest such delay. If a row that was read is younger than
// the window, the provider may still show rows with earlier changes. The next sweep
// therefore begins at Safe, and reads everything from this time on again.
type Sweep struct {
	// Safe is the time before which no row is missing: later sweeps do not read
	// changes before Safe again.
	Safe time.Time `json:"safe,omitzero"`
	Next time.Time `json:"next,omitzero"` // everything changed before this time has been read
	Open bool      `json:"open,omitzero"` // a sweep is in progress
	Hot  bool      `json:"hot,omitzero"`  // the sweep has reached rows younger than the window
	// First means that no sweep has reached the end of the stream yet.
	First bool `json:"first,omitzero"`
}

// Start returns the Sweep of a stream that was never read. The first sweep reads the
// rows that were changed at the time oldest or later. If oldest is the zero time,
// the first sweep reads all rows.
func Start(oldest time.Time) Sweep { return Sweep{Safe: oldest, Next: oldest, First: true} }

// Begin starts a sweep (see [Sweep]). It does nothing if a sweep is in progress.
// rewind is the length of the rewind window, but only its sign matters here. If
// rewind is positive, the sweep begins at Safe: Begin sets Next to Safe. If rewind
// is 0 or negative, the sweep begins at Next, where the last sweep ended.
func (s *Sweep) Begin(rewind time.Duration) {
	if s.Open {
		return
	}
	s.Open, s.Hot = true, false
	if rewind > 0 {
		s.Next = s.Safe
	}
}

// Advance records that all rows changed before readTime have been read: it sets
// Next to readTime. requestTime is the time when the request for these rows was
// sent. rewind is the length of the rewind window, see [Sweep]; a negative rewind
// counts as 0.
//
// Advance also moves Safe forward, and never back. Each call has its own window,
// which begins at the requestTime of the call minus its rewind. How Safe moves
// depends on this window and on the earlier calls of the same sweep:
//
//   - An earlier call had a readTime after the beginning of the window of that
//     call: Safe stays, for any readTime.
//   - Otherwise, if readTime is after the beginning of the window of this call,
//     Advance moves Safe to the beginning.
//   - Otherwise Advance moves Safe to readTime.
//
// Advance does not check that a sweep is in progress. The calls before the next
// Begin change Next and Safe like the calls of a sweep.
func (s *Sweep) Advance(readTime, requestTime time.Time, rewind time.Duration) {
	s.Next = readTime
	if s.Hot {
		return // rows after the window's start are read again, so no later time is safe
	}
	safe := readTime
	if window := requestTime.Add(-max(rewind, 0)); window.Before(readTime) {
		s.Hot, safe = true, window
	}
	if safe.After(s.Safe) {
		s.Safe = safe
	}
}

// End records that the sweep has reached the end of the stream: it sets Open, Hot
// and First to false. Safe and Next stay as they are, for the next Begin. End does
// not check that a sweep is in progress.
func (s *Sweep) End() { s.Open, s.Hot, s.First = false, false, false }

// Lag returns the time from s.Next to now, the age of what was read last. It
// returns 0 if s.Next is the zero time or not before now.
func (s *Sweep) Lag(now time.Time) time.Duration {
	if s.Next.IsZero() {
		return 0
	}
	return max(0, now.Sub(s.Next))
}
