package transactionssync

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/payclients/payclients-go/internal/syncer"
	"github.com/payclients/payclients-go/internal/wire"
	"github.com/payclients/payclients-go/transactions"
)

// Params are the arguments of a pass, see [RunOnce]. The zero value reads everything
// that the token sees. RunOnce and Loop refuse a field that breaks a rule below, with
// ErrInvalidRequest.
type Params struct {
	// Stream is the name of the checkpoint, where passes go on: at most 128 bytes of
	// UTF-8 without NUL. "" means DefaultStream. All transactions that a token sees
	// are one stream. If the token later sees transactions that it did not see
	// before, this Stream misses the older ones of these: use another Stream to read
	// them.
	Stream string
	// From is where the copy begins: it has the transactions that were created or
	// changed at From or later, and perhaps some from the second before. Zero means
	// everything. From must be in the years 1 to 9999. A stream keeps the From of
	// its first pass. Later passes may leave From zero. They ignore a later From,
	// and return ErrInvalidRequest for an earlier From, because what lies between
	// would never be read. To begin earlier, use another Stream.
	From time.Time
	// Rewind is the longest delay, between the lastModifiedDate of a row and the
	// moment when the service shows the row, with which no row is missed. 0 means
	// DefaultRewind. Each pass reads again the rows whose lastModifiedDate was less
	// than Rewind old when the previous pass requested them, by this machine's
	// clock. A row that appears later than Rewind may be missed. Reading again costs
	// requests and stores nothing twice.
	//
	// With a negative Rewind a pass reads nothing again and may miss every row that
	// appears late. The Rewind of the previous pass decides what a pass reads again.
	// So a changed Rewind acts one pass later, except that a negative Rewind acts at
	// once.
	Rewind time.Duration
	// MaxPages limits the pages that a pass reads, of up to 2000 rows each. The next
	// pass goes on. 0 means no limit; a negative number is refused. A pass reads
	// more pages than MaxPages in two cases, because the next pass would otherwise
	// begin at the same place again:
	//
	//   - All pages so far are of the second at which the pass began.
	//   - A page has a row with a time in the future.
	MaxPages int
	// OnPass, if it is not nil, is called by [Loop] after each pass, with the Result
	// and the error of the pass, nil if it succeeded. Loop calls it from one
	// goroutine or another, never twice at the same time, and begins the next pass
	// after OnPass has returned. Without OnPass, Loop logs errors through
	// slog.Default. OnPass also gets errors of the lease, with a zero Result.
	// RunOnce does not call OnPass.
	OnPass func(Result, error)
}

// RunOnce makes one pass: it reads pages from the service, starting at the checkpoint
// of p.Stream, and stores each page with the new checkpoint in one commit. It returns
// at the end of the list or after p.MaxPages. The zero p reads everything that the
// token sees. c and s must not be nil.
//
// The first pass reads the transactions that were created or changed at p.From or
// later, in the order of their last modification. If p.MaxPages, an error or a kill
// ends the pass early, the next pass goes on after the last commit. After the first
// pass, each pass reads what has changed. It also reads again the rows whose
// LastModifiedDate was less than p.Rewind old when the previous pass requested them.
//
// Several processes may run passes over the same p.Stream. If two try the same
// commit, one succeeds. In the other process RunOnce returns ErrFenced; this process
// may call RunOnce again. What was committed before an error stays, and counts in the
// [Result] that is returned with the error.
//
// ErrInvalidRequest means that c or s is nil, or that a field of p breaks a rule of
// [Params]; nothing is sent. ErrRejected means that the pass has read rows that do
// not decode. The pass stores all other rows and returns ErrRejected when it ends,
// joined with another error if there is one. The other errors are ErrFenced, the
// errors of transactions.Client.WalkUpdatedPages and of the store, and an error for a
// checkpoint that does not decode. Each request is retried as
// transactions.Client.ListTransactions is; a commit is not retried.
//
// Transactions API: GET /api/transactions
func RunOnce(ctx context.Context, c *transactions.Client, s Store, p Params) (Result, error) {
	return p.once(ctx, c, s)
}

