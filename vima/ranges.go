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

// MaxRanges is the highest number of open ranges, and of workers, of
// OperationPagesByRange.
const MaxRanges = 64

// rangeMargin is by how much the order of create ids may differ from the order of
// the operations' times.
const rangeMargin = 10 * time.Minute

// OperationRange is a part of the stream of new operations. One worker reads a
// range, by the create cursor and without a date.
type OperationRange struct {
	// Day is roughly the day at which the range begins: the collector's day, which
	// may differ from the UTC day. Use Day to show progress, not to select
	// operations. Zero means that the day is unknown.
	Day Date `json:"day,omitzero"`
	// After is the create cursor after which the range goes on; "" is the beginning
	// of the stream.
	After string `json:"after,omitzero"`
	// Until is the create cursor of the last operation of the range: the range ends
	// once it has yielded that operation, and the next range begins after it. "" is
	// the end of the stream.
	Until string `json:"until,omitzero"`
}

// OperationRanges is the progress of OperationPagesByRange. Store it beside the rows
// of each page, for example as JSON, to resume the iteration later. The zero value is
// an iteration that has not begun.
//
// The last page of an iteration, which has no rows, says that the iteration has
// finished. If you resume from its Ranges, the new iteration reads up to borders that
// have become old enough since, and ends with a page without rows.
type OperationRanges struct {
	// Next is the next day whose first operation may become the border of a range.
	// Zero means that the iteration has not begun; all other fields are then zero
	// too.
	Next Date `json:"next,omitzero"`
	// From is RangesParams.From of the iteration; zero means from the first operation.
	From Date `json:"from,omitzero"`
	// First is the create cursor after which the iteration began; "" is the
	// beginning of the stream.
	First string `json:"first,omitzero"`
	// Open are the ranges that have not ended, at most MaxRanges, in the order of
	// their cursors.
	Open []OperationRange `json:"open,omitzero"`
	// Tail is what comes after all open ranges and is not read yet. Its Until is
	// "".
	Tail OperationRange `json:"tail,omitzero"`
}

// RangesParams are the arguments of OperationPagesByRange, which refuses an invalid
// value with ErrInvalidRequest.
type RangesParams struct {
	// Select limits the operations by Project and Status; Count is the number of
	// rows of a page. Dates, cursors and Descending are refused.
	Select ListOperationsParams
	// From is the first UTC day: no operation that was created on From or later, by
	// OperationCreatedAt, is left out. Some older operations are yielded too: the
	// iteration begins after an operation from before From, which it looks for on
	// the 31 days before From. If it finds none there, or if From is zero, it begins
	// at the first operation of all. To resume with At, set the same From as before:
	// another From than At.From is refused, because operations would be left out. If
	// At.From is zero, no operation is left out, and any From is accepted.
	From Date
	// Until limits the iteration: no operation that was created after Until becomes
	// the border of a range, because operations before a young one may still become
	// visible late. Zero means 24 hours and 10 minutes ago. A time in the future is allowed,
	// and costs a request for each day up to it. The operations after the last
	// border are not read. To read them, call OperationPages with Ranges.Tail.After
	// of the last page as AfterCreateID.
	Until time.Time
	// Workers is the number of requests that run at the same time, 1 to MaxRanges;
	// 0 means 1. Other numbers are refused.
	Workers int
	// At resumes an iteration from the Ranges of a page. The zero value starts from
	// the beginning. The number of workers may differ from before. An At that no
	// page can have is refused.
	At OperationRanges
}

