package vima

import (
	"context"
	"slices"
	"time"

	"github.com/payclients/payclients-go/internal/cause"
)

// rangeWalk reads ranges. Requests run on goroutines of their own, at most Workers
// at a time; everything else happens on the caller's goroutine.
type rangeWalk struct {
	RangesParams
	client     *Client
	call       *callOptions
	ctx, outer context.Context //nolint:containedctx // the walk lives within one range statement
	last       Date            // the last day that may divide ranges
	end        time.Time       // see Client.ranges

	spans   []*span
	asked   Date                            // the next day to request
	firsts  map[Date]answer[*OperationPage] // first operations of days whose turn has not come
	ending  bool                            // the range after all divisions is open
	running int                             // requests that run
	results chan fetched
	ready   []delivery
}

// span is an open range.
type span struct {
	OperationRange
	walker  walker
	running bool
	seen    []between // what other ranges have yielded of this one
	led     bool      // the operation at Until was yielded already
}

// between are the create cursors above after, up to and including until.
type between struct{ after, until string }

// first is the operation of an answer with the lowest create id.
type first struct {
	id      string    // "" if no row has one
	created time.Time // zero if unknown
}

// fetched is the answer to one request of a rangeWalk.
type fetched struct {
	span   *span // nil for the request of a day
	day    Date
	answer answer[*OperationPage]
	err    error
}

// open begins the walk, or resumes it from At. Its errors come from the requests of
// begin.
func (w *rangeWalk) open() error {
	w.firsts = map[Date]answer[*OperationPage]{}
	w.Workers = max(w.Workers, 1)
	if w.At.Next.IsZero() {
		if err := w.begin(); err != nil {
			return err
		}
	}
	for _, open := range w.At.Open {
		w.add(open)
	}
	w.asked = w.At.Next
	return nil
}

// begin finds where the first range begins: after an operation that is surely older
// than From. The collector's days before From only propose one; the operation's own
// time decides. Its errors come from these requests.
func (w *rangeWalk) begin() error {
	page, err := w.list(func(p *ListOperationsParams) { p.Count = 1 })
	if err != nil {
		return err
	}
	oldest := page.first()
	w.At.Next, w.At.From, w.ending = w.From, w.From, page.empty()
	switch {
	case page.empty() || w.From.IsZero() && oldest.created.IsZero(): // nothing to count days from
		w.At.Next = w.last.AddDays(1)
		return nil
	case oldest.created.IsZero():
		return nil
	}
	w.At.Tail.Day = DateOf(oldest.created)
	if w.From.IsZero() || !w.older(oldest.created) {
		w.At.Next = w.At.Tail.Day.AddDays(1)
		return nil
	}
	for back := 1; back <= longestLook; back++ {
		day := w.From.AddDays(-back)
		page, err := w.list(func(p *ListOperationsParams) { p.Date, p.Descending = day, true })
		if err != nil {
			return err
		}
		if !page.of(day) { // the collector does not heed a date: begin at the beginning
			return nil
		}
		if begin := page.first(); w.older(begin.created) {
			w.At.Next, w.At.First, w.At.Tail = day.AddDays(1), begin.id, OperationRange{Day: day, After: begin.id}
			return nil
		}
	}
	return nil
}

// longestLook is the number of days before From on which begin looks for an
// operation, before the walk begins at the beginning of the stream.
const longestLook = 31

// older reports whether an operation is older than all of From, however much the
// order of create ids and of times may differ. An operation without a time is not.
func (w *rangeWalk) older(created time.Time) bool {
	return !created.IsZero() && created.Before(w.From.Time().Add(-rangeMargin))
}

// list sends one request with Select as change modifies it, and returns the page or
// the error of the request.
func (w *rangeWalk) list(change func(*ListOperationsParams)) (*OperationPage, error) {
	p := w.Select
	change(&p)
	a, err := w.client.list(w.ctx, p, w.call)
	return a.Result, err
}

