package vimasync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/payclients/payclients-go/internal/syncer"
	"github.com/payclients/payclients-go/vima"
)

// Params are the arguments of a pass, see [RunOnce]. The zero value reads everything,
// one request after the other. RunOnce and Loop refuse a field that breaks a rule
// below, with ErrInvalidRequest.
type Params struct {
	// Stream is the name of the checkpoint, where passes go on: at most 128 bytes of
	// UTF-8 without NUL. "" means DefaultStream. One stream holds either one project
	// or all projects.
	Stream string
	// Project limits the stream to the operations of one project, at most 256 bytes;
	// "" means all projects. A stream keeps the Project of its first pass: a later
	// pass with another Project, "" included, returns ErrInvalidRequest.
	Project string
	// Rewind is the longest delay, between the time in a row and the moment when the
	// collector shows the row, with which no row is missed. 0 means DefaultRewind.
	// Each pass begins at rows that are Rewind older than the newest row read
	// before, and reads again from there. A row that appears later than Rewind may
	// be missed. Reading again costs requests and stores nothing twice.
	//
	// With a negative Rewind a pass reads nothing again and may miss every row that
	// appears late. If one row has a cursor that is far too high, later passes then
	// miss all rows with lower cursors. Passes store only the cursors that their own
	// Rewind needs. So a higher Rewind than before reaches back only to what is read
	// from then on.
	Rewind time.Duration
	// MaxPages limits the pages that a pass reads, separately for each of the two
	// streams: MaxPages pages of new operations, and MaxPages pages of changes. The
	// next pass goes on. 0 means no limit; a negative number is refused. In a first
	// pass with From or several Workers, the limit for new operations holds for the
	// pages of all workers in sum.
	MaxPages int
	// From is the first UTC day of the copy, by OperationCreatedAt; a day after
	// today is refused. The first pass stores the operations that were created on
	// From or later. Older operations are stored when they change. Zero means
	// everything. A stream keeps the From of its first pass. Later passes may leave
	// From zero; any other day than the first From returns ErrInvalidRequest, and so
	// does any day if the first From was zero. To begin elsewhere, use another
	// Stream.
	From vima.Date
	// Workers is the number of requests of the first pass that run at the same time,
	// 1 to 64; 0 means 1. An exception are the operations of the last 24 hours plus
	// Rewind: the first pass reads them with one request after the other, and so do
	// later passes with all operations. Workers may change from pass to pass. More
	// workers do not raise the client's rate limit.
	Workers int
	// OnPass gets the Result and the error of each pass of [Loop]; the error is nil
	// for a pass that succeeded. It also gets errors of the lease of Loop, with a
	// zero Result. The next pass waits until OnPass has returned. Calls never
	// overlap, but may come from different goroutines. With a nil OnPass, Loop logs
	// errors through slog.Default. RunOnce does not call OnPass.
	OnPass func(Result, error)
}

// RunOnce makes one pass: it reads pages from the collector, from the checkpoint of
// p.Stream on, and stores each page with the new checkpoint in one commit. It returns
// at the end of the list or after p.MaxPages. The zero p reads everything, one
// request after the other. c and s must not be nil.
//
// The first pass stores all operations, or with p.From the operations that were
// created on this day or later. It reads in one of two ways:
//
//   - By default it reads page after page, in the order of creation.
//   - With p.From, or with p.Workers above 1, it divides the list into ranges and
//     reads them with p.Workers requests at the same time. Without p.Workers it has
//     one worker, which reads page after page. See "What a pass reads" at the top of this package's
//     documentation.
//
// It then reads the operations that have changed meanwhile. If p.MaxPages, an error
// or a kill ends the first pass early, the next pass goes on after the last commit.
// With ranges, a kill loses at most one page per worker, which the next pass requests
// again. After the first pass, each pass first reads new operations and then reads
// changed operations.
//
// Several processes may run passes over the same p.Stream. If two try the same
// commit, one succeeds. In the other process RunOnce returns ErrFenced; this process
// may call RunOnce again. What was committed before an error stays, and counts in the
// [Result] that is returned with the error.
//
// If the last row of a page of new operations has no operation_create_id, the pass
// may be unable to read the next page. It still reads changes, and then returns vima.ErrPaginationStalled. The
// next pass tries again.
//
// ErrInvalidRequest means that c or s is nil, or that a field of p breaks a rule of
// [Params]; nothing is sent. ErrRejected means that the pass has read rows that
// cannot be stored, see Result.Rejected. The pass stores all other rows and returns
// ErrRejected when it ends, joined with another error if there is one. The other
// errors are ErrFenced, the errors of vima.Client.OperationPages,
// vima.Client.OperationPagesByRange and of the store, and an error for a checkpoint
// that does not decode. Each request is retried as vima.Client.ListOperations is; a
// commit is not retried.
//
// Vima API: GET /operation
func RunOnce(ctx context.Context, c *vima.Client, s Store, p Params) (Result, error) {
	return p.once(ctx, c, s)
}

// readProblems returns what is wrong with the fields that only this package's Params
// have.
func (p Params) readProblems() []string {
	var problems []string
	if len(p.Project) > 256 {
		problems = append(problems, "Project: must have at most 256 bytes")
	}
	problems = append(problems, p.fromProblems()...)
	if p.Workers < 0 || p.Workers > vima.MaxRanges {
		problems = append(problems, fmt.Sprintf("Workers: must be 1 to %d, or 0 for 1", vima.MaxRanges))
	}
	return problems
}

// read reads new operations and then changes, and makes the last commit. Its errors
// come from the requests and from the store.
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

// news reads new operations: in a first pass by ranges the ranges, and then what
// comes after them. It returns true if MaxPages is used up before all ranges were
// read. Its errors come from the requests and from the store.
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

// follow reads one stream from where it is to its end, or at most most pages; 0 means
// all pages. Its errors come from the requests and from the store.
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

// walk reads and stores page by page, at most most pages if most is above zero, and
// returns the number of stored pages. It returns early if the page's own next cursor
// is not the stored one: then a row claims a cursor after which nothing would ever
// come. The errors of walk come from the requests and from the store.
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
