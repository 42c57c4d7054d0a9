package vimasync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/payclients/payclients-go/internal/syncer"
	"github.com/payclients/payclients-go/vima"
)

// Params say what a pass reads. The zero value reads everything, one request after
// the other.
type Params struct {
	// Stream names the checkpoint, with at most 128 bytes; "" is DefaultStream.
	// One project, or all of them, is one stream.
	Stream string
	// Project limits the stream to the operations of one project; "" is all. A
	// stream keeps the project that it was begun with.
	Project string
	// Rewind is how late a row may become visible, by the collector's times of
	// the rows, and still be read: each pass begins that far before the highest
	// cursor. 0 is DefaultRewind; a negative one goes back no step, and loses
	// what is late, and all that comes after a row whose cursor is far too high.
	// Reading again costs requests, and applies nothing twice. A higher Rewind
	// than before reaches further back only over what is read from then on: how
	// far back a pass can go is kept for the Rewind of the passes before.
	Rewind time.Duration
	// MaxPages bounds the pages that a pass reads of each of the two streams, new
	// operations and changes. 0 is no bound. The next pass goes on.
	//
	// In a first pass by ranges it counts the pages of all ranges and of what is
	// behind them together.
	MaxPages int
	// From is the first UTC day of the copy, by OperationCreatedAt; it is not after
	// today. The first pass stores the operations that were created on it or later.
	// Those from before are stored when they change. Zero is everything. A stream
	// keeps the From that it was begun with: later passes may leave it zero, and
	// another one is ErrInvalidRequest. Begin another stream then.
	From vima.Date
	// Workers is how many requests of the first pass are under way at a time, 1 to
	// 64; 0 is 1. Later passes, and the part of the first one that is younger than a
	// day and Rewind, make one request after the other. It may change from pass to
	// pass. More workers do not raise a rate limit of the client.
	Workers int
	// OnPass is called by Loop after each pass, see there. RunOnce does not call it.
	OnPass func(Result, error)
}

// RunOnce makes one pass: it reads pages, stores each with the checkpoint in one
// commit, and ends when nothing more has come or after MaxPages.
//
// The first pass reads all operations in the order of their creation; if it is
// cut short, by an error or a kill, the next one goes on where it was. With From or
// Workers it reads by ranges, see the package doc: a kill then costs a page a worker. From then
// on a pass reads new operations and then changes. Any number of processes may
// run passes over one stream: one of them gets each commit, and the others end
// with ErrFenced. What was committed before an error stays, and counts in the
// Result, which comes with the error. Where new operations cannot be read on
// because the newest row has no create cursor, changes are read all the same and
// the error, vima.ErrPaginationStalled, comes at the end.
//
// Its errors are ErrInvalidRequest, ErrFenced, ErrRejected, those of the walk
// (see vima.Client.OperationPages) and those of the store. Each request is
// repeated as vima.Client.ListOperations is; a commit is not repeated.
//
// Vima API: GET /operation
func RunOnce(ctx context.Context, c *vima.Client, s Store, p Params) (Result, error) {
	return p.once(ctx, c, s)
}

// readFaults are what is wrong with what only this package's Params have.
func (p Params) readFaults() []string {
	var faults []string
	if len(p.Project) > 256 {
		faults = append(faults, "Project: must have at most 256 bytes")
	}
	faults = append(faults, p.fromFaults()...)
	if p.Workers < 0 || p.Workers > vima.MaxRanges {
		faults = append(faults, fmt.Sprintf("Workers: must be 1 to %d, or 0 for 1", vima.MaxRanges))
	}
	return faults
}

// read reads new operations and then changes.
func (r *run) read(ctx context.Context) error {
	s := &r.state
	r.result.RewoundTo = s.rewoundTo(r.Rewind)
	alone := !s.Created.Open && !s.Changed.Open && !s.Created.Ended && !s.Changed.Ended && s.Ranges == nil
	if s.empty() && s.Ranges == nil && (s.From != "" || r.Workers > 1) {
		begun, err := r.start(ctx)
		switch {
		case err != nil:
			return err
		case !begun:
			return r.end(ctx, true, alone)
		}
	}
	// A newest row without its create cursor must not hide changes.
	cut, stalled := r.news(ctx)
	switch {
	case cut:
		return r.end(ctx, false, false)
	case stalled != nil && (s.empty() || !errors.Is(stalled, vima.ErrPaginationStalled)):
		return stalled
	}
	s.Bootstrapped = s.Bootstrapped || s.Created.Ended && !s.empty()
	if s.Bootstrapped || stalled != nil {
		if err := r.follow(ctx, changed(), r.MaxPages); err != nil {
			return syncer.Both(stalled, err)
		}
	}
	caughtUp := stalled == nil && s.Created.Ended && (s.Changed.Ended || s.empty())
	if caughtUp {
		s.Created.Ended, s.Changed.Ended = false, false
	}
	return syncer.Both(stalled, r.end(ctx, caughtUp, alone))
}

// news reads new operations: by ranges, where a first pass does so, and then what is
// behind them. It reports true where ranges have used up MaxPages.
func (r *run) news(ctx context.Context) (cut bool, err error) {
	left := r.MaxPages
	if r.state.Ranges != nil {
		pages, ended, err := r.ranges(ctx)
		if left -= pages; err != nil || !ended || left == 0 && r.MaxPages > 0 {
			return err == nil, err
		}
		left = max(left, 0)
	}
	return false, r.follow(ctx, created(), left)
}

// follow walks one stream from where it is, to its end or for most pages; 0 is no
// bound.
func (r *run) follow(ctx context.Context, s stream, most int) error {
	t := s.track(&r.state)
	t.begin(r.Rewind)
	for pages := 0; t.Open && (most == 0 || pages < most); {
		n, err := r.walk(ctx, s, t, most-pages)
		if err != nil {
			return err
		}
		pages += n
	}
	return nil
}

// walk stores page by page, most of them at most where most is above zero. It
// ends early where the page's own next cursor is not the one that was stored: a
// row claims a cursor after which nothing would ever come.
func (r *run) walk(ctx context.Context, s stream, t *track, most int) (pages int, err error) {
	p := vima.ListOperationsParams{Project: r.Project}
	s.after(&p, t.Scan)
	// A page is asked for as soon as the one before is there, so it shows what
	// was visible when the last but one was stored.
	asked, stored := time.Now(), time.Now()
	for page, err := range r.client.OperationPages(ctx, p, vima.Prefetch(1)) {
		if err != nil {
			return pages, err
		}
		before := t.Scan
		rows, bad := usable(page)
		s.read(t, rows, bad, asked, r.Rewind)
		if r.state.empty() {
			r.state.Changed = startChanges(rows, bad, asked, r.Rewind)
		}
		astray := vima.CompareCursors(s.next(page), t.Scan) != 0
		if astray && t.Scan == before {
			t.finish()
		}
		if err := r.commit(ctx, Change{Rows: r.wanted(s, rows), Bad: bad}); err != nil {
			return pages, err
		}
		r.result.Pages++
		if pages++; astray || pages == most {
			return pages, nil
		}
		asked, stored = stored, time.Now()
	}
	t.finish()
	return pages, nil
}
