package transactions

import (
	"time"
)

// ownCallOptions are the call options that only this package has.
type ownCallOptions struct {
	pageSize int            // 0 is the default
	overlap  *time.Duration // nil is the default
}

// PageSize sets how many transactions a request of a walk by key
// ([Client.WalkTransactions], [Client.WalkUpdated], [Client.TransactionPagesByDay]
// and their siblings) asks for, 1 to 2000; the default is 2000. Any other number is
// ErrInvalidRequest, as is PageSize in calls whose parameters have a Size. A
// second PageSize replaces the first.
func PageSize(n int) CallOption {
	return func(o *callOptions) {
		if n < 1 || n > maxSize {
			o.problems = append(o.problems, "PageSize: must be 1 to 2000")
		}
		o.pageSize = n
		o.restrict("PageSize", n != 0, "only a walk by key has it; set Size")
	}
}

// Overlap sets how long before since [Client.WalkUpdated] and
// [Client.WalkUpdatedPages] begin; the default is 5 minutes, and 0 switches the
// overlap off. A negative Overlap, and Overlap in any other call, is
// ErrInvalidRequest. A second Overlap replaces the first.
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