// readProblems returns what is wrong with the fields that only this package's Params
// have.
func (p Params) readProblems() []string {
	if year := p.From.UTC().Year(); year < 1 || year > 9999 {
		return []string{"From: must be of the years 1 to 9999"}
	}
	return nil
}

// read reads from where the pass before has ended, and makes the last commit. Its
// errors come from the requests and from the store.
func (r *run) read(ctx context.Context) error {
	sweep := &r.state.Sweep
	alone := !sweep.Open
	sweep.Begin(r.Rewind)
	ended, err := r.walk(ctx)
	if err != nil {
		return err
	}
	if ended {
		sweep.End()
	}
	return r.end(ctx, ended, alone)
}

// walk reads and stores page by page. It returns true at the end of the stream,
// false after MaxPages. Its errors come from the requests and from the store.
func (r *run) walk(ctx context.Context) (ended bool, err error) {
	since := r.state.Sweep.Next
	// A page is requested as soon as the page before is there, so it shows what
	// was visible when the last but one was stored.
	asked, stored := time.Now(), time.Now()
	for page, err := range r.client.WalkUpdatedPages(ctx, since, transactions.Filter{}, transactions.Overlap(0), transactions.Prefetch(1)) {
		if err != nil {
			return false, err
		}
		r.state.Sweep.Advance(page.NextModified, asked, r.Rewind)
		if err := r.commit(ctx, Change{Rows: page.Transactions, Bad: page.Bad}); err != nil {
			return false, err
		}
		r.result.Pages++
		if r.MaxPages > 0 && r.result.Pages >= r.MaxPages && passed(page, since) {
			return false, nil
		}
		asked, stored = stored, time.Now()
	}
	return true, nil
}

// passed reports whether an iteration that begins where page has ended gets further
// than an iteration from since on. Iterations begin at whole seconds, and a page
// with rows from the future ends at the present, as does every page after it.
func passed(page *transactions.TransactionPage, since time.Time) bool {
	end := page.NextModified
	return end.Truncate(time.Second).After(since.Truncate(time.Second)) &&
		!slices.ContainsFunc(page.Transactions, func(t *transactions.Transaction) bool { return t.LastModifiedDate.After(end) }) &&
		!slices.ContainsFunc(page.Bad, func(b transactions.BadRow) bool {
			at, _ := wire.Time(syncer.Field(b.Raw, "lastModifiedDate"))
			return at.After(end)
		})
}

// state is the content of a State.
type state struct {
	// From is the time with which the stream began: nothing before it was read.
	From  time.Time    `json:"from,omitzero"`
	Sweep syncer.Sweep `json:"sweep,omitzero"`
}

// resume begins a stream or continues it. A From before the stream's own is
// ErrInvalidRequest.
func (r *run) resume() error {
	switch from := r.From.UTC(); {
	case r.at.State == "":
		r.state = state{From: from, Sweep: syncer.Start(from)}
	case !from.IsZero() && from.Before(r.state.From):
		return invalid(fmt.Sprintf("From: stream %q was begun with %s, a later time", r.Stream, r.state.From.Format(time.RFC3339Nano)))
	}
	return nil
}

// settled returns the time up to which everything is read for good, or the present if
// s does not have that time. It is the latest version of a row that is committed with
// s. A row that is read later has changed later, so its version is not lower, even if
// the row has a time in the future.
func (s state) settled() time.Time {
	if s.Sweep.Safe.IsZero() {
		return time.Now()
	}
	return s.Sweep.Safe
}

// lag returns the age of the point up to which everything was read, 0 if nothing
// was read yet.
func (s state) lag(now time.Time) time.Duration { return s.Sweep.Lag(now) }

// backfill reports whether the first pass is still reading history.
func (s state) backfill() bool { return s.Sweep.First }
