package main

import "time"

// mode is how the processes of a trial sync.
type mode string

// The first two are right, the others leave something out: the suite has to
// notice.
const (
	passes   mode = "passes"    // one pass after the other, fenced off from each other
	lease    mode = "lease"     // a loop in the process that holds the lease
	noFence  mode = "no-fence"  // judges by an earlier read, and no compare-and-swap stops it
	split    mode = "split"     // two transactions: first the checkpoint, then the rows
	noRewind mode = "no-rewind" // a plain cursor, without a rewind window
)

func modes() []mode { return []mode{passes, lease, noFence, split, noRewind} }

func (m mode) right() bool { return m == passes || m == lease }

// rewind is what the sync is given: its default, or none. With one, split would
// mend what it has lost.
func (m mode) rewind() time.Duration {
	if m == split || m == noRewind {
		return -1
	}
	return 0
}

// late tells whether versions become visible late. A sync that cannot cope with
// that must do its damage without, unless that is what it is about.
func (m mode) late() bool { return m != split }

// processes are the numbers of processes of its trials, of those that are asked
// for: what a mode gets wrong takes one or several.
func (m mode) processes(asked []int) []int {
	switch m {
	case passes:
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
	case split, noRewind:
	}
	return []int{1}
}

// kills are how many of those that are asked for a trial has: a lease lasts for
// three seconds at least, and what is wrong shows soon.
func (m mode) kills(asked int) int {
	switch m {
	case lease:
		return max(3, asked/8)
	case noFence, noRewind:
		return max(5, asked/3)
	case split:
		return max(10, asked/2)
	case passes:
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
