package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/payclients/payclients-go/finik"
)

const (
	tries   = 6                // of a row in one run, each with the client's attempts
	silence = 5                // rows in a row without a word from the provider, or with 403, after which the run is stopped
	grace   = 15 * time.Second // for a request that is on its way when the program is told to end
)

// errStopped ends a run before all rows were begun.
var errStopped = errors.New("the run was stopped")

// errSilence is a provider that is down.
var errSilence = errors.New("the service answers nothing that can be used")

// payer takes rows to their end.
type payer struct {
	client        *finik.Client
	journal       *journal
	account, user string
	newID         func() string // of a transaction
	workers       int           // rows between their begin and their payment's id
	wait          finik.WaitParams
	patience      time.Duration // for a payment to come to its end
	pause         time.Duration // before the second try; doubled before each further one
	skipRecipient bool
	mark          func() error // remembers, before the first request, that rows were begun; nil does not

	entries []*entry
	access  atomic.Bool  // a payment was made with this account, so that key and account are right
	silent  atomic.Int64 // rows since the last word from the provider
	refused atomic.Int64 // rows with 403 since the last other word

	mu            sync.Mutex
	byTransaction map[string]*entry
	strangers     int      // callbacks about other payments
	contradicted  []*entry // of which two ends were told
	stopped       error    // why no more rows are begun
}

// enter takes rows over, with what the journal says of them. Rows of the journal
// that the file no longer has are reported where their outcome is unknown, and
// found by callbacks in any case.
func (p *payer) enter(rows []row, last map[string]record) {
	p.byTransaction = map[string]*entry{}
	here := map[string]bool{}
	add := func(r row, last record) *entry {
		e := &entry{row: r, last: last, settled: make(chan struct{})}
		if last.State.final() {
			close(e.settled)
		}
		if last.Transaction != "" {
			p.byTransaction[last.Transaction] = e
		}
		if last.Payment != "" {
			p.access.Store(true)
		}
		return e
	}
	for _, r := range rows {
		here[r.reference] = true
		p.entries = append(p.entries, add(r, last[r.reference]))
	}
	for _, r := range orphans(last, here) {
		e := add(row{reference: r.Reference}, r)
		if r.State.doubtful() && !r.State.final() {
			p.entries = append(p.entries, e)
		}
	}
}

// run pays until every row is at its end, as far as this run can take it. When
// ctx ends, or something is wrong that is not about one row, no more rows are
// begun, and those under way are left so that the next run goes on with them.
func (p *payer) run(ctx context.Context) error {
	going, stop := context.WithCancel(ctx)
	defer stop()
	free := make(chan struct{}, p.workers)
	var running sync.WaitGroup
	for _, e := range p.entries {
		if e.state().final() || e.line == 0 {
			continue
		}
		select {
		case free <- struct{}{}:
		case <-going.Done():
		}
		if going.Err() != nil {
			break
		}
		running.Go(func() {
			release := sync.OnceFunc(func() { <-free })
			defer release()
			if err := p.pay(going, e, release); err != nil {
				p.halt(err)
				stop()
			}
		})
	}
	running.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	return errors.Join(p.stopped, ctx.Err())
}

// halt remembers the first reason to begin no more rows.
func (p *payer) halt(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped == nil {
		p.stopped = fmt.Errorf("%w: %w", errStopped, err)
	}
}

// pay takes one row as far as it gets. release is called once its payment is
// known, so that another row may begin while this one is waited for. An error is
// about the run, not about the row.
func (p *payer) pay(ctx context.Context, e *entry, release func()) error {
	doubt := e.state().doubtful() // an earlier run may have sent it
	if !doubt {
		if err := p.begin(e); err != nil {
			return err
		}
	}
	if e.state().final() { // a callback was faster
		return nil
	}
	for n, pause := 1, p.pause; ; n, pause = n+1, 2*pause {
		v := p.try(ctx, e, doubt, release)
		doubt = v.state.doubtful()
		again := v.again && n < tries && sleep(ctx, e, pause)
		if !again || v.lost || v.state == stateOpen && e.state() == stateBegun {
			if err := p.settle(e, v); err != nil {
				return err
			}
		}
		if !again {
			if v.stop != nil || ctx.Err() != nil {
				return v.stop
			}
			return p.heard(e, v)
		}
	}
}

// heard tells rows that got an answer from those that, after all tries or all
// the time that there was, did not.
func (p *payer) heard(e *entry, v verdict) error {
	switch {
	case v.code == http.StatusForbidden:
		p.silent.Store(0)
		if p.refused.Add(1) >= silence {
			return v.err
		}
		return nil
	case !v.silent || e.state().final():
		p.silent.Store(0)
		if v.err != nil && v.code != 0 { // an end may be of a request long ago
			p.refused.Store(0)
		}
		return nil
	case p.silent.Add(1) >= silence:
		return errSilence
	}
	return nil
}

