package finikjournal

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// answer stores the result of a step. It retries until shortly before the lease ends, also
// after the end of ctx, because the answer may be the only place that names a payment's
// id. If another process has moved the payout on, only what the provider has said about
// the payment itself is stored.
func (w *worker) answer(ctx context.Context, r *row, began time.Time, v verdict) error {
	until := began.Add(w.lease() - w.StepTimeout/18)
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		err := w.store(context.WithoutCancel(ctx), r, v)
		if err == nil || errors.Is(err, ErrState) {
			return err
		}
		if ended := time.Now().Add(longestFarewell); ctx.Err() != nil && until.After(ended) {
			until = ended
		}
		if time.Now().Add(wait).After(until) {
			w.tell(ctx, Event{Kind: EventUnstored, Entry: w.j.entry(r), To: v.to, PaymentID: v.paymentID, Code: v.code, Err: failure("store an answer", err)})
			return failure("store an answer", err)
		}
		<-time.After(wait)
	}
}

// longestFarewell limits how long answer retries once a process has to end.
const longestFarewell = 5 * time.Second

// store tries once to store an answer.
func (w *worker) store(ctx context.Context, r *row, v verdict) error {
	before, fresh := r.state, *r
	tripped := false
	err := w.j.in(ctx, "answer", func(tx *sql.Tx) (err error) {
		if tripped, err = w.j.count(ctx, tx, fresh.account, v.strike, w.Trip); err != nil {
			return err
		}
		return w.j.apply(ctx, tx, &fresh, w.change(&fresh, v))
	})
	if errors.Is(err, errFenced) {
		return w.late(ctx, r, v)
	}
	if err != nil {
		return err
	}
	*r = fresh
	w.moved(ctx, r, before)
	if tripped {
		w.tell(ctx, Event{Kind: EventTripped, Entry: w.j.entry(r), Code: v.strike.code})
	}
	return nil
}

// late stores the answer of a worker that has lost its claim, if the answer is about the
// payment itself.
func (w *worker) late(ctx context.Context, r *row, v verdict) error {
	w.tell(ctx, Event{Kind: EventFenced, Entry: w.j.entry(r), To: v.to, PaymentID: v.paymentID, Code: v.code})
	if !v.told || v.event == eventEvidence {
		return nil
	}
	var now *row
	before := State("")
	err := w.j.in(ctx, "late", func(tx *sql.Tx) (err error) {
		if now, err = w.j.lock(ctx, tx, "id = ?", r.id); err != nil || now == nil {
			return err
		}
		before = now.state
		switch {
		case v.to.Settled():
			_, err = w.j.told(ctx, tx, now, "worker "+w.j.worker+", late", v)
		case now.may(eventAccepted, Waiting):
			c := w.change(now, v)
			c.under, c.args = "", nil
			err = w.j.move(ctx, tx, now, c)
		}
		return err
	})
	if err == nil && now != nil {
		w.moved(ctx, now, before)
	}
	return err
}

// change returns the change that a verdict makes to a payout.
func (w *worker) change(r *row, v verdict) change {
	c := change{event: v.event, to: v.to, note: v.cause, under: "worker = ?", args: []any{w.j.worker}}
	refusals := r.refusals
	if v.code == 403 && (v.to == Queued || v.event == eventAway) {
		refusals++
	}
	const most = 3
	if refusals >= most && v.to == Queued { // while others may succeed
		c.to = Held
		if v.event == eventAgain {
			c.event = eventHold
		}
	}
	tries := r.tries + 1
	switch c.to {
	case Waiting:
		if v.event != eventLook {
			tries = 0
		}
		c.delay = w.lookAfter(tries, time.Duration(r.now-r.firstSent)*time.Millisecond)
	case Queued, Sending:
		c.delay = max(backOff(tries), v.strike.retryAfter)
	}
	c.set = func(next *row) {
		next.tries, next.refusals, next.code, next.cause = tries, refusals, v.code, v.cause
		next.flags |= v.flags
		next.paymentID = cmp.Or(v.paymentID, next.paymentID)
		if v.event == eventAway {
			next.attempts = 0
		}
		if c.to.Settled() {
			next.evidence = ""
		}
	}
	return c
}

// apply moves a payout. If OnSettle fails, apply stores the provider's answer as evidence
// in the same transaction: the payout is settled from it later, without asking again.
func (j *Journal) apply(ctx context.Context, tx *sql.Tx, r *row, c change) error {
	if !c.to.Settled() || j.options.onSettle == nil {
		return j.move(ctx, tx, r, c)
	}
	err := attempt(ctx, tx, func() error { return j.move(ctx, tx, r, c) })
	var failed *settleError
	if !errors.As(err, &failed) {
		return err
	}
	instead := c
	instead.delay, instead.note = backOff(r.tries+1), causeOf(failed)
	instead.set = func(next *row) {
		c.set(next)
		next.tries, next.evidence, next.cause = r.tries+1, c.to, causeOf(failed)
	}
	switch {
	case r.state == Queued: // the recipient is asked again
		instead.event, instead.to = eventAgain, Queued
		instead.set = func(next *row) { next.tries, next.cause = r.tries+1, causeOf(failed) }
	case r.state == Waiting:
		instead.event, instead.to = eventLook, Waiting
	case r.may(eventAccepted, Waiting):
		instead.event, instead.to = eventAccepted, Waiting
	default: // an end that is corrected: its source has to report it again
		return err
	}
	return j.move(ctx, tx, r, instead)
}

