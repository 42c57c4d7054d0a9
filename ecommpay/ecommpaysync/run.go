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

// DefaultStep is used if Params.Step is 0: a pass reads the operations of at most
// 24 hours of update time at once.
const DefaultStep = 24 * time.Hour

// longestStep is a little less than the 180 days that the service answers without
// throttling, because intervals overlap.
const longestStep = 179 * 24 * time.Hour

// Params select what a pass reads, see [RunOnce]. The first pass of a stream must
// have From. RunOnce and Loop refuse a field that breaks a rule below, with
// ErrInvalidRequest.
type Params struct {
	// Stream is the name of the checkpoint, where passes go on: at most 128 bytes of
	// UTF-8 without NUL. "" means DefaultStream. Two streams that run over the same
	// table must not read the same operations: use one stream for all projects, or
	// several streams with different projects.
	Stream string
	// From is where the copy begins: it has the operations updated at or after From,
	// and perhaps some from the second before. From is cut to whole seconds and lies
	// between 1970 and now. It is required until the first commit of the stream,
	// which stores the checkpoint. The stream keeps this first From. Later passes
	// may leave From zero. They ignore a later From, and return ErrInvalidRequest
	// for an earlier From, because the time between would never be read.
	//
	// To go further back, stop this stream for good. Then begin another Stream with
	// an earlier From; it may use the same table.
	From time.Time
	// ProjectIDs limit the stream to these projects: decimal numbers from 0 to
	// 2^63-1 without leading zeros. Nil or empty means all projects that the token
	// reaches. Order and duplicates do not matter. A stream keeps the projects of
	// its first pass: a later pass with other projects returns ErrInvalidRequest.
	ProjectIDs []string
	// Step is the longest interval of update time that is read at once, in whole
	// seconds from 1 second to 179 days. 0 means DefaultStep. The pages of an
	// interval are one list, which is read from its start again after a failure. Use
	// a shorter Step if the service cannot answer for a day in time, and a longer
	// Step if From is long before the first operation.
	Step time.Duration
	// Rewind is the longest delay, between the update of an operation and the moment
	// when the service shows the update, with which no update is missed. 0 means
	// DefaultRewind. Each pass reads again the operations that were updated less
	// than Rewind before the previous pass requested them. An update that appears
	// later than Rewind may be missed. Reading again costs requests and stores
	// nothing twice.
	//
	// With a negative Rewind a pass reads nothing again and may miss every update
	// that appears late. The Rewind of the previous pass decides what a pass reads
	// again. So a changed Rewind acts one pass later, except that a negative Rewind
	// acts at once.
	Rewind time.Duration
	// MaxPages limits the pages, of at most 1000 operations each, that a pass
	// stores. 0 means no limit; a negative number is refused. The next pass goes on;
	// [RunOnce] says what happens to an interval that is cut off. An exception is an
	// interval of a single second: the pass reads all pages of that interval.
	MaxPages int
	// OnPass is called by [Loop] after each pass, with the pass's Result and its
	// error, nil if the pass succeeded. Calls may come from different goroutines but
	// never overlap, and the next pass waits until OnPass has returned. If OnPass is
	// nil, Loop logs errors through slog.Default. Loop also passes errors of its
	// lease, with a zero Result. RunOnce does not call OnPass.
	OnPass func(Result, error)
}