// run yields pages until every range has ended.
func (w *rangeWalk) run(yield func(delivery, error) bool) {
	for {
		w.dispatch()
		if w.running == 0 {
			yield(delivery{Page: &OperationPage{Ranges: w.snapshot()}}, nil)
			return
		}
		f := <-w.results
		w.running--
		if err := w.take(f); err != nil {
			yield(delivery{}, w.hide(err))
			return
		}
		w.dispatch() // the next page is on its way while the caller works
		for ; len(w.ready) > 0; w.ready = w.ready[1:] {
			w.ready[0].Page.Ranges = w.snapshot()
			if !yield(w.ready[0], nil) {
				return
			}
		}
	}
}

// hide removes the cause of the caller's context from err: requests run under a
// context derived from it.
func (w *rangeWalk) hide(err error) error { return cause.Hide(w.outer, cause.Hide(w.ctx, err)) }

// dispatch sends as many requests as there are free workers: first the next pages
// of open ranges, then the days that may divide further ranges.
func (w *rangeWalk) dispatch() {
	for _, s := range w.spans {
		if w.running < w.Workers && !s.running {
			s.running = true
			p := w.Select
			p.AfterCreateID = s.walker.after
			w.send(fetched{span: s}, p)
		}
	}
	waiting := w.days()
	for w.running < w.Workers && len(w.spans)+waiting < w.Workers && w.asked.Compare(w.last) <= 0 {
		p := w.Select
		p.Date, p.Count = w.asked, 1
		w.send(fetched{day: w.asked}, p)
		w.asked = w.asked.AddDays(1)
		waiting++
	}
	if !w.end.IsZero() && !w.ending && w.At.Next.Compare(w.last) > 0 {
		w.ending = true
		w.add(w.At.Tail)
		w.dispatch()
	}
}

// days returns the number of days that were requested and have not divided anything
// yet.
func (w *rangeWalk) days() int {
	n := 0
	for day := w.At.Next; day.Compare(w.asked) < 0; day = day.AddDays(1) {
		n++
	}
	return n
}

// send sends a request on a goroutine of its own; the answer comes through results.
func (w *rangeWalk) send(f fetched, p ListOperationsParams) {
	w.running++
	go func() {
		f.answer, f.err = w.client.list(w.ctx, p, w.call)
		w.results <- f
	}()
}

// add opens a range, as the last one.
func (w *rangeWalk) add(r OperationRange) *span {
	s := &span{OperationRange: r, walker: walker{stream: createID, asked: w.Select.count(), after: r.After}}
	w.spans = append(w.spans, s)
	return s
}

// take processes an answer. Pages to be yielded are then in ready. It returns the
// error of the request, or ErrPaginationStalled.
func (w *rangeWalk) take(f fetched) error {
	switch {
	case f.err != nil:
		return f.err
	case f.span == nil:
		w.firsts[f.day] = f.answer
		w.divide()
		return nil
	case !slices.Contains(w.spans, f.span): // another range has gone on through it
		return nil
	}
	f.span.running = false
	return w.advance(f.span, f.answer)
}

// divide opens a range up to the first operation of each day whose turn has come.
func (w *rangeWalk) divide() {
	for {
		day := w.At.Next
		a, there := w.firsts[day]
		if !there {
			return
		}
		delete(w.firsts, day)
		at := a.Result.first()
		w.At.Next = day.AddDays(1)
		switch {
		case CompareCursors(at.id, w.At.Tail.After) > 0 && w.settled(at):
			open := w.At.Tail
			open.Until = at.id
			s := w.add(open)
			w.At.Tail = OperationRange{Day: day, After: at.id}
			if s.led = w.inOrder(); s.led {
				a.Result.keep(func(id string) bool { return CompareCursors(id, at.id) == 0 })
				w.deliver(a)
			}
		case w.At.First != "" && (!a.Result.of(day) || CompareCursors(at.id, w.At.First) <= 0 && !at.created.Before(w.From.Time())):
			w.beginAtTheBeginning()
		}
	}
}

// beginAtTheBeginning also reads what comes before the first range. It is needed
// where the operation after which the first range begins was not older than From:
// the collector heeds no date, or create ids do not rise with time.
func (w *rangeWalk) beginAtTheBeginning() {
	w.add(OperationRange{Until: w.At.First})
	w.At.First = ""
	last := len(w.spans) - 1
	w.spans = append(w.spans[last:], w.spans[:last]...)
}