// backOff returns the wait after a number of tries: 5 s, doubling to 15 min, less up to a
// quarter at random.
func backOff(tries int) time.Duration {
	d := min(5*time.Second<<min(max(tries-1, 0), 20), 15*time.Minute)
	return d - rand.N(d/4) //nolint:gosec // jitter needs no secret numbers
}

// heard stores a webhook event and applies it to its payout. A repeat changes nothing. end
// is "" if the payment has not ended.
func (j *Journal) heard(ctx context.Context, tx *sql.Tx, n WebhookEvent, end State) error {
	digest := sha256.Sum256(framed(n.TransactionID, n.PaymentID, n.Status, fmt.Sprint(n.Code)))
	var amount *int64 // nil if the event has none that fits
	if n.Amount != nil {
		if micros, ok := microsOf(*n.Amount); ok {
			amount = &micros
		}
	}
	var id int64
	err := tx.QueryRowContext(ctx, j.sql.Bind(`INSERT INTO payout_notices (book, digest, transaction_id, payment_id, status, code, amount_micros, effect, received_at)
VALUES (?, ?, ?, ?, ?, ?, ?, '', `+j.sql.Now()+`) ON CONFLICT (book, digest) DO NOTHING RETURNING id`),
		j.book, digest[:], n.TransactionID, n.PaymentID, n.Status, n.Code, amount).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) { // it is known
		return nil
	}
	if err != nil {
		return err
	}
	r, err := j.lock(ctx, tx, "transaction_id = ?", n.TransactionID)
	if err != nil {
		return err
	}
	effect, entry := "stranger", any(nil)
	if r != nil {
		effect, entry = "stale", r.id
	}
	if r != nil && end != "" {
		// The id in a webhook event has another form than the id in an answer (Unverified),
		// so it does not become the payout's PaymentID.
		v := verdict{to: end, code: n.Code}
		if amount != nil && *amount != r.amount {
			v.flags = AmountDiffers
		}
		if effect, err = j.told(ctx, tx, r, "webhook", v); err != nil {
			return err
		}
	}
	_, err = j.exec(ctx, tx, `UPDATE payout_notices SET entry_id = ?, effect = ? WHERE id = ?`, entry, effect, id)
	return err
}

// told applies an end, v.to, that a webhook event, a late answer or a comparison reports.
// effect is "stale" where nothing was changed, "contradicts" where the end was flagged, and
// "settled" otherwise. The caller has locked the payout.
func (j *Journal) told(ctx context.Context, tx *sql.Tx, r *row, who string, v verdict) (effect string, err error) {
	c := change{to: v.to, event: eventPaid, who: who, note: "told of " + string(v.to)}
	contradicts := false
	switch {
	case r.firstSent == 0 && r.state == Unknown:
		return "stale", nil
	case r.firstSent == 0:
		c.event, c.to, contradicts = eventUnsent, Unknown, true
	case v.to == Paid:
		contradicts = r.state == Failed
	case r.state == Paid:
		c.event, c.to, contradicts = eventFailed, Paid, r.flags&Contradicted == 0
	case r.evidence == Paid:
		c.event, c.to, contradicts = eventLook, Waiting, true
	default:
		c.event = eventFailed
	}
	if r.state == c.to && r.state.Settled() && !contradicts {
		return "stale", nil
	}
	if contradicts {
		v.flags |= Contradicted
	}
	from := r.state
	c.set = func(next *row) {
		next.flags |= v.flags
		next.code = v.code
		if c.to.Settled() {
			next.evidence, next.cause = "", ""
		}
		next.paymentID = cmp.Or(next.paymentID, v.paymentID)
	}
	if err := j.apply(ctx, tx, r, c); err != nil {
		return "", err
	}
	if from == Failed && v.to == Paid {
		err = j.holdReissue(ctx, tx, r.reference)
	}
	if contradicts {
		return "contradicts", err
	}
	return "settled", err
}

// holdReissue holds the payout that was added in place of another one, if it is still
// queued.
func (j *Journal) holdReissue(ctx context.Context, tx *sql.Tx, reference string) error {
	r, err := j.lock(ctx, tx, "reissue_of = ?", reference)
	if err != nil || r == nil || r.state != Queued {
		return err
	}
	return j.bar(ctx, tx, r, eventHold, "the payout that this one replaces has been paid")
}
