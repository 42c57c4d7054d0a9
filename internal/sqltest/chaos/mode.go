package main

import "time"

// mode is how the processes of a trial sync.
type mode string

// The first three are correct; the others leave something out, which the suite
// must detect. The last three concern a first pass by ranges, which not every
// package has.
const (
	passes   mode = "passes"    // one pass after the other, protected by the fence
	lease    mode = "lease"     // a loop in the process that holds the lease
	ranged   mode = "start"     // passes, the first one by ranges with several workers
	noFence  mode = "no-fence"  // decides by an earlier read, without compare-and-swap
	split    mode = "split"     // two transactions: the checkpoint, then the rows
	noRewind mode = "no-rewind" // a plain cursor, without a rewind window

	dayEnds       mode = "day-ends"        // a range ends with its day
	cursorAtEnd   mode = "cursor-at-end"   // the cursor of changes is set at the end of the first pass
	rewindFromEnd mode = "rewind-from-end" // the rewind window goes back from the end of the first pass
)

func modes() []mode {
	return []mode{passes, lease, ranged, noFence, split, noRewind, dayEnds, cursorAtEnd, rewindFromEnd}
}

func (m mode) right() bool { return m == passes || m == lease || m == ranged }

// ranges reports whether the first pass is by ranges, correct or wrong.
func (m mode) ranges() bool {
	return m == ranged || m == dayEnds || m == cursorAtEnd || m == rewindFromEnd
}

// needs returns the control that a subject must have to have the mode.
func (m mode) needs() mode {
	if m == ranged {
		return dayEnds
	}
	return m
}

// shortRewind is shorter than a first pass that is being killed.
const shortRewind = 200 * time.Millisecond

// rewind returns Params.Rewind for the mode. It is negative (no window) for split,
// noRewind and cursorAtEnd: a window would repair what split has lost. It is
// [shortRewind] for rewindFromEnd, and 0 (the default window) for the other modes.
func (m mode) rewind() time.Duration {
	switch m {
	case split, noRewind, cursorAtEnd:
		return -1
	case rewindFromEnd:
		return shortRewind
	case passes, lease, ranged, noFence, dayEnds:
	}
	return 0
}

// late reports whether versions become visible late in trials of the mode. It
// returns true for the correct modes, for noFence and for noRewind. The other wrong
// modes must do their damage without late versions.
func (m mode) late() bool { return m != split && (m.right() || !m.ranges()) }

// processes returns the numbers of processes for which the mode has trials. The
// modes passes and ranged have a trial for each number in asked, and lease for each
// number above 1. The other modes ignore asked: noFence needs 3 processes, and the
// rest need 1.
func (m mode) processes(asked []int) []int {
	switch m {
	case passes, ranged:
		return asked
	case lease:
		var several []int
		for _, n := range asked {
			if n > 1 {
				several = append(several, n)
			}
		}
		return several
	case noFence:
		return []int{3}
	case split, noRewind, dayEnds, cursorAtEnd, rewindFromEnd:
	}
	return []int{1}
}

// kills returns how many kills a trial has. asked is the number that the user asked
// for:
//
//   - passes and ranged: asked.
//   - lease: an eighth of asked, at least 3, because a lease lasts at least three
//     seconds.
//   - split: half of asked, at least 10.
//   - the other modes: a third of asked, at least 5, because wrong modes show soon.
func (m mode) kills(asked int) int {
	switch m {
	case lease:
		return max(3, asked/8)
	case noFence, noRewind, dayEnds, cursorAtEnd, rewindFromEnd:
		return max(5, asked/3)
	case split:
		return max(10, asked/2)
	case passes, ranged:
	}
	return asked
}

// life returns the highest number of events that a process reports before it may
// be killed.
func (m mode) life() int {
	switch m {
	case split:
		return 15 // many kills during the history
	case noFence:
		return 40
	case ranged, dayEnds, cursorAtEnd, rewindFromEnd:
		return 30 // as with split
	case passes, lease, noRewind:
	}
	return 120
}

// caught reports whether d is the damage that a wrong mode must do.
func (m mode) caught(d damage) bool {
	if m == noFence {
		return len(d.doubled) > 0
	}
	return len(d.lost)+len(d.stale) > 0
}
