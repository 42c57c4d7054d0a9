package finikjournal

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"

	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/sqldb"
)

// Act records who decides, and why. It is an argument of the methods that a person calls,
// such as [Journal.Settle]. By and Reason are stored in clear: in the history of the
// payout, and for Pause and Resume in the [Gate]. By must have 1 to 100 bytes, and Reason 1
// to 1000. Otherwise the method returns ErrInvalidRequest and changes nothing.
type Act struct{ By, Reason string }

func (a Act) problems() problems.List {
	var found problems.List
	found.If(a.By == "" || len(a.By) > 100, "Act: By: must be 1 to 100 bytes")
	found.If(a.Reason == "" || len(a.Reason) > 1000, "Act: Reason: must be 1 to 1000 bytes")
	return found
}

// act applies a person's decision to a payout and returns the payout as it is then. It
// fails with ErrInvalidRequest, ErrNotFound, ErrState, with ErrBusy while a process works
// on the payout, or with an error of OnSettle or the database.
func (j *Journal) act(ctx context.Context, reference string, a Act, c change) (e Entry, err error) {
	if found := a.problems(); len(found) > 0 {
		return Entry{}, invalid(found...)
	}
	err = j.in(ctx, c.event, func(tx *sql.Tx) error {
		r, err := j.locked(ctx, tx, reference)
		if err != nil {
			return err
		}
		c.to = cmp.Or(c.to, r.state) // a remark does not change it
		switch {
		case !r.may(c.event, c.to):
			return r.refuse(c.event, c.to)
		case r.leased():
			return fmt.Errorf("%w: %s", ErrBusy, reference)
		}
		c.who, c.note = a.By, a.Reason
		err = j.move(ctx, tx, r, c)
		e = j.entry(r)
		return err
	})
	if err != nil {
		return Entry{}, failure(c.event, err)
	}
	return e, nil
}

// Release moves a payout from state Held to state Queued and returns the payout. A worker
// ([Journal.Loop]) then sends the payout: money moves. [WithLimit] and [DuplicateWithin] do
// not hold the payout again. The Entry is zero with an error. If two people must agree to a
// payment, one adds the payout with Payout.Hold and the other calls Release.
//
// The errors are ErrInvalidRequest if a.By or a.Reason is empty or too long, ErrNotFound if
// no payout has the reference, ErrState if the payout's state is not Held, ctx's error, and
// errors of the database. After an error of the commit the payout may be Queued: see
// [Journal.Get].
func (j *Journal) Release(ctx context.Context, reference string, a Act) (Entry, error) {
	return j.act(ctx, reference, a, change{event: eventRelease, to: Queued, set: func(next *row) {
		next.allowed |= allowGuards
		next.cause, next.refusals = "", 0
	}})
}

// Cancel moves a payout from state Held or Queued to state Canceled and returns the payout.
// The payout was never sent and will never be sent. The function of [OnSettle], if there is
// one, is called in the same transaction; its error undoes the call. The Entry is zero with
// an error.
//
// The errors are ErrInvalidRequest if a.By or a.Reason is empty or too long, ErrNotFound if
// no payout has the reference, ErrState in any other state, ErrBusy while a process may be
// about to send the payout, the error of the function of OnSettle, ctx's error, and errors
// of the database.
func (j *Journal) Cancel(ctx context.Context, reference string, a Act) (Entry, error) {
	return j.act(ctx, reference, a, change{event: eventCancel, to: Canceled})
}

// Resend moves a payout from state Unknown to state Sending and returns the payout. A
// worker ([Journal.Loop]) then sends the payout once more, with the same TransactionID.
// If the payment does not exist, this request makes it: money moves. If the payment
// exists, the provider's answer may say how the payment has ended.
//
// While the provider remembers the TransactionID, no repeat pays twice. How long the
// provider remembers is not known (Unverified). If the first request is older than
// Params.ResendFor, ask the provider before you call Resend.
//
// The errors are ErrInvalidRequest if a.By or a.Reason is empty or too long, ErrNotFound
// if no payout has the reference, ErrState if the payout's state is not Unknown, ctx's
// error, and errors of the database. The Entry is zero with an error.
func (j *Journal) Resend(ctx context.Context, reference string, a Act) (Entry, error) {
	return j.act(ctx, reference, a, change{event: eventResend, to: Sending, set: func(next *row) {
		next.allowed |= allowSend | allowGuards
		next.attempts = max(next.attempts, 1)
	}})
}

