package transactions

import (
	"time"
)

// ownCallOptions are the call options that only this package has.
type ownCallOptions struct {
	pageSize int            // 0 is the default
	overlap  *time.Duration // nil is the default
}

// PageSize sets how many transactions each request of an iteration by key asks for. n
// must be 1 to 2000; the default is 2000. Iterations by key are
// [Client.WalkTransactions], [Client.WalkUpdated], [Client.TransactionPagesByDay] and
// the methods that yield their pages. If n is another number, or another method gets
// PageSize, the call returns ErrInvalidRequest before anything is sent. A second
// PageSize replaces the first.
func PageSize(n int) CallOption {
	return func(o *callOptions) {
		if n < 1 || n > maxSize {
			o.problems = append(o.problems, "PageSize: must be 1 to 2000")
		}
		o.pageSize = n
		o.restrict("PageSize", n != 0, "only a walk by key has it; set Size")
	}
}

// Overlap makes [Client.WalkUpdated] and [Client.WalkUpdatedPages] begin earlier than
// their argument start, by d. The default is 5 minutes; 0 means no overlap. If d is
// negative, or another method gets Overlap, the call returns ErrInvalidRequest before
// anything is sent. A second Overlap replaces the first.
func Overlap(d time.Duration) CallOption {
	return func(o *callOptions) {
		if d < 0 {
			o.problems = append(o.problems, "Overlap: must not be negative")
		}
		o.overlap = &d
		o.restrict("Overlap", true, "only WalkUpdated has it")
	}
}

// defaultOverlap is the overlap without the option.
const defaultOverlap = 5 * time.Minute
