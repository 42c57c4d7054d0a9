package ecommpaysync

import (
	"cmp"
	"context"
	"crypto/sha256"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/internal/cause"
	"github.com/payclients/payclients-go/internal/syncer"
)

// DefaultStep is how long an interval is where Params does not say.
const DefaultStep = 24 * time.Hour

// longestStep is a little less than what the service answers without throttling,
// because intervals overlap.
const longestStep = 179 * 24 * time.Hour

// Params say what a pass reads. The first pass of a stream needs From.
type Params struct {
	// Stream names the checkpoint, with at most 128 bytes; "" is DefaultStream.
	// Streams over the same table must not share operations: one for all
	// projects, or some with projects of their own.
	Stream string
	// From is where the copy begins: it has the operations that were updated at
	// or after it, and maybe some from the second before. It is cut to whole
	// seconds, and is from 1970 to now. A stream keeps the From that it was begun
	// with: later passes may leave it zero, a later one is ignored, and an earlier
	// one is ErrInvalidRequest, because what lies between would never be read. For
	// that, begin another stream, which may be of the same table once this one is
	// given up.
	From time.Time
	// ProjectIDs limit the stream to the operations of some projects, decimal; none
	// is all that the token reaches. Order and repeats do not matter. A stream
	// keeps the projects that it was begun with.
	ProjectIDs []string
	// Step is the longest interval of update time that is read at once: whole
	// seconds, up to 179 days; 0 is DefaultStep. An interval is one walk, which
	// begins anew after a failure. Take less where the service cannot answer for a
	// day in time, and more where From is long before the first operation.
	Step time.Duration
	// Rewind is how late an operation may become visible after its update and
	// still be read: what was younger when it was asked for is read again by the
	// next pass. 0 is DefaultRewind; a negative one goes back no step, and loses
	// what is late. Reading again costs requests, and applies nothing twice. A
	// higher Rewind than before reaches further back only over what is read from
	// then on: how far back a pass can go is kept for the Rewind of the passes
	// before.
	Rewind time.Duration
	// MaxPages bounds the pages, of at most 1000 operations each, that a pass
	// stores. 0 is no bound. The next pass goes on; see RunOnce for what becomes of
	// an interval that is cut off. One of a single second is read whole, however
	// many pages it has.
	MaxPages int
	// OnPass is told by Loop how each pass ended, also one that was fenced or that
	// the end of Loop's context cut off, and of trouble with the lease, with a
	// zero Result; one call at a time. Nil logs errors through slog.Default, but
	// for ErrFenced and what comes after that end. RunOnce does not call it.
	OnPass func(Result, error)
}

// RunOnce makes one pass: it reads interval after interval of update time, stores
// each page in one commit, and ends a few seconds before the present or after
// MaxPages.
//
// What is stored when a pass is cut short, by MaxPages, an error or a kill, stays.
// A page whose signature nobody can check, because a member holds half a surrogate
// pair or broken UTF-8 or a name repeats, costs the row that holds the member: the
// pass comes closer to that row by shorter intervals and then by shorter pages,
// rejects the answer that holds the row alone, and goes on. All other rows are stored.
//
// The interval that was under way is read again from its start, because an offset
// means nothing to another walk, and only half as long, down to a second; each
// interval that is read to its end lets the next one be twice as long, up to Step.
// So passes that are cut short again and again get on.
//
// Any number of processes may run passes over one stream: one of them gets each
// commit, and the others end with ErrFenced. They then begin the interval under
// way anew, so that Loop, where one works, is faster. What was committed before an
// error counts in the Result, which comes with the error.
//
// Its errors are ErrInvalidRequest, ErrFenced, ErrRejected, those of the walk
// (see ecommpay.Client.OperationPages) and those of the store. Each request is
// repeated as ecommpay.Client.ListOperations is; a commit is not repeated.
//
// ecommpay Data API: POST /operations/get
func RunOnce(ctx context.Context, c *ecommpay.Client, s Store, p Params) (Result, error) {
	p.Step = cmp.Or(p.Step, DefaultStep)
	p.ProjectIDs = slices.Compact(slices.Sorted(slices.Values(p.ProjectIDs)))
	return p.once(ctx, c, s)
}

// readFaults are what is wrong with what only this package's Params have.
func (p Params) readFaults() []string {
	var faults []string
	if !p.From.IsZero() && (p.From.Unix() < 0 || p.From.After(time.Now())) {
		faults = append(faults, "From: must be a time from 1970 to now")
	}
	faults = append(faults, projectFaults("ProjectIDs", p.ProjectIDs)...)
	if p.Step < 0 || p.Step > longestStep || p.Step%time.Second != 0 {
		faults = append(faults, "Step: must be whole seconds, 1 second to 179 days, or 0 for 24 hours")
	}
	return faults
}

