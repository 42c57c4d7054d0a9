package main

import "time"

// mode is how the processes of a trial sync.
type mode string

// The first three are right, the others leave something out: the suite has to
// notice. Those after start are of a first pass by ranges, which not every package
// has.
const (
	passes   mode = "passes"    // one pass after the other, fenced off from each other
	lease    mode = "lease"     // a loop in the process that holds the lease
	ranged   mode = "start"     // passes, of which the first one reads by ranges, with several workers
	noFence  mode = "no-fence"  // judges by an earlier read, and no compare-and-swap stops it
	split    mode = "split"     // two transactions: first the checkpoint, then the rows
	noRewind mode = "no-rewind" // a plain cursor, without a rewind window

	dayEnds       mode = "day-ends"        // a range ends with its day
	cursorAtEnd   mode = "cursor-at-end"   // the cursor of changes is fixed at the end of the first pass
	rewindFromEnd mode = "rewind-from-end" // and so is what the rewind window goes back from
)

func modes() []mode {
	return []mode{passes, lease, ranged, noFence, split, noRewind, dayEnds, cursorAtEnd, rewindFromEnd}
}

func (m mode) right() bool { return m == passes || m == lease || m == ranged }

// ranges tells whether the first pass is one by ranges, or a wrong one in its place.
func (m mode) ranges() bool {
	return m == ranged || m == dayEnds || m == cursorAtEnd || m == rewindFromEnd
}

// needs is the control that a subject has which has a mode.
func (m mode) needs() mode {
	if m == ranged {
		return dayEnds
	}
	return m
}

// shortRewind is less than a first pass takes while it is killed.
const shortRewind = 200 * time.Millisecond

// rewind is what the sync is given: its default, or none. With one, split would
// mend what it has lost.
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

// late tells whether versions become visible late. A sync that cannot cope with
// that must do its damage without, unless that is what it is about.
func (m mode) late() bool { return m != split && (m.right() || !m.ranges()) }

// processes are the numbers of processes of its trials, of those that are asked
// for: what a mode gets wrong takes one or several.
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

// kills are how many of those that are asked for a trial has: a lease lasts for
// three seconds at least, and what is wrong shows soon.
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

// life is how many events a process tells of at most until it may be killed.
func (m mode) life() int {
	switch m {
	case split:
		return 15 // many kills while there is a history to lose
	case noFence:
		return 40
	case ranged, dayEnds, cursorAtEnd, rewindFromEnd:
		return 30 // as with split
	case passes, lease, noRewind:
	}
	return 120
}

// caught tells whether the damage is what a wrong mode must do.
func (m mode) caught(d damage) bool {
	if m == noFence {
		return len(d.doubled) > 0
	}
	return len(d.lost)+len(d.stale) > 0
}
