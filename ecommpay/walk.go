package ecommpay

import (
	"context"
	"iter"
	"time"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/transport"
)

const (
	// longInterval is what the service answers without throttling.
	longInterval = 180 * 24 * time.Hour
	// settleTime is how long after its end an interval may still change: clocks
	// differ, and rows may become visible late.
	settleTime   = time.Hour
	maxIntervals = 100_000
)

// OperationPages walks the pages of a list from p.Offset on, in the service's own
// order. From and To are needed. The walk is right while rows leave the interval,
// arrive and change place: every operation that is in the interval from start to
// end of the walk is delivered. One that is given twice is delivered once; one
// that changes is delivered again, also when it changes back. It keeps about 50
// bytes for each operation.
//
// The service pages by offset and selects by the time of the last update, so that
// an operation that is updated leaves a past interval, and all behind it move up.
// Each page therefore overlaps the one before (see [Overlap]) and is taken only if
// it begins with operations that were seen, else the walk steps back, to the start
// if need be. Let To be in the past: while an interval is not over, operations may
// keep coming in front of others. A walk that sees that starts over, four times at
// most, and then ends with ErrPaginationStalled; it might miss one that comes to
// the front in the very moment in which another one in front of it leaves.
//
// An interval of more than 180 days is walked in parts of 180 days, one after the
// other, because the service throttles longer ones; then Offset must be 0.
//
// The walk is lazy and starts over with each range. It ends at an empty page,
// never at a short one. At most one error comes, last, with a nil page: those of
// ListOperations, and ErrPaginationStalled where pages lead no further. Each
// request is repeated as ListOperations is.
//
// Rows that do not decode are in OperationPage.Bad, and the walk goes on.
//
// ecommpay Data API: POST /operations/get
func (c *Client) OperationPages(ctx context.Context, p ListOperationsParams, opts ...CallOption) iter.Seq2[*OperationPage, error] {
	call := newCall(opts)
	faults := p.walkFaults()
	var parts []Interval
	if len(faults) == 0 {
		parts = SplitInterval(p.From, p.To, longInterval)
	}
	if len(parts) > 1 && p.Offset != 0 {
		faults = append(faults, "Offset: does not go with an interval of more than 180 days")
	}
	return paginate.Deliver(c.operationWalk(p, parts, call, faults).pages(ctx), call.capture)
}

// AllOperations walks the operations of a list, as OperationPages does. A page
// with rows that do not decode gives its good ones and then ends the walk with
// *DecodeError; OperationPages leaves the choice to the caller.
//
// ecommpay Data API: POST /operations/get
func (c *Client) AllOperations(ctx context.Context, p ListOperationsParams, opts ...CallOption) iter.Seq2[*Operation, error] {
	return paginate.Flatten(c.OperationPages(ctx, p, opts...), func(page *OperationPage) ([]*Operation, error) {
		return page.Operations, undecodedRows(listOperations, page.Bad)
	})
}

// OperationPagesByInterval walks the operations from p.From to p.To by several
// workers with an interval of step each, as [SplitInterval] makes them: for a
// backfill, whose pace latency sets. Pages come in order within an interval and
// intervals in any order; OperationPage.Interval tells which. Intervals that
// ended less than an hour ago, or are not over, come last, one after the other:
// operations that are updated meanwhile move into them. At most one page a worker
// is held, and Prefetch more where it is asked for; the rest of the contract is
// that of OperationPages. The first error ends every walk.
//
// step is 1 second to 180 days, workers is 1 to 64, and p.Offset must be 0.
//
// ecommpay Data API: POST /operations/get
func (c *Client) OperationPagesByInterval(ctx context.Context, step time.Duration, workers int, p ListOperationsParams, opts ...CallOption) iter.Seq2[*OperationPage, error] {
	call := newCall(opts)
	faults := problems.List(append(p.walkFaults(), call.faults...))
	faults.If(step < time.Second || step > longInterval || step%time.Second != 0, "step: must be whole seconds, 1 second to 180 days")
	faults.If(workers < 1 || workers > 64, "workers: must be 1 to 64")
	faults.If(p.Offset != 0, "Offset: does not go with a walk by intervals")
	faults.If(len(faults) == 0 && seconds(p.To).Sub(seconds(p.From))/step >= maxIntervals, "step: must make at most 100000 intervals")
	if len(faults) > 0 {
		return paginate.Fail[*OperationPage](invalid(faults...))
	}
	parts := SplitInterval(p.From, p.To, step)
	return func(yield func(*OperationPage, error) bool) {
		over := 0
		for settled := time.Now().Add(-settleTime); over < len(parts) && parts[over].To.Before(settled); {
			over++
		}
		first := paginate.Parallel(ctx, workers, over, func(ctx context.Context, i int) iter.Seq2[delivery, error] {
			return c.operationWalk(p, parts[i:i+1], call, nil).pages(ctx)
		})
		for _, walk := range []iter.Seq2[delivery, error]{first, c.operationWalk(p, parts[over:], call, nil).pages(ctx)} {
			for page, err := range paginate.Deliver(walk, call.capture) {
				if !yield(page, err) || err != nil {
					return
				}
			}
		}
	}
}

func (p ListOperationsParams) walkFaults() []string {
	faults := p.faults()
	if p.From.IsZero() && p.To.IsZero() {
		faults = append(faults, "From, To: a walk needs them")
	}
	if p.Limit == 1 {
		faults = append(faults, oneRow)
	}
	return faults
}

// delivery is a page with the answer that it came in.
type delivery = paginate.Delivery[*OperationPage, transport.Response]

func (c *Client) operationWalk(p ListOperationsParams, parts []Interval, call *callOptions, faults []string) walk[Operation, OperationPage] {
	return walk[Operation, OperationPage]{
		client: c, call: call, faults: faults, parts: parts, start: p.Offset, limit: p.limit(),
		request: func(of Interval, offset int) request {
			part := p
			part.From, part.To = of.From, of.To
			return part.request(offset)
		},
		decode: decodeRows[Operation],
		page:   operationPage,
		key:    "operation_id",
		id:     func(o *Operation) (string, []byte) { return o.OperationID, o.Raw },
	}
}