func projectFaults(name string, ids []string) []string {
	if slices.ContainsFunc(ids, func(id string) bool {
		n, ok := syncer.Number(id)
		return !ok || strconv.FormatInt(n, 10) != id
	}) {
		return []string{name + ": must be decimal numbers; none at all is all of them"}
	}
	return nil
}

// read reads interval after interval.
func (r *run) read(ctx context.Context) error {
	sweep := &r.state.Sweep
	alone := !sweep.Open
	r.began = r.began.Add(-settle - time.Second) // an interval ends with a whole second
	sweep.Begin(r.Rewind)
	for sweep.Open && !r.full() {
		if err := r.interval(ctx); err != nil {
			return err
		}
	}
	return r.end(ctx, !sweep.Open, alone)
}

// full reports that the pass has stored MaxPages.
func (r *run) full() bool { return r.MaxPages > 0 && r.result.Pages >= r.MaxPages }

// interval reads the next interval, and ends the sweep with the last one.
func (r *run) interval(ctx context.Context) error {
	asked := time.Now().UTC().Truncate(time.Second)
	last, ok := r.state.begin(r.Step, asked)
	if ok {
		if ended, err := r.readable(ctx); err != nil || !ended {
			return err
		}
		r.state.close(r.Step, asked, r.Rewind)
	}
	if last {
		r.state.Sweep.End()
		return nil
	}
	return r.commit(ctx, Change{})
}

// readable walks the interval, past pages whose signature nobody can check: a
// member of a row holds odd bytes, for good. Shorter intervals come closer to that
// row, so the pass goes on with half of the interval; in a single second shorter
// pages come closer, until the row stands alone and is rejected. It reports false
// where the interval is not read to its end.
func (r *run) readable(ctx context.Context) (ended bool, err error) {
	rejected := map[[sha256.Size]byte]bool{}
	for offset, limit := 0, pageRows; ; {
		next, ended, err := r.walk(ctx, offset, limit)
		bad := unverifiable(err)
		if bad == nil && err == nil && limit == 1 && next > offset {
			offset = next // the odd row follows
			continue
		}
		if bad == nil {
			return ended, err
		}
		if !r.state.shortest() {
			r.state.shorten()
			return false, nil
		}
		if offset = next; limit > 1 {
			limit /= 2
			continue
		}
		digest := sha256.Sum256(bad.Body)
		if rejected[digest] { // whatever the offset
			return false, err
		}
		rejected[digest] = true
		if err := r.commit(ctx, Change{Bad: []ecommpay.BadRow{{Raw: bad.Body, Err: bad}}}); err != nil {
			return false, err
		}
		r.result.Pages++
		offset, limit = offset+1, pageRows
	}
}

// pageRows is how many rows a page has where the service has as many.
const pageRows = 1000

// walk stores the pages of the interval from an offset on, of limit rows each. It
// reports the offset behind the last of them, and false where MaxPages ends it.
func (r *run) walk(ctx context.Context, offset, limit int) (next int, ended bool, err error) {
	of := listing(interval(r.state.Sweep.Next, r.state.To), r.ProjectIDs)
	of.Offset, of.Limit, next = offset, limit, offset
	pages := r.client.OperationPages(ctx, of, ecommpay.Prefetch(1))
	if limit == 1 { // pages of a walk overlap, so they have two rows or more
		pages = func(yield func(*ecommpay.OperationPage, error) bool) { yield(r.client.ListOperations(ctx, of)) }
	}
	for page, err := range pages {
		switch {
		case unverifiable(err) != nil:
			return next, false, err
		case err != nil && r.at.Version > 0 && ctx.Err() == nil && tooLong(err):
			return next, false, syncer.Both(err, r.commit(ctx, Change{})) // the next pass asks for less
		case err != nil:
			return next, false, err
		case r.full() && !r.state.shortest():
			return next, false, nil
		}
		rows, bad := usable(page)
		if err := r.commit(ctx, Change{Rows: rows, Bad: bad}); err != nil {
			return next, false, err
		}
		r.result.Pages++
		next = page.NextOffset
	}
	return next, true, nil
}

// unverifiable returns the answer in err that nobody can verify, nil where there
// is none.
func unverifiable(err error) *ecommpay.SignatureError {
	if bad, ok := cause.Own[*ecommpay.SignatureError](err); ok && bad.Unverifiable {
		return bad
	}
	return nil
}

// tooLong reports whether there may be an answer for a shorter interval where
// there was none for this one. To be refused is no sign of that.
func tooLong(err error) bool {
	refused, ok := cause.Own[*ecommpay.Error](err)
	return !ok || refused.StatusCode >= http.StatusInternalServerError
}