// settled reports whether everything before an operation is surely visible.
func (w *rangeWalk) settled(at first) bool {
	if w.Until.IsZero() {
		return true
	}
	inID, ok := CursorTime(at.id)
	young := ok && inID.After(w.Until) && !inID.After(time.Now())
	return !young && !at.created.IsZero() && !at.created.After(w.Until)
}

// advance processes a page of a range. It returns ErrPaginationStalled where the
// range leads no further.
func (w *rangeWalk) advance(s *span, a answer[*OperationPage]) error {
	page, asked := a.Result, s.walker.after
	ended := w.reach(s, page)
	more, err := s.walker.advance(page)
	if err != nil {
		return err
	}
	if !more {
		return w.dry(s)
	}
	s.After = s.walker.after
	if ended {
		w.remove(s)
	}
	page.keep(func(id string) bool { return id == "" || !s.has(id) && !(ended && s.behind(id)) })
	page.Date, page.NextCreateID = s.Day, page.highest(createID, asked)
	if !page.empty() {
		w.deliver(a)
	}
	return nil
}

// deliver adds a page to ready.
func (w *rangeWalk) deliver(a answer[*OperationPage]) {
	w.ready = append(w.ready, delivery{Page: a.Result, Answer: a.Response})
}

// inOrder reports whether the first operation of a range is yielded before all
// others of the range, in the answer that found it, and not with the range before.
func (w *rangeWalk) inOrder() bool { return !w.end.IsZero() }

// reach reports whether a range ends with a page. A range that has passed its end
// without meeting it goes on through the next range.
func (w *rangeWalk) reach(s *span, page *OperationPage) bool {
	highest := page.highest(createID, s.walker.after)
	for s.Until != "" && CompareCursors(highest, s.Until) > 0 && !page.holds(s.Until) {
		if !w.through(s, highest) {
			return true
		}
	}
	if s.Until != "" {
		return page.holds(s.Until)
	}
	return slices.ContainsFunc(page.Operations, func(o *Operation) bool {
		return !o.OperationCreatedAt.Before(w.end.Add(rangeMargin))
	})
}

// through makes a range end where the next range ends, and records what the next
// range has yielded already. It returns false if everything after the range has
// ended.
func (w *rangeWalk) through(s *span, highest string) bool {
	i := slices.Index(w.spans, s) + 1
	tail := &w.At.Tail.After
	switch {
	case i < len(w.spans):
		next := w.spans[i]
		s.seen = append(append(s.seen, next.seen...), between{s.Until, next.After})
		s.Until, s.led = next.Until, next.led
		w.spans = slices.Delete(w.spans, i, i+1)
	case CompareCursors(*tail, s.Until) > 0: // the ranges between have ended
		s.seen = append(s.seen, between{s.Until, *tail})
		s.Until = *tail
	case w.ending:
		return false
	default: // what comes next has not begun: it begins where this range is
		*tail, s.Until, s.led = highest, highest, false
	}
	return true
}

// has reports whether another range has yielded the row of this one with this id.
func (s *span) has(id string) bool {
	return slices.ContainsFunc(s.seen, func(b between) bool {
		return CompareCursors(id, b.after) > 0 && CompareCursors(id, b.until) <= 0
	})
}

// behind reports whether the row with this id belongs to the ranges that follow.
func (s *span) behind(id string) bool {
	c := CompareCursors(id, s.Until)
	return s.Until != "" && (c > 0 || c == 0 && s.led)
}

// dry ends a range after an empty page. For a range with an Until it requests
// whether the last operation of the range is still listed: then the empty page was
// wrong, and dry returns ErrPaginationStalled. Other errors come from that request.
func (w *rangeWalk) dry(s *span) error {
	w.remove(s)
	if s.Until == "" {
		return nil
	}
	page, err := w.list(func(p *ListOperationsParams) { p.AfterCreateID, p.Count = cursorBefore(s.Until), 2 })
	if err == nil && CompareCursors(page.highest(createID, ""), s.Until) >= 0 {
		err = s.walker.stalled("leads no further, and there is " + s.Until)
	}
	return err
}

// remove closes a range.
func (w *rangeWalk) remove(s *span) {
	w.spans = slices.DeleteFunc(w.spans, func(other *span) bool { return other == s })
}