// begin stores the id of the transaction: nothing is sent before that is on the
// disk. Where the recipient is asked about first, the row is still open then.
func (p *payer) begin(e *entry) error {
	r := e.record()
	if r.Transaction != "" {
		return nil
	}
	r = record{Reference: e.reference, State: stateOpen, Transaction: p.newID(), Digest: e.digest, Amount: e.amountText(), Payout: e.payout}
	if p.skipRecipient {
		r.State = stateBegun
	}
	p.mu.Lock()
	p.byTransaction[r.Transaction] = e
	p.mu.Unlock()
	if err := p.advance(e, r, ""); err != nil {
		return err
	}
	if p.mark == nil {
		return nil
	}
	return p.mark()
}

// send stores that the request for the payment leaves next.
func (p *payer) send(e *entry) error {
	r := e.record()
	r.State, r.Code = stateBegun, 0
	return p.advance(e, r, "")
}

func (p *payer) settle(e *entry, v verdict) error {
	r := e.record()
	r.State, r.Code = v.state, v.code
	if v.lost {
		r.Payment = ""
	}
	return p.advance(e, r, v.note)
}

// try is one run of a payout.
func (p *payer) try(ctx context.Context, e *entry, doubt bool, release func()) verdict {
	known := e.record().Payment
	created := make(chan struct{})
	notice := sync.OnceFunc(func() { close(created); release() })
	if known != "" {
		notice()
	}
	attempt, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.patience)
	defer cancel()
	go endEarly(ctx, attempt, cancel, e.settled, created)

	if p.skipRecipient && e.state() == stateOpen {
		if err := p.send(e); err != nil {
			return verdict{state: stateOpen, stop: err}
		}
	}
	var fault error // of the journal
	request := e.request(p.account, p.user, e.record().Transaction)
	payment, err := p.client.RunPayout(attempt, request, finik.PayoutParams{
		PaymentID: known, Resume: doubt, SkipRecipient: p.skipRecipient, Wait: p.wait,
		Check: func(finik.Recipient) error {
			fault = p.send(e)
			return fault
		},
		Created: func(id string) error {
			defer notice()
			r := e.record()
			r.State, r.Payment = stateCreated, id
			p.access.Store(true)
			p.refused.Store(0)
			fault = p.advance(e, r, "")
			return fault
		},
	})
	v := judge(payment, err, doubt)
	switch {
	case fault != nil:
		v.again, v.stop = false, fault
	case v.code == http.StatusForbidden && v.state == stateOpen && v.spoken && p.access.Load():
		// Account and key are right: it is about this row.
		v.state, v.note = stateFailed, ""
	case v.state == stateUnknown && v.code == 0 && e.record().Payment != "" && !v.lost:
		v.note = "made, and its end is not known yet"
	}
	v.silent = v.again && payment == nil
	v.again = v.again && attempt.Err() == nil
	return v
}

// endEarly ends an attempt once a callback has told the end of its row, and, if
// the program is told to end, once its payment is known or grace is over.
func endEarly(ctx, attempt context.Context, cancel context.CancelFunc, settled, created <-chan struct{}) {
	defer cancel()
	select {
	case <-attempt.Done():
		return
	case <-settled:
		return
	case <-ctx.Done():
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-attempt.Done():
	case <-settled:
	case <-created:
	case <-timer.C:
	}
}

// sleep waits for another try. It reports false if there is to be none.
func sleep(ctx context.Context, e *entry, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-e.settled:
		return false
	case <-timer.C:
		return ctx.Err() == nil
	}
}

// advance journals what is known of a row. The first end that is told counts,
// but for one: what is said to be paid after all was paid. A second end is kept
// for the report.
func (p *payer) advance(e *entry, to record, note string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	before := e.last.State
	if before.final() {
		if !to.State.final() || to.State == before {
			return nil
		}
		p.contradict(e)
		if before == statePaid {
			return nil
		}
	}
	to.Time = time.Now().UTC()
	if err := p.journal.add(to); err != nil {
		if !to.State.final() {
			e.last.Payment = to.Payment // for the report
		}
		return err
	}
	e.last, e.note = to, note
	if to.State.final() && !before.final() {
		close(e.settled)
	}
	return nil
}

// contradict remembers that two ends were told of a row.
func (p *payer) contradict(e *entry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Contains(p.contradicted, e) {
		p.contradicted = append(p.contradicted, e)
	}
}
