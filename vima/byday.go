package vima

import (
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/wire"
)

// OperationPagesByDay walks the operations of the UTC days from from to to, both
// included, by several workers: for a backfill, whose pace latency sets. The days
// are those of OperationCreatedAt. The collector's own days, whose zone and ends are
// unproven, only propose where workers begin: see OperationPagesByRange, which this
// walk is. An operation without OperationCreatedAt belongs to the day of the one before
// it, or to the day in whose range it comes.
//
// A page holds operations of one day, which Date names. Days come in any order. The
// pages of a day come in the order of the create cursor, except for operations that
// the collector created after the first one of the next day: these come in a page of
// their own, at any time. Sort pages by Date and NextCreateID to have all operations
// in order. The walk holds at most one page per worker. In all else it behaves like
// OperationPages. Prefetch has no effect: the walk asks for the next page of each
// range while the caller works. The first error ends every walk.
//
// workers is 1 to 64. p must not have dates or cursors of its own.
//
// Vima API: GET /operation
func (c *Client) OperationPagesByDay(ctx context.Context, from, to Date, workers int, p ListOperationsParams, opts ...CallOption) iter.Seq2[*OperationPage, error] {
	call := newCall(opts)
	faults := problems.List(append(p.walkFaults(), call.faults...))
	faults.If(!from.valid(), "from: must be a day of the calendar")
	faults.If(!to.valid(), "to: must be a day of the calendar")
	faults.If(from.Compare(to) > 0, "from: must not be after to")
	faults.If(workers < 1 || workers > MaxRanges, "workers: must be 1 to 64")
	faults.If(p.dated(), "Date, From, To: a walk by day sets the days itself")
	faults.If(p.AfterCreateID != "" || p.AfterUpdateID != "", "AfterCreateID, AfterUpdateID: do not go with a walk by day")
	if len(faults) > 0 {
		return paginate.Fail[*OperationPage](invalid(faults...))
	}
	ranges := c.ranges(ctx, RangesParams{Select: p, From: from, Workers: workers}, to, to.AddDays(1).Time(), call)
	return paginate.Deliver(byDay(ranges, from, to), call.capture)
}

// byDay parts the pages of ranges by the days of their operations.
func byDay(ranges iter.Seq2[delivery, error], from, to Date) iter.Seq2[delivery, error] {
	return func(yield func(delivery, error) bool) {
		for d, err := range ranges {
			if err != nil {
				yield(delivery{}, err)
				return
			}
			for _, page := range d.Page.byDay() {
				if page.Date.Compare(from) < 0 || page.Date.Compare(to) > 0 {
					continue
				}
				if !yield(delivery{Page: page, Answer: d.Answer}, nil) {
					return
				}
			}
		}
	}
}

// byDay returns a page for each day that p has rows of, in the order of days.
func (p *OperationPage) byDay() []*OperationPage {
	days := map[Date]*OperationPage{}
	day := p.Date
	of := func(created time.Time) *OperationPage {
		if !created.IsZero() {
			day = DateOf(created)
		}
		if days[day] == nil {
			days[day] = &OperationPage{Date: day}
		}
		return days[day]
	}
	for o, b := range paginate.InOrder(p.Operations, p.Bad, func(b BadRow) int { return b.Index }) {
		if o != nil {
			page := of(o.OperationCreatedAt)
			page.Operations = append(page.Operations, o)
			continue
		}
		text, _ := wire.Field(b.Raw, "operation_created_at")
		created, _ := wire.Time(text)
		page := of(created)
		page.Bad = append(page.Bad, *b)
	}
	pages := slices.SortedFunc(maps.Values(days), func(a, b *OperationPage) int { return a.Date.Compare(b.Date) })
	for _, page := range pages {
		page.NextCreateID, page.NextUpdateID = page.highest(createID, ""), page.highest(updateID, "")
	}
	return pages
}
