package finikjournal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/cause"
)

var (
	errNotAgreed = errors.New("finikjournal: the recipient was not agreed to")
	errNotSent   = errors.New("finikjournal: the account is closed, or the payout is for a person")
)

// step makes one step of a payout that this process has claimed. ctx limits the requests.
// An answer is stored also after the end of ctx. step fails if the database does.
func (w *worker) step(ctx context.Context, r *row) error {
	began := time.Now()
	work, cancel := context.WithTimeout(ctx, w.StepTimeout)
	defer cancel()
	switch {
	case r.evidence != "":
		return w.answer(ctx, r, began, verdict{event: eventEvidence, to: r.evidence, paymentID: r.paymentID, code: r.code, told: true})
	case r.state == Waiting:
		p, err := w.client.GetPayment(work, r.paymentID)
		return w.answer(ctx, r, began, w.quiet(work, judgeLook(r, p, err)))
	case r.state == Sending && r.allowed&allowSend == 0 && r.now-r.firstSent > w.ResendFor.Milliseconds():
		return w.answer(ctx, r, began, verdict{event: eventGaveUp, to: Unknown, cause: "no answer, and too old to be sent again", code: r.code})
	}
	p, err := w.j.opened(work, r)
	request := p.request(r.transactionID)
	if err == nil {
		err = request.Validate()
	}
	if err != nil {
		return w.answer(ctx, r, began, w.unsendable(r, err))
	}
	return w.send(ctx, work, r, request, began)
}

// unsendable judges a stored request that cannot be sent. After an error of the Sealer the
// payout is due again later, because the Sealer may recover.
func (w *worker) unsendable(r *row, err error) verdict {
	final := errors.Is(err, errTampered) || errors.Is(err, ErrErased) || errors.Is(err, finik.ErrInvalidRequest)
	switch {
	case !final:
		return verdict{event: eventAgain, to: r.state, cause: causeOf(err)}
	case r.state == Queued:
		return verdict{event: eventHold, to: Held, cause: causeOf(err)}
	}
	return verdict{event: eventGaveUp, to: Unknown, cause: causeOf(err)}
}

// send checks the recipient if the payout was never sent, stores the intent, makes the
// payment and stores the answer.
func (w *worker) send(ctx, work context.Context, r *row, request finik.CreatePaymentRequest, began time.Time) error {
	doubt := r.state == Sending
	skip := doubt || w.SkipRecipient != nil && w.SkipRecipient(r.service)
	var id string
	var withheld error // why nothing was sent, from the intent
	intent := func() error {
		withheld = w.intend(ctx, r)
		return withheld
	}
	if skip && intent() != nil {
		return w.withheld(ctx, r, withheld)
	}
	p, err := w.client.RunPayout(work, request, finik.PayoutParams{
		Resume: doubt, SkipRecipient: skip, NoWait: true,
		Created: func(told string) error { id = told; return nil },
		Check: func(to finik.Recipient) error {
			if w.Check != nil {
				if err := w.Check(work, w.j.entry(r), to); err != nil {
					return fmt.Errorf("%w: %w", errNotAgreed, err)
				}
			}
			return intent()
		},
	})
	switch {
	case withheld != nil:
		return w.withheld(ctx, r, withheld)
	case errors.Is(err, errNotAgreed):
		return w.answer(ctx, r, began, verdict{event: eventHold, to: Held, cause: causeOf(cause.Keep(work, err))})
	case r.state == Queued: // the recipient's check has ended the call
		return w.answer(ctx, r, began, w.quiet(work, judgeRecipient(r, err)))
	}
	return w.answer(ctx, r, began, w.quiet(work, judgeSend(r, doubt, p, id, err)))
}

// quiet removes the strike of a call that this process has aborted: it does not say
// anything about the provider.
func (w *worker) quiet(work context.Context, v verdict) verdict {
	if work.Err() != nil && v.strike.counts && v.strike.code == 0 {
		v.strike = strike{}
	}
	return v
}

// intend stores the intent. After an error nothing may be sent: errNotSent, errFenced, or
// one of the database.
func (w *worker) intend(ctx context.Context, r *row) error {
	before := r.state
	closed, err := w.j.intent(ctx, r, w.lease())
	switch {
	case err != nil:
		return err
	case closed:
		return errNotSent
	case r.state != Sending:
		w.moved(ctx, r, before)
		return errNotSent
	}
	return nil
}

// withheld ends a step that has sent nothing. It returns errors of the database. After one
// the intent may be stored: the payout is then due when its lease ends, as one that may
// have been sent.
func (w *worker) withheld(ctx context.Context, r *row, why error) error {
	switch {
	case errors.Is(why, errNotSent):
		return nil
	case errors.Is(why, errFenced):
		w.tell(ctx, Event{Kind: EventFenced, Entry: w.j.entry(r)})
		return nil
	}
	return why
}
