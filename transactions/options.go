package transactions

import (
	"time"
)

type ownCallOptions struct {
	pageSize int            // 0 is the default
	overlap  *time.Duration // nil is the default
}

// PageSize says how many transactions a walk by key asks for at a time, 1 to
// 2000. The default is 2000. It is refused where the parameters have a Size.
func PageSize(n int) CallOption {
	return func(o *callOptions) {
		if n < 1 || n > maxSize {
			o.faults = append(o.faults, "PageSize: must be 1 to 2000")
		}
		o.pageSize = n
		o.restrict("PageSize", n != 0, "only a walk by key has it; set Size")
	}
}

// Overlap says how long before since [Client.WalkUpdated] begins, 0 or more. The
// default is 5 minutes. It is refused in other calls.
func Overlap(d time.Duration) CallOption {
	return func(o *callOptions) {
		if d < 0 {
			o.faults = append(o.faults, "Overlap: must not be negative")
		}
		o.overlap = &d
		o.restrict("Overlap", true, "only WalkUpdated has it")
	}
}

const defaultOverlap = 5 * time.Minute
