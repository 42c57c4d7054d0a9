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

// Params say what a pass reads. The zero value reads everything that the token
// sees.
type Params struct {
	// Stream names the checkpoint, with at most 128 bytes; "" is DefaultStream.
	// All that a token sees is one stream; where it is to see more than before,
	// another stream reads that.
	Stream string
	// From is where the copy begins: it has the transactions that were created or
	// changed from then on, and maybe some from the second before; zero is all. A
	// stream keeps the From that it was begun with: later passes may leave it zero,
	// a later one is ignored, and an earlier one is ErrInvalidRequest, because what
	// lies between would never be read. For that, begin another stream.
	From time.Time
	// Rewind is how late a row may become visible, by its lastModifiedDate, and
	// still be read: what was younger when it was asked for is read again by the
	// next pass. 0 is DefaultRewind; a negative one goes back no step, and loses what
	// is late. Reading again costs requests, and applies nothing twice. A higher
	// Rewind than before reaches further back only over what is read from then
	// on: how far back a pass can go is kept for the Rewind of the passes before.
	Rewind time.Duration
	// MaxPages bounds the pages that a pass reads, of up to 2000 rows each. 0 is
	// no bound. The next pass goes on. A pass goes beyond it while the next one
	// could only begin where this one has: within a second that fills pages, and
	// among rows that are stamped in the future.
	MaxPages int
	// OnPass is called by Loop after each pass, see there. RunOnce does not call it.
	OnPass func(Result, error)
}

// RunOnce makes one pass: it reads pages, stores each with the checkpoint in one
// commit, and ends when nothing more has come or after MaxPages.
//
// The first pass reads all transactions from Params.From on in the order of their
// last modification; if it is cut short, by an error or a kill, the next one goes
// on where it was. From then on a pass reads what has changed, and once more what
// was younger than Params.Rewind. Any number of processes may run passes over one
// stream: one of them gets each commit, and the others end with ErrFenced. What
// was committed before an error stays, and counts in the Result, which comes with
// the error.
//
// Its errors are ErrInvalidRequest, ErrFenced, ErrRejected, those of the walk
// (see transactions.Client.WalkUpdatedPages) and those of the store. Each request
// is repeated as transactions.Client.ListTransactions is; a commit is not
// repeated.
//
// Transactions API: GET /api/transactions
func RunOnce(ctx context.Context, c *transactions.Client, s Store, p Params) (Result, error) {
	return p.once(ctx, c, s)
}

// readFaults are what is wrong with what only this package's Params have.
func (p Params) readFaults() []string {
	if year := p.From.UTC().Year(); year < 1 || year > 9999 {
		return []string{"From: must be of the years 1 to 9999"}
	}
	return nil
}

// read reads from where the pass before has ended.
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

// walk stores page by page, and reports whether it has come to the end.
func (r *run) walk(ctx context.Context) (ended bool, err error) {
	since := r.state.Sweep.Next
	// A page is asked for as soon as the one before is there, so it shows what
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

// passed reports whether a walk that begins where page has ended gets further
// than one from since on. Walks begin at whole seconds, and a page with rows from
// the future ends at the present, as does every page behind it.
func passed(page *transactions.TransactionPage, since time.Time) bool {
	end := page.NextModified
	return end.Truncate(time.Second).After(since.Truncate(time.Second)) &&
		!slices.ContainsFunc(page.Transactions, func(t *transactions.Transaction) bool { return t.LastModifiedDate.After(end) }) &&
		!slices.ContainsFunc(page.Bad, func(b transactions.BadRow) bool {
			at, _ := wire.Time(syncer.Field(b.Raw, "lastModifiedDate"))
			return at.After(end)
		})
}

// state is what State holds.
type state struct {
	// From is what the stream was begun with: nothing before it was read.
	From  time.Time    `json:"from,omitzero"`
	Sweep syncer.Sweep `json:"sweep,omitzero"`
}

// open begins a stream, or goes on with it.
func (r *run) open() error {
	switch from := r.From.UTC(); {
	case r.at.State == "":
		r.state = state{From: from, Sweep: syncer.Start(from)}
	case !from.IsZero() && from.Before(r.state.From):
		return invalid(fmt.Sprintf("From: stream %q was begun with %s, a later time", r.Stream, r.state.From.Format(time.RFC3339Nano)))
	}
	return nil
}

// settled is the latest version of a row that is committed with s: the time up to
// which everything is read for good. Whatever is read later has changed later,
// and so has a version that is not lower, also where a row was stamped in the
// future. Where s does not tell, it is the present.
func (s state) settled() time.Time {
	if s.Sweep.Safe.IsZero() {
		return time.Now()
	}
	return s.Sweep.Safe
}

// lag is the age of the point that was read up to.
func (s state) lag(now time.Time) time.Duration { return s.Sweep.Lag(now) }

// backfill reports whether the first pass still reads.
func (s state) backfill() bool { return s.Sweep.First }