// Settle stores how a payout has ended, after a person has asked the provider, and
// returns the payout. Settle only stores: no money moves. The parameter as is the new
// state, Paid or Failed. paymentID is the provider's id of the payment. It is required
// with Paid; with Failed, "" keeps the stored id. The function of [OnSettle], if there is
// one, is called in the same transaction; its error undoes the call. The Entry is zero
// with an error.
//
// Settle accepts these payouts, and returns ErrState for every other payout:
//
//   - With Paid or Failed: a payout in state Sending, Waiting or Unknown.
//   - With Failed: a payout in state Paid that has the flag Contradicted.
//   - With Paid: a payout in state Failed that has the flag Contradicted.
//
// Settle does not change the flags: call [Journal.Note] to clear them. While the flag
// Contradicted is set, a second Settle may store the other end.
//
// After a Settle with Failed, a webhook event or [Journal.Check] may still report a
// success. The payout then becomes Paid, or Unknown if it was never sent, and gets the
// flag Contradicted.
//
// The other errors are ErrInvalidRequest (the new state is neither Paid nor Failed;
// paymentID is missing, above 256 bytes, not UTF-8 or has a NUL; a.By or a.Reason is
// empty or too long), ErrNotFound if no payout has the reference, ErrBusy while a process
// works on the payout, the error of the function of OnSettle, ctx's error, and errors of
// the database.
func (j *Journal) Settle(ctx context.Context, reference string, as State, paymentID string, a Act) (Entry, error) {
	var found problems.List
	found.If(as != Paid && as != Failed, "as: must be Paid or Failed")
	found.If(as == Paid && paymentID == "", "paymentID: must not be empty for a payout that was paid")
	found.If(len(paymentID) > 256 || paymentID != sqldb.Clean(paymentID), "paymentID: must be at most 256 bytes of UTF-8")
	found = append(found, a.problems()...)
	if len(found) > 0 {
		return Entry{}, invalid(found...)
	}
	return j.act(ctx, reference, a, change{event: eventSettle, to: as, set: func(next *row) {
		next.evidence, next.cause = "", ""
		next.paymentID = cmp.Or(paymentID, next.paymentID)
	}})
}

// Note stores a.Reason as a remark in the payout's history, clears all [Flags] of the
// payout and returns the payout. Call Note when somebody has dealt with the flags. Note is
// allowed in every state and does not change the state. The Entry is zero with an error.
// The errors are ErrInvalidRequest if a.By or a.Reason is empty or too long, ErrNotFound if
// no payout has the reference, ErrBusy while a process works on the payout, ctx's error,
// and errors of the database.
func (j *Journal) Note(ctx context.Context, reference string, a Act) (Entry, error) {
	return j.act(ctx, reference, a, change{event: eventNote, set: func(next *row) { next.flags = 0 }})
}

// Reissue adds a new payout in place of a failed or canceled one, and returns the new
// payout. Reissue itself sends nothing: a worker ([Journal.Loop]) sends the new payout
// later, and money then moves. The new payout has newReference, a new TransactionID, and
// otherwise the request of the old payout. Its state is Held if its amount is above
// [WithLimit], else Queued.
//
// A payout is reissued once. A repeat with the same newReference returns the new payout
// and changes nothing. If the old payout turns out to be paid after all, the new payout
// is held, unless it was sent already.
//
// With a nil tx Reissue begins and commits its own transaction. If you pass your own tx,
// call Reissue before you write rows that the function of [OnSettle] also writes: in the
// other order two transactions can wait for each other (deadlock). After an error roll tx
// back, and do not use the Entry. The errors are:
//
//   - ErrInvalidRequest if newReference breaks the rule of Payout.Reference or equals
//     reference, or if a.By or a.Reason is empty or too long.
//   - ErrNotFound if no payout has the reference.
//   - ErrState if the old payout is neither failed nor canceled (settle an unknown one
//     first), or was reissued under another Reference.
//   - ErrConflict if another payout has newReference.
//   - ErrErased if [Journal.Erase] has cleared the request: add a new Payout.
//   - ErrKey, see [Journal.Add].
//   - Errors of the [Sealer], ctx's error, and errors of the database.
func (j *Journal) Reissue(ctx context.Context, tx *sql.Tx, reference, newReference string, a Act) (Entry, error) {
	found := a.problems()
	found.If(!visible(newReference, 100) || newReference == reference, "newReference: must be 1 to 100 visible characters, and another one")
	if len(found) > 0 {
		return Entry{}, invalid(found...)
	}
	var e Entry
	err := j.within(ctx, tx, "reissue", func(tx *sql.Tx) (err error) {
		if err = j.prepare(ctx, tx, nil); err == nil {
			e, err = j.reissue(ctx, tx, reference, newReference, a)
		}
		return err
	})
	return e, failure("reissue", err)
}