// RunOnce makes one pass: it reads operations by intervals of their update
// time, from the checkpoint of p.Stream on, and stores each page in one commit.
// The pass ends a few seconds before the present, or after p.MaxPages pages.
// Result.CaughtUp is true in the first case and false in the second; neither
// case is an error. The [Result] counts what was committed, also when RunOnce
// returns an error.
//
// If p.MaxPages, an error or a kill cuts the pass short, what was committed
// stays. The next pass reads the unfinished interval again from its first row,
// because the service's offsets hold for one list only. Rows that are stored
// already are not stored again; [Result] counts them as unchanged. If the cut
// pass has stored a page of the interval, the next pass shortens the interval
// to half its length, but at least a second. The time that is cut off becomes
// part of the interval after it. After each finished interval the pass doubles
// the length of the next interval, up to p.Step. Repeatedly interrupted passes
// therefore still advance.
//
// A row that does not decode, or whose operation_id is not a whole number from
// 0 to 2^63-1, goes into the table sync_rejects. The pass stores all other
// rows, goes on, and returns ErrRejected at the end.
//
// The signature of a page cannot be checked if a row holds half a surrogate
// pair, broken UTF-8, or two members of one name. To find this row, the pass
// shortens the interval, down to a second, and then the pages. It stores the
// answer that holds only this row in sync_rejects, goes on, and returns
// ErrRejected at the end.
//
// Several processes may run the same stream. If two try the same commit, one
// succeeds, and RunOnce returns ErrFenced in the other. The other process may
// call RunOnce again, which reads the unfinished interval from its start.
// [Loop], in which only one process works, is faster.
//
// The errors are:
//   - ErrInvalidRequest if c or s is nil, or p breaks a rule of [Params]
//   - ErrInvalidRequest for a zero p.From before the first commit of the
//     stream; later p.From may be zero
//   - ErrInvalidRequest if p contradicts the first pass of the stream: by an
//     earlier p.From that is not zero, or by other p.ProjectIDs
//   - ErrFenced and ErrRejected, as above; ErrRejected may be joined with
//     another error
//   - errors of ecommpay.Client.OperationPages
//   - errors of the store s, and an error for a checkpoint that does not decode
//
// With ErrInvalidRequest nothing is sent to ecommpay. Each request is retried
// as in ecommpay.Client.ListOperations; a commit is not retried.
//
// ecommpay Data API: POST /operations/get
func RunOnce(ctx context.Context, c *ecommpay.Client, s Store, p Params) (Result, error) {
	p.Step = cmp.Or(p.Step, DefaultStep)
	p.ProjectIDs = slices.Compact(slices.Sorted(slices.Values(p.ProjectIDs)))
	return p.once(ctx, c, s)
}

// readProblems returns what is wrong with the fields that only this package's
// Params has, nil if nothing is.
func (p Params) readProblems() []string {
	var problems []string
	if !p.From.IsZero() && (p.From.Unix() < 0 || p.From.After(time.Now())) {
		problems = append(problems, "From: must be a time from 1970 to now")
	}
	problems = append(problems, projectProblems("ProjectIDs", p.ProjectIDs)...)
	if p.Step < 0 || p.Step > longestStep || p.Step%time.Second != 0 {
		problems = append(problems, "Step: must be whole seconds, 1 second to 179 days, or 0 for 24 hours")
	}
	return problems
}

func projectProblems(name string, ids []string) []string {
	if slices.ContainsFunc(ids, func(id string) bool {
		n, ok := syncer.Number(id)
		return !ok || strconv.FormatInt(n, 10) != id
	}) {
		return []string{name + ": must be decimal numbers; none at all is all of them"}
	}
	return nil
}

// read reads interval after interval until the present or MaxPages. It returns
// errors of the walk and of the store.
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

// full reports whether the pass has stored MaxPages pages.
func (r *run) full() bool { return r.MaxPages > 0 && r.result.Pages >= r.MaxPages }

// interval reads the next interval. The last one ends the sweep. It returns
// errors of the walk and of the store.
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

// readable reads the interval, and gets past pages whose signature can never be
// checked. ended reports whether the interval was read to its end.
//
// At such a page readable shortens the interval and returns false, so that the
// pass comes closer to the bad row. In an interval of one second it halves the
// pages instead, until the row is alone in its answer and is rejected. err is
// another error of the walk, or an error of the store.
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
		if rejected[digest] { // the same page at another offset
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

// pageRows is how many rows a full page has.
const pageRows = 1000

// walk stores the pages of the interval from offset on, with limit rows each.
// next is the offset after the last stored page; ended is false if MaxPages
// stopped it. It returns errors of the walk and of the store.
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

// unverifiable returns the SignatureError in err whose signature can never be
// checked, nil if there is none.
func unverifiable(err error) *ecommpay.SignatureError {
	if bad, ok := cause.Own[*ecommpay.SignatureError](err); ok && bad.Unverifiable {
		return bad
	}
	return nil
}

// tooLong reports whether a shorter interval might succeed after err. It is false
// for a refusal below status 500.
func tooLong(err error) bool {
	refused, ok := cause.Own[*ecommpay.Error](err)
	return !ok || refused.StatusCode >= http.StatusInternalServerError
}
