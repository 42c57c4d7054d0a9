package finikjournal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/poll"
)

// RunOnce makes one step of each payout that is due now (Entry.NextAt), and returns when
// these steps have ended. A step sends the payout (money moves), or reads its payment
// once. RunOnce is for a scheduler of the caller. It sends no payout of a closed account
// ([Journal.Pause], Params.Trip). The zero Params means the defaults. Any number of
// processes may call RunOnce at the same time. Once ctx ends, RunOnce begins no more
// steps, and requests under way may go on for Params.Grace.
//
// A refusal of the provider, or no answer, is stored as Entry.Cause and not returned:
// look at the states in the Result. With an error the Result still counts the steps that
// were made. The errors are:
//
//   - ErrInvalidRequest if c is nil or p is invalid.
//   - ErrOtherService if c has another base URL than the first client of the book
//     ([New]).
//   - ctx's error, and errors of the database.
//
// Finik API: POST /v2/recipient, POST /v2/payment, GET /v2/payments/{paymentId}
func (j *Journal) RunOnce(ctx context.Context, c *finik.Client, p Params) (Result, error) {
	w, err := j.hire(ctx, c, p)
	if err != nil {
		return Result{}, err
	}
	until, err := j.present(ctx)
	if err != nil {
		return Result{}, failure("run", err)
	}
	return w.ends(ctx, w.fill(ctx, until))
}

// Run sends payouts and reads their payments until no payout is in state Queued, Sending
// or Waiting any more, for a batch. Money moves. Run also waits for a later
// Payout.NotBefore. Run leaves payouts in state Held or Unknown for a person: see
// [Journal.Unsettled]. The zero Params means the defaults. Any number of processes may
// call Run at the same time.
//
// A nil error does not mean that all payouts were paid: the Result counts the states that
// this call has stored, also with an error. Once ctx ends, Run begins no more
// steps, and requests under way may go on for Params.Grace. The errors are:
//
//   - ErrStopped if every payout that is left is Queued or Sending, its account is closed
//     ([Journal.Pause], Params.Trip), and no process works on a payout.
//   - ErrInvalidRequest if c is nil or p is invalid.
//   - ErrOtherService if c has another base URL than the first client of the book
//     ([New]).
//   - ctx's error, and errors of the database.
//
// Finik API: POST /v2/recipient, POST /v2/payment, GET /v2/payments/{paymentId}
func (j *Journal) Run(ctx context.Context, c *finik.Client, p Params) (Result, error) {
	w, err := j.hire(ctx, c, p)
	if err != nil {
		return Result{}, err
	}
	for {
		if err := w.fill(ctx, 0); err != nil {
			return w.ends(ctx, err)
		}
		if moving, err := j.moving(ctx); err != nil || !moving {
			return w.ends(ctx, err)
		}
		if err := poll.Pause(ctx, w.Poll); err != nil {
			return w.ends(ctx, nil)
		}
	}
}

// Loop makes steps of the payouts that are due (Entry.NextAt), until ctx ends. Each step
// sends a payout or reads its payment, as [Journal.Step] describes. After a lost answer or a
// refusal a later step tries again, with the same TransactionID. Money moves. Every Params.Poll it looks for more payouts. Use Loop in a service.
// The zero Params means the defaults. Any number of processes may run Loop for one book
// ([New]). If a process is killed, others go on with its payouts.
//
// When ctx has ended, Loop begins no more steps. It waits for the steps under way and
// returns nil. It aborts their requests after Params.Grace, and still stores the results.
//
// Before the first step Loop returns ErrInvalidRequest if c is nil or p is invalid, and
// ErrOtherService if c has another base URL than the book's first client. There are no
// other errors: Loop reports an error of the database to Params.OnEvent, or to the log if
// OnEvent is nil, and goes on.
//
// A payout becomes unknown if the provider answers 409 (a payment with its TransactionID
// exists) and does not name the payment. Then only a webhook event or a person can settle
// the payout. The first time this happens, Loop logs a warning if no webhook event has
// ever been stored.
//
// Finik API: POST /v2/recipient, POST /v2/payment, GET /v2/payments/{paymentId}
func (j *Journal) Loop(ctx context.Context, c *finik.Client, p Params) error {
	w, err := j.hire(ctx, c, p)
	for ; err != nil; w, err = j.hire(ctx, c, p) {
		if errors.Is(err, ErrInvalidRequest) || errors.Is(err, ErrOtherService) {
			return err
		}
		if ctx.Err() != nil {
			break
		}
		p.tell(ctx, Event{Kind: EventTrouble, Err: err})
		_ = poll.Pause(ctx, p.withDefaults().Poll) // the loop asks ctx
	}
	if w == nil {
		return nil
	}
	w.warns = true
	for ctx.Err() == nil {
		if err := w.fill(ctx, 0); err != nil && ctx.Err() == nil {
			w.tell(ctx, Event{Kind: EventTrouble, Err: err})
		}
		_ = poll.Pause(ctx, w.Poll) // the loop asks ctx
	}
	w.group.Wait()
	return nil
}