func (j *Journal) reissue(ctx context.Context, tx *sql.Tx, reference, newReference string, a Act) (Entry, error) {
	old, err := j.locked(ctx, tx, reference)
	switch {
	case err != nil:
		return Entry{}, err
	case !old.may(eventReissue, old.state):
		return Entry{}, old.refuse(eventReissue, old.state)
	}
	again, err := j.lock(ctx, tx, "reissue_of = ?", reference)
	switch {
	case err != nil:
		return Entry{}, err
	case again != nil && again.reference == newReference:
		return j.entry(again), nil
	case again != nil:
		return Entry{}, fmt.Errorf("%w: %s was reissued as %s", ErrState, reference, again.reference)
	}
	p, err := j.opened(ctx, old)
	if err != nil {
		return Entry{}, err
	}
	p.Reference = newReference
	next, wrong, err := j.draft(ctx, p)
	if err != nil {
		return Entry{}, err
	}
	if len(wrong) > 0 {
		return Entry{}, invalid(wrong...)
	}
	next.reissueOf = reference
	if err := j.move(ctx, tx, old, change{event: eventReissue, to: old.state, who: a.By, note: "as " + newReference + ": " + a.Reason}); err != nil {
		return Entry{}, err
	}
	added, err := j.add(ctx, tx, []*row{next}, change{event: eventAdd, who: a.By, note: "in place of " + reference + ": " + a.Reason})
	if err != nil {
		return Entry{}, err
	}
	if !added[0].Added {
		return Entry{}, &ConflictError{References: []string{newReference}}
	}
	return added[0].Entry, nil
}

// AssumeSent moves every payout in state Queued to state Sending, as if each may have
// been sent. Use AssumeSent after a restore of the database, or after a failover that may
// have lost commits. Call Pause with the account "" first, then AssumeSent, then Resume
// with "". AssumeSent does not check for the pause: without the pause a worker may send a
// payout before AssumeSent moves it.
//
// After Resume, workers send the moved payouts with the same TransactionID as before the
// loss. If the provider refuses such a request, an earlier request may still have paid.
// The payout therefore stays in state Sending, and becomes Unknown, not Failed, after
// Params.ResendFor.
//
// AssumeSent returns how many payouts it has moved, also with an error. The moved payouts
// stay moved, and a second call moves the rest. The errors are ErrInvalidRequest if a.By
// or a.Reason is empty or too long, ctx's error, and errors of the database.
func (j *Journal) AssumeSent(ctx context.Context, a Act) (int, error) {
	if found := a.problems(); len(found) > 0 {
		return 0, invalid(found...)
	}
	return j.repeat(ctx, "assume sent", func(tx *sql.Tx) (int, error) {
		some, err := j.several(ctx, tx, `UPDATE payout_entries SET version = version WHERE id IN (
	SELECT id FROM payout_entries WHERE book = ? AND state = 'queued' ORDER BY id LIMIT `+fmt.Sprint(page)+`) AND state = 'queued' RETURNING `+j.columns(), j.book)
		for _, r := range some {
			if err == nil {
				err = j.move(ctx, tx, r, change{event: eventAssume, to: Sending, who: a.By, note: a.Reason, set: func(next *row) { next.attempts = 1 }})
			}
		}
		return len(some), err
	})
}
