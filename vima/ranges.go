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

// MaxRanges is how many ranges a walk by ranges may have open, and how many
// workers it may have.
const MaxRanges = 64

// rangeMargin is by how much the times of operations and the order of their create
// ids may disagree.
const rangeMargin = 10 * time.Minute

// OperationRange is a part of the stream of new operations. One worker reads it,
// by the create cursor and without a date.
type OperationRange struct {
	// Day is the collector's day whose first operation the range begins behind.
	// It is zero where the range begins elsewhere.
	Day Date `json:"day,omitzero"`
	// After is the create cursor that the range goes on behind; "" is the beginning
	// of the stream.
	After string `json:"after,omitzero"`
	// Until is the create cursor of the operation that the next range begins behind.
	// The range ends once it has delivered that operation; "" is the end of the
	// stream.
	Until string `json:"until,omitzero"`
}

// OperationRanges is how far a walk by ranges has come. The zero value is a walk
// that has not begun. A caller that stores it beside the rows of each page, for
// example as JSON, can take the walk up again.
type OperationRanges struct {
	// Next is the next day whose first operation may divide ranges.
	Next Date `json:"next,omitzero"`
	// First is the create cursor that the walk began behind; "" is the beginning of
	// the stream.
	First string `json:"first,omitzero"`
	// Open are the ranges that have not ended, in the order of their cursors. They
	// are at most MaxRanges.
	Open []OperationRange `json:"open,omitzero"`
	// Tail is what comes behind all of them, and is not read. Its Until is "".
	Tail OperationRange `json:"tail,omitzero"`
}

// RangesParams say what a walk by ranges reads.
type RangesParams struct {
	// Select limits the walk by Project and Status, and Count sets the rows of a
	// page. Dates, cursors and Descending are refused.
	Select ListOperationsParams
	// From is the first UTC day: no operation that was created on it or later, by
	// OperationCreatedAt, is left out. Operations from before From come too, of up
	// to a month where the collector has none on the days before From. Zero is
	// everything. A walk that At takes up needs the From that it was begun with.
	From Date
	// Until is the time behind which nothing divides ranges: operations that may
	// still become visible late are in Ranges.Tail of the last page. Zero is a
	// day and ten minutes ago.
	Until time.Time
	// Workers is how many requests are under way at a time, 1 to MaxRanges; 0 is 1.
	Workers int
	// At takes up a walk where Ranges of a page says that it was. The number of
	// workers may be another one.
	At OperationRanges
}

// OperationPagesByRange walks the stream of new operations from a day on, by
// several workers: for a first copy of a long history, whose pace latency sets. The
// walk can be taken up where it was, after a kill too.
//
// The first operation that the collector lists on a day divides two ranges. The
// zone and the ends of the collector's days are unproven, and so is that it heeds a
// date at all. Therefore a date only proposes where to divide: workers walk by the
// create cursor without one. A range ends when it delivers the operation that the
// next range begins behind. Where that operation does not come, the range goes on
// through the next one. Days whose first operation does not lie behind the one
// before divide nothing. So no operation is left out, whatever a day is. At worst
// one worker reads everything.
//
// Each page belongs to one range, and Date is the Day of that range. Pages of a
// range come in order, and ranges in any order. OperationPage.Ranges is where the
// walk is with that page and those before: store it with the page to go on later.
// The walk holds at most one page per worker. It reads up to the last division that
// is not younger than Until. The last page has no rows, and its Ranges say where that
// division is: OperationPages goes on from there, with Tail.After as AfterCreateID.
//
// In all else the walk behaves like OperationPages. Prefetch has no effect: the
// next page of each range is asked for while the caller works. The first error ends
// every walk. ErrPaginationStalled is also an answer without operations in a range
// whose last operation is still listed.
//
// Vima API: GET /operation
func (c *Client) OperationPagesByRange(ctx context.Context, p RangesParams, opts ...CallOption) iter.Seq2[*OperationPage, error] {
	call := newCall(opts)
	if faults := append(p.faults(), call.faults...); len(faults) > 0 {
		return paginate.Fail[*OperationPage](invalid(faults...))
	}
	if p.Until.IsZero() {
		p.Until = time.Now().Add(-24*time.Hour - rangeMargin)
	}
	last := DateOf(p.Until)
	if p.From.Compare(last) > 0 { // it divides nothing, and proves that the walk does not begin too late
		last = p.From
	}
	return paginate.Deliver(c.ranges(ctx, p, last, time.Time{}, call), call.capture)
}

func (p RangesParams) faults() []string {
	faults := problems.List(p.Select.walkFaults())
	faults.If(p.Select.dated() || p.Select.AfterCreateID != "" || p.Select.AfterUpdateID != "",
		"Select: a walk by ranges sets dates and cursors itself")
	faults.If(!p.From.IsZero() && !p.From.valid(), "From: must be a day of the calendar")
	faults.If(p.Workers < 0 || p.Workers > MaxRanges, "Workers: must be 1 to 64, or 0 for 1")
	return append(faults, p.At.faults()...)
}

// oldestNext keeps what was tampered with from asking for each day since the year 1.
const oldestNext = 1990

func (r OperationRanges) faults() []string {
	var faults problems.List
	begun := !r.Next.IsZero()
	faults.If(!begun && (r.First != "" || r.Tail != OperationRange{} || len(r.Open) > 0), "At: must have Next")
	faults.If(begun && (!r.Next.valid() || r.Next.Year < oldestNext), "At.Next: must be a day of the calendar from 1990 on")
	faults.If(r.First != "" && !decimalID(r.First), "At.First: must be decimal digits or empty")
	faults.If(r.Tail.After != "" && !decimalID(r.Tail.After) || r.Tail.Until != "", "At.Tail: After must be decimal digits or empty, and Until empty")
	faults.If(len(r.Open) > MaxRanges, "At.Open: must have at most 64 ranges")
	for i, open := range r.Open {
		faults.If(open.After != "" && !decimalID(open.After), "At.Open: After must be decimal digits or empty")
		faults.If(!decimalID(open.Until) || CompareCursors(open.Until, r.Tail.After) > 0, "At.Open: Until must be decimal digits and not above Tail.After")
		faults.If(i > 0 && CompareCursors(open.Until, r.Open[i-1].Until) <= 0, "At.Open: must be in ascending order")
	}
	return faults
}

// ranges walks p up to the last division of day last. With an end it then goes on
// to operations that were created a margin after end.
func (c *Client) ranges(ctx context.Context, p RangesParams, last Date, end time.Time, call *callOptions) iter.Seq2[delivery, error] {
	return func(yield func(delivery, error) bool) {
		within, cancel := context.WithCancel(ctx)
		w := &rangeWalk{client: c, call: call, RangesParams: p, ctx: within, outer: ctx, last: last, end: end}
		w.results = make(chan fetched, MaxRanges)
		defer func() {
			cancel()
			for ; w.running > 0; w.running-- {
				<-w.results
			}
		}()
		if err := w.open(); err != nil {
			yield(delivery{}, w.hide(err))
			return
		}
		w.run(yield)
	}
}

// dated reports whether p has dates.
func (p ListOperationsParams) dated() bool {
	return !p.Date.IsZero() || !p.From.IsZero() || !p.To.IsZero()
}

// snapshot is where the walk is.
func (w *rangeWalk) snapshot() OperationRanges {
	at := w.At
	at.Open = nil
	for _, s := range w.spans {
		if s.Until != "" {
			at.Open = append(at.Open, s.OperationRange)
		}
	}
	return at
}

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
