package vimasync

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/payclients/payclients-go/internal/cause"
	"github.com/payclients/payclients-go/internal/syncer"
	"github.com/payclients/payclients-go/internal/wire"
	"github.com/payclients/payclients-go/vima"
)

// DefaultStream is the name of the stream where Params names none, and
// DefaultRewind how far a pass goes back where Params does not say.
const (
	DefaultStream = "default"
	DefaultRewind = 10 * time.Minute
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

// Result is what a pass did.
type Result struct {
	// Inserted, Updated and Unchanged count rows by what became of them in a
	// SQLStore, also one behind a Store of the caller's. An operation that was
	// read twice, as a new one and as a change, counts twice.
	Inserted, Updated, Unchanged int
	// Rejected are the different rows that could not be decoded or had no usable
	// id, those of the rewind window included each time.
	Rejected int
	Pages    int // that were stored
	// Lag is the age of the point that the pass has come to in the stream that is
	// further behind; 0 with CaughtUp, where the rows have no times, and where
	// the checkpoint could not be loaded: go by the error then, not by this.
	Lag time.Duration
	// CaughtUp tells that both streams were read to their ends: in this pass, or
	// under MaxPages in the passes since it was last true.
	CaughtUp bool
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
	if faults := p.faults(c, s); len(faults) > 0 {
		return Result{}, invalid(faults...)
	}
	p.Stream, p.Rewind = cmp.Or(p.Stream, DefaultStream), cmp.Or(p.Rewind, DefaultRewind)
	r := &run{Params: p, client: c, store: s, rejected: map[[sha256.Size]byte]bool{}}
	err := r.pass(ctx)
	r.result.Inserted, r.result.Updated, r.result.Unchanged = r.counts.Inserted, r.counts.Updated, r.counts.Unchanged
	r.result.Rejected = len(r.rejected)
	if !r.result.CaughtUp {
		r.result.Lag = r.state.lag(time.Now())
	}
	if n := len(r.rejected); n > 0 {
		err = syncer.Both(err, fmt.Errorf("%w: %d of stream %q", ErrRejected, n, p.Stream))
	}
	return r.result, err
}

func (p Params) faults(c *vima.Client, s Store) []string {
	faults := p.streamFaults()
	if c == nil {
		faults = append(faults, "c: must not be nil")
	}
	if sqlStore, ok := s.(*SQLStore); s == nil || ok && sqlStore == nil {
		faults = append(faults, "s: must not be nil")
	}
	return faults
}

func (p Params) streamFaults() []string {
	var faults []string
	if fault := syncer.StreamFault(p.Stream); fault != "" {
		faults = append(faults, fault)
	}
	if len(p.Project) > 256 {
		faults = append(faults, "Project: must have at most 256 bytes")
	}
	if p.MaxPages < 0 {
		faults = append(faults, "MaxPages: must not be negative")
	}
	return faults
}

// run is one pass.
type run struct {
	Params
	client   *vima.Client
	store    Store
	at       Checkpoint
	state    state
	result   Result
	counts   syncer.Counts
	rejected map[[sha256.Size]byte]bool
}

func (r *run) pass(ctx context.Context) (err error) {
	if r.at, err = r.store.Load(ctx, r.Stream); err != nil {
		return cause.Hide(ctx, err)
	}
	if err := r.open(); err != nil {
		return err
	}
	// A newest row without its create cursor must not hide changes.
	stalled := r.follow(ctx, created())
	if stalled != nil && (r.state.empty() || !errors.Is(stalled, vima.ErrPaginationStalled)) {
		return stalled
	}
	r.state.Bootstrapped = r.state.Bootstrapped || r.state.Created.Ended && !r.state.empty()
	if r.state.Bootstrapped || stalled != nil {
		if err := r.follow(ctx, changed()); err != nil {
			return syncer.Both(stalled, err)
		}
	}
	caughtUp := stalled == nil && r.state.Created.Ended && (r.state.Changed.Ended || r.state.empty())
	if caughtUp {
		r.state.Created.Ended, r.state.Changed.Ended = false, false
	}
	if err := r.commit(ctx, nil, nil); err != nil {
		return syncer.Both(stalled, err)
	}
	r.result.CaughtUp = caughtUp
	return stalled
}

func (r *run) open() error {
	if r.at.State != "" {
		if err := wire.Decode([]byte(r.at.State), &r.state); err != nil {
			return fmt.Errorf("vimasync: stream %q: the checkpoint's state does not decode: %w", r.Stream, err)
		}
		if r.state.Project != r.Project {
			return invalid(fmt.Sprintf("Project: stream %q was begun with %q", r.Stream, r.state.Project))
		}
	}
	r.state.Project = r.Project
	return nil
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
		if err := r.commit(ctx, rows, bad); err != nil {
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

// commit stores rows and the state that they lead to, unless both are as they
// were.
func (r *run) commit(ctx context.Context, rows []*vima.Operation, bad []vima.BadRow) error {
	for _, b := range bad {
		r.rejected[sha256.Sum256(b.Raw)] = true
	}
	text, err := wire.Encode(r.state)
	if err != nil {
		return fmt.Errorf("vimasync: stream %q: the state does not encode: %w", r.Stream, err)
	}
	next := State(text)
	if len(rows) == 0 && len(bad) == 0 && next == r.at.State || r.state.empty() {
		return nil
	}
	r.at, err = r.store.Commit(syncer.WithCounts(ctx, &r.counts), r.Stream, r.at, next, rows, bad)
	return cause.Hide(ctx, err)
}

// empty reports that nothing was read yet.
func (s state) empty() bool { return s.Changed.High == "" }

// lag is the age of the stream that is further behind.
func (s state) lag(now time.Time) time.Duration {
	seen := s.Created.Seen
	if t := s.Changed.Seen; s.Bootstrapped && !t.IsZero() && t.Before(seen) {
		seen = t
	}
	if seen.IsZero() {
		return 0
	}
	return max(0, now.Sub(seen))
}
