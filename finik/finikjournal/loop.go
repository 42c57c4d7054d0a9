package finikjournal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/payclients/payclients-go/finik"
)

// RunOnce takes each payout that is due one step, in this process, for a scheduler of the
// caller's: it sends it, or looks at its payment once. It returns when these steps have
// ended. Any number of processes may do so at a time. When ctx ends no more payouts are
// taken, and those under way get Params.Grace.
//
// An error of the provider is no error here: the payout has it as its cause, and is due
// again later. The errors are ErrInvalidRequest, ErrOtherService, those of the database,
// and ctx's.
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

// Run is RunOnce again and again, for a batch: it returns when no payout of the book is
// queued, sending or waiting any more. Payouts that are held or unknown are for a person:
// see Unsettled. It ends with ErrStopped where every account that has work left is closed,
// by Pause or by refusals, and no payment is on its way; and with ctx's error.
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
		if err := pause(ctx, w.Poll); err != nil {
			return w.ends(ctx, nil)
		}
	}
}

// Loop is for a service: it sends what is due, and looks for more every Params.Poll,
// until ctx ends, which is no error. Any number of processes may loop over one book, and
// one that is killed loses nothing. An error of the database does not end the loop:
// OnEvent is told, or the log. The errors are ErrInvalidRequest and ErrOtherService.
//
// A duplicate that the provider does not name can be settled by a webhook event or a
// person only. Loop warns once, in the log, where one turns up in a book that has never
// had a webhook event.
//
// Finik API: POST /v2/recipient, POST /v2/payment, GET /v2/payments/{paymentId}
func (j *Journal) Loop(ctx context.Context, c *finik.Client, p Params) error {
	w, err := j.hire(ctx, c, p)
	for err != nil {
		if errors.Is(err, ErrInvalidRequest) || errors.Is(err, ErrOtherService) {
			return err
		}
		if ctx.Err() == nil {
			tell(ctx, p, Event{Kind: EventTrouble, Err: err})
		}
		_ = pause(ctx, p.withDefaults().Poll) // the loop asks ctx
		if ctx.Err() != nil {
			break
		}
		w, err = j.hire(ctx, c, p)
	}
	if w == nil {
		return nil
	}
	w.warns = true
	for ctx.Err() == nil {
		if err := w.fill(ctx, 0); err != nil && ctx.Err() == nil {
			w.tell(ctx, Event{Kind: EventTrouble, Err: err})
		}
		_ = pause(ctx, w.Poll) // the loop asks ctx
	}
	w.group.Wait()
	return nil
}

// Step takes one payout one step if it is due, for the worker of a queue that the caller
// has. It returns the payout as it is then. ErrBusy is one that a process is at; one that
// is not due, or for a person, or at its end, is returned as it is. Entry.NextAt is when
// it is due. The errors are those of RunOnce, ErrNotFound and ErrBusy.
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
	case r == nil:
		return Entry{}, fmt.Errorf("%w: %s", ErrNotFound, reference)
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
	result Result
	failed error // of the database, the first one
	warns  bool
}

// hire makes a worker of this process, once the book is known to be of this service.
func (j *Journal) hire(ctx context.Context, c *finik.Client, p Params) (*worker, error) {
	faults := p.faults()
	if c == nil {
		faults = append(faults, "c: must not be nil")
	}
	if len(faults) > 0 {
		return nil, invalid(faults...)
	}
	if err := j.bindBook(ctx, c.String()); err != nil {
		return nil, err
	}
	p = p.withDefaults()
	return &worker{Params: p, j: j, client: c, places: make(chan struct{}, p.Workers)}, nil
}

// fill gives what is due to the workers until nothing is, or ctx ends.
func (w *worker) fill(ctx context.Context, until int64) error {
	for {
		free := 0
		select {
		case <-ctx.Done():
			return nil
		case w.places <- struct{}{}:
			free++
		}
		for more := true; more; {
			select {
			case w.places <- struct{}{}:
				free++
			default:
				more = false
			}
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

// one is a step on a goroutine of its own. The requests end Grace after ctx.
func (w *worker) one(ctx context.Context, r *row) {
	defer func() { <-w.places }()
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(w.Grace, cancel) })
	defer stop()
	err := w.step(work, r)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.result.Steps++
	if err != nil {
		if w.failed == nil {
			w.failed = failure("step", err)
		}
		w.tell(ctx, Event{Kind: EventTrouble, Entry: w.j.entry(r), Err: failure("step", err)})
	}
}

// ends waits for the steps under way and adds up.
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
	return w.result, err
}

// moved counts a payout that was stored in another state, and tells of it.
func (w *worker) moved(ctx context.Context, r *row, before State) {
	w.mu.Lock()
	switch r.state {
	case Paid:
		w.result.Paid++
	case Failed:
		w.result.Failed++
	case Waiting:
		w.result.Waiting++
	case Queued, Sending:
		w.result.Queued++
	case Held:
		w.result.Held++
	case Unknown:
		w.result.Unknown++
	case Canceled:
	}
	w.mu.Unlock()
	w.tell(ctx, Event{Kind: EventMoved, Entry: w.j.entry(r), From: before, To: r.state, PaymentID: r.paymentID, Code: r.code})
	if w.warns && r.state == Unknown && r.code == 409 {
		w.j.warnOnce(context.WithoutCancel(ctx))
	}
}

func (w *worker) tell(ctx context.Context, e Event) { tell(ctx, w.Params, e) }

func tell(ctx context.Context, p Params, e Event) {
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

// pause waits, or returns the error of ctx once that has ended.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
	return ctx.Err()
}