// Step makes one step of one payout if the payout is due (Entry.NextAt), for the worker
// of the caller's own queue. It returns the payout after the step: look at Entry.State. A
// step either sends the payout (money moves), or reads its payment. c retries the
// requests of the step as it retries CreatePayment and GetPayment. The zero Params means
// the defaults.
//
// A payout that is not due, is in the state Held or Unknown, or has ended is returned
// unchanged. For a payout of a closed account ([Journal.Pause], Params.Trip) Step may
// check the recipient, but makes no payment.
//
// These are not errors of Step, but are stored as Entry.Cause: a refusal of the provider,
// no answer, the end of ctx during a request, and an error of the [Sealer]. What the end
// of ctx means depends on the request that ctx ends:
//
//   - POST /v2/recipient, the check of the recipient: the payout stays Queued.
//   - POST /v2/payment, which makes the payment: the payout is Sending, and a later step
//     repeats the request. If an answer named the payment before ctx ended, the payout is
//     Waiting, and a later step reads the payment.
//   - GET /v2/payments/{paymentId}, which reads the payment: the payout is Waiting, and a
//     later step reads the payment again.
//
// The errors are:
//
//   - ErrInvalidRequest if c is nil or p is invalid.
//   - ErrOtherService if c has another base URL than the first client of the book
//     ([New]).
//   - ErrNotFound if no payout has the reference.
//   - ErrBusy while another process works on the payout. Step then also returns the
//     payout. With every other error the Entry is zero.
//   - ctx's error if ctx ends while Step reads or writes the database, before Step makes
//     or reads the payment. No POST /v2/payment has then left in this step.
//   - Errors of the database. A request may have left whose result is not stored: a later
//     step repeats the request with the same TransactionID.
//
// Finik API: POST /v2/recipient, POST /v2/payment, GET /v2/payments/{paymentId}
func (j *Journal) Step(ctx context.Context, c *finik.Client, reference string, p Params) (Entry, error) {
	w, err := j.hire(ctx, c, p)
	if err != nil {
		return Entry{}, err
	}
	r, taken, err := j.claimOne(ctx, reference, w.lease())
	switch {
	case err != nil:
		return Entry{}, err
	case !taken && r.leased():
		return j.entry(r), fmt.Errorf("%w: %s", ErrBusy, reference)
	case !taken:
		return j.entry(r), nil
	}
	if err := w.step(ctx, r); err != nil {
		return Entry{}, failure("step", err)
	}
	return j.Get(context.WithoutCancel(ctx), reference)
}

// worker runs steps in this process.
type worker struct {
	Params
	j      *Journal
	client *finik.Client
	places chan struct{}
	group  sync.WaitGroup

	mu     sync.Mutex
	steps  int
	came   map[State]int // how many payouts came to a state
	failed error         // of the database, the first one
	warns  bool
}

// hire returns a worker. It fails with ErrInvalidRequest, with ErrOtherService, or with an
// error of the database.
func (j *Journal) hire(ctx context.Context, c *finik.Client, p Params) (*worker, error) {
	found := p.problems()
	found.If(c == nil, "c: must not be nil")
	if len(found) > 0 {
		return nil, invalid(found...)
	}
	if err := j.bindBook(ctx, c.String()); err != nil {
		return nil, err
	}
	p = p.withDefaults()
	return &worker{Params: p, j: j, client: c, places: make(chan struct{}, p.Workers), came: map[State]int{}}, nil
}

// fill starts steps of payouts that are due until none is left or ctx ends. It waits for
// free places, and not for the steps.
func (w *worker) fill(ctx context.Context, until int64) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case w.places <- struct{}{}:
		}
		free := 1 + cap(w.places) - len(w.places)
		for range free - 1 { // nobody else takes places
			w.places <- struct{}{}
		}
		got, err := w.j.claim(ctx, free, until, w.lease())
		for range free - len(got) {
			<-w.places
		}
		for _, r := range got {
			w.group.Go(func() { w.one(ctx, r) })
		}
		if err != nil || len(got) == 0 {
			return err
		}
	}
}

// one makes a step on its own goroutine. It aborts the requests Grace after the end of ctx.
func (w *worker) one(ctx context.Context, r *row) {
	defer func() { <-w.places }()
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(w.Grace, cancel) })
	defer stop()
	err := w.step(work, r)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.steps++
	if err != nil {
		if w.failed == nil {
			w.failed = failure("step", err)
		}
		w.tell(ctx, Event{Kind: EventTrouble, Entry: w.j.entry(r), Err: failure("step", err)})
	}
}

// ends waits for the steps under way and returns the result. The error is ctx's, else err,
// else the first one of a step.
func (w *worker) ends(ctx context.Context, err error) (Result, error) {
	w.group.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		err = fmt.Errorf("finikjournal: run: %w", ctx.Err())
	case err == nil:
		err = w.failed
	}
	return Result{
		Steps: w.steps, Paid: w.came[Paid], Failed: w.came[Failed], Waiting: w.came[Waiting],
		Queued: w.came[Queued] + w.came[Sending], Held: w.came[Held], Unknown: w.came[Unknown],
	}, err
}

// moved counts a payout that was stored in another state, and reports it to OnEvent.
func (w *worker) moved(ctx context.Context, r *row, before State) {
	w.mu.Lock()
	w.came[r.state]++
	w.mu.Unlock()
	w.tell(ctx, Event{Kind: EventMoved, Entry: w.j.entry(r), From: before, To: r.state, PaymentID: r.paymentID, Code: r.code})
	if w.warns && r.state == Unknown && r.code == 409 {
		w.j.warnOnce(context.WithoutCancel(ctx))
	}
}

// tell reports an event to OnEvent, or to the log.
func (p Params) tell(ctx context.Context, e Event) {
	switch {
	case p.OnEvent != nil:
		p.OnEvent(e)
	case e.Kind == EventUnstored:
		slog.Default().ErrorContext(ctx, "finikjournal: an answer could not be stored", slog.Any("payout", e.Entry), slog.String("to", string(e.To)),
			slog.String("payment_id", e.PaymentID), slog.Any("error", e.Err))
	case e.Kind == EventTrouble, e.Kind == EventTripped:
		slog.Default().WarnContext(ctx, "finikjournal: "+string(e.Kind), slog.Any("payout", e.Entry), slog.Int("code", e.Code), slog.Any("error", e.Err))
	}
}