// OperationPagesByRange iterates over all pages (pagination) of the stream of new
// operations from the day p.From on, with p.Workers requests at the same time. Use it
// for a first copy of a long history, where latency limits the speed. The zero p
// begins at the first operation of all and uses one worker. With p.At the iteration
// resumes an earlier one, also after a kill.
//
// The stream is divided into ranges, which the workers read at the same time. The
// first operation that the collector lists on a day becomes the border between two
// ranges. It becomes a border only if all of these hold:
//
//   - It comes after the border of the days before.
//   - Its OperationCreatedAt is known and is not after p.Until.
//   - The time in its create id, see [CursorTime], is not after p.Until. A create id
//     without a time that can be read meets this condition, and so does a create id
//     whose time is in the future.
//
// Where the collector's days begin, and whether it selects by a date at all, is
// unproven. Therefore a date only proposes a border, and workers read by the create
// cursor without a date. A range ends when it yields the operation at its border. If
// that operation does not come, the range also reads the next range, and leaves out
// the operations that the next range has yielded already. After a resume with p.At,
// these operations may come a second time. So no operation is left out, wherever the
// collector's days begin. At worst one worker reads everything.
//
// Each page belongs to one [OperationRange], and the page's Date is the Day of this
// range. Pages of one range come in order. Pages of different ranges come in any
// order. OperationPage.Ranges is the progress, this page included: store it together
// with the rows of the page, and pass it as p.At to resume. At most one page per
// worker is in memory.
//
// The iteration reads up to the last border; a zero p.Until means 24 hours and 10
// minutes ago. Then comes the last page, which has no rows. Without any border the
// last page is the only one. To read the operations after the last border, pass
// Ranges.Tail.After of the last page to OperationPages as AfterCreateID.
//
// In all else OperationPagesByRange behaves like OperationPages: lazy, restartable,
// with the same retries, and with at most one error, as its last value, with a nil
// page. An error stops every worker. After an empty page before the border of a
// range, one more request asks whether the collector still lists the operation at the
// border. If it does, the error is ErrPaginationStalled. Otherwise the range ends.
// [Prefetch] has no effect: each worker requests the next page of its range while the
// loop body works.
//
// p.Workers must be 1 to 64, or 0 for 1. p.Select must not have a date, a cursor or
// Descending. p.From must be a day of the calendar or zero. If a field breaks one of
// these rules or another rule of [RangesParams], ErrInvalidRequest is the only value,
// before anything is sent.
//
// Vima API: GET /operation
func (c *Client) OperationPagesByRange(ctx context.Context, p RangesParams, opts ...CallOption) iter.Seq2[*OperationPage, error] {
	call := newCall(opts)
	if found := append(p.problems(), call.problems...); len(found) > 0 {
		return paginate.Fail[*OperationPage](invalid(found...))
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

// problems returns what is wrong with p, by field and rule.
func (p RangesParams) problems() []string {
	found := problems.List(p.Select.walkProblems())
	found.If(p.Select.dated() || p.Select.AfterCreateID != "" || p.Select.AfterUpdateID != "",
		"Select: OperationPagesByRange sets dates and cursors itself")
	found.If(!p.From.IsZero() && !p.From.valid(), "From: must be a day of the calendar")
	found.If(!p.At.From.IsZero() && p.From != p.At.From, "From: must be "+p.At.From.String()+", the day with which the iteration in At began")
	found.If(p.Workers < 0 || p.Workers > MaxRanges, "Workers: must be 1 to 64, or 0 for 1")
	return append(found, p.At.problems()...)
}

// oldestNext is the earliest year of At.Next: an altered At must not request each
// day since the year 1.
const oldestNext = 1990

// problems returns what is wrong with r, which the caller has stored.
func (r OperationRanges) problems() []string {
	var found problems.List
	begun := !r.Next.IsZero()
	found.If(!begun && (!r.From.IsZero() || r.First != "" || r.Tail != OperationRange{} || len(r.Open) > 0), "At: must have Next")
	found.If(begun && (!r.Next.valid() || r.Next.Year < oldestNext), "At.Next: must be a day of the calendar from 1990 on")
	found.If(!r.From.IsZero() && !r.From.valid(), "At.From: must be a day of the calendar")
	found.If(r.First != "" && !decimalID(r.First), "At.First: must be decimal digits or empty")
	found.If(r.Tail.After != "" && !decimalID(r.Tail.After) || r.Tail.Until != "", "At.Tail: After must be decimal digits or empty, and Until empty")
	found.If(len(r.Open) > MaxRanges, "At.Open: must have at most 64 ranges")
	for i, open := range r.Open {
		found.If(open.After != "" && !decimalID(open.After), "At.Open: After must be decimal digits or empty")
		found.If(!decimalID(open.Until) || CompareCursors(open.Until, r.Tail.After) > 0, "At.Open: Until must be decimal digits and not above Tail.After")
		found.If(i > 0 && CompareCursors(open.Until, r.Open[i-1].Until) <= 0, "At.Open: must be in ascending order")
	}
	return found
}

// ranges iterates over p up to the last division of day last. With a non-zero end
// it then goes on to the operations created rangeMargin after end.
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

// dated reports whether p has a date.
func (p ListOperationsParams) dated() bool {
	return !p.Date.IsZero() || !p.From.IsZero() || !p.To.IsZero()
}

// snapshot returns the progress of the walk.
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

// OperationPagesByDay iterates over all pages (pagination) of the UTC days from
// firstDay to lastDay, both included, with several workers. Use it for a backfill,
// where latency limits the speed. OperationCreatedAt decides the day of an operation.
// p selects by Project and Status, and p.Count is the number of rows that a request
// asks for. The zero p selects all operations of the days.
//
// The days by which the collector lists operations may differ from UTC days. The
// collector's days only decide where each worker begins to read. So no operation is
// left out: see OperationPagesByRange, which OperationPagesByDay builds on.
//
// An operation without OperationCreatedAt counts to the day of the last operation
// before it, in the same answer of the collector, that has a time. If none of the
// earlier operations of the answer has a time, the operation counts to the day at
// which its worker's range begins.
//
// A page holds operations of one day, the page's Date. Pages of different days come
// in any order. The pages of a day come in the order of the create cursor, with one
// exception. An operation may have a higher create cursor than the first operation of
// the next day. Such operations come in pages of their own: before, between or after
// the other pages of their day. Sort pages by Date and NextCreateID to have all
// operations in order.
//
// In all else OperationPagesByDay behaves like OperationPages: lazy, restartable,
// with the same retries, and with at most one error, as its last value, with a nil
// page. An error stops every worker. At most one page per worker is in memory.
// [Prefetch] has no effect: each worker requests the next page of its range while the
// loop body works.
//
// workers must be 1 to 64. p must have neither dates, nor cursors, nor Descending.
// firstDay and lastDay must be days of the calendar, and firstDay must not be after
// lastDay. Otherwise ErrInvalidRequest is the only value, before anything is sent.
//
// Vima API: GET /operation
func (c *Client) OperationPagesByDay(ctx context.Context, firstDay, lastDay Date, workers int, p ListOperationsParams, opts ...CallOption) iter.Seq2[*OperationPage, error] {
	call := newCall(opts)
	found := problems.List(append(p.walkProblems(), call.problems...))
	found.If(!firstDay.valid(), "firstDay: must be a day of the calendar")
	found.If(!lastDay.valid(), "lastDay: must be a day of the calendar")
	found.If(firstDay.Compare(lastDay) > 0, "firstDay: must not be after lastDay")
	found.If(workers < 1 || workers > MaxRanges, "workers: must be 1 to 64")
	found.If(p.dated(), "Date, From, To: OperationPagesByDay sets the days itself")
	found.If(p.AfterCreateID != "" || p.AfterUpdateID != "", "AfterCreateID, AfterUpdateID: do not go with OperationPagesByDay")
	if len(found) > 0 {
		return paginate.Fail[*OperationPage](invalid(found...))
	}
	ranges := c.ranges(ctx, RangesParams{Select: p, From: firstDay, Workers: workers}, lastDay, lastDay.AddDays(1).Time(), call)
	return paginate.Deliver(byDay(ranges, firstDay, lastDay), call.capture)
}

// byDay splits the pages of ranges by the days of their operations and drops the
// days outside from and to.
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
