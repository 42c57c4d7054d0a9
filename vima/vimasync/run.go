package vimasync

import (
	"context"
	"errors"
	"time"

	"github.com/payclients/payclients-go/internal/syncer"
	"github.com/payclients/payclients-go/vima"
)

// Params say what a pass reads. The zero value reads everything.
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
	MaxPages int
	// OnPass is told by Loop how each pass ended, also one that was fenced or that
	// the end of Loop's context cut off, and of trouble with the lease, with a
	// zero Result; one call at a time. Nil logs errors through slog.Default, but
	// for ErrFenced and what comes after that end. RunOnce does not call it.
	OnPass func(Result, error)
}

// RunOnce makes one pass: it reads pages, stores each with the checkpoint in one
// commit, and ends when nothing more has come or after MaxPages.
//
// The first pass reads all operations in the order of their creation; if it is
// cut short, by an error or a kill, the next one goes on where it was. From then
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
	if len(p.Project) > 256 {
		return []string{"Project: must have at most 256 bytes"}
	}
	return nil
}

// read reads new operations and then changes.
func (r *run) read(ctx context.Context) error {
	s := &r.state
	alone := !s.Created.Open && !s.Changed.Open && !s.Created.Ended && !s.Changed.Ended
	// A newest row without its create cursor must not hide changes.
	stalled := r.follow(ctx, created())
	if stalled != nil && (s.empty() || !errors.Is(stalled, vima.ErrPaginationStalled)) {
		return stalled
	}
	s.Bootstrapped = s.Bootstrapped || s.Created.Ended && !s.empty()
	if s.Bootstrapped || stalled != nil {
		if err := r.follow(ctx, changed()); err != nil {
			return syncer.Both(stalled, err)
		}
	}
	caughtUp := stalled == nil && s.Created.Ended && (s.Changed.Ended || s.empty())
	if caughtUp {
		s.Created.Ended, s.Changed.Ended = false, false
	}
	return syncer.Both(stalled, r.end(ctx, caughtUp, alone))
}

// follow walks one stream from where it is, to its end or for MaxPages.
func (r *run) follow(ctx context.Context, s stream) error {
	t := s.track(&r.state)
	t.begin(r.Rewind)
	for pages := 0; t.Open && (r.MaxPages == 0 || pages < r.MaxPages); {
		n, err := r.walk(ctx, s, t, r.MaxPages-pages)
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
		if err := r.commit(ctx, Change{Rows: rows, Bad: bad}); err != nil {
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
