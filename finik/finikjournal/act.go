package finikjournal

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/sqldb"
)

// Act says who decides, and why. Both are stored in the history and must not be empty.
type Act struct{ By, Reason string }

func (a Act) faults() []string {
	var found problems.List
	found.If(a.By == "" || len(a.By) > 100, "Act: By: must be 1 to 100 bytes")
	found.If(a.Reason == "" || len(a.Reason) > 1000, "Act: Reason: must be 1 to 1000 bytes")
	return found
}

// act writes a person's decision about a payout that no process is at.
func (j *Journal) act(ctx context.Context, reference string, a Act, c change) (e Entry, err error) {
	if faults := a.faults(); len(faults) > 0 {
		return Entry{}, invalid(faults...)
	}
	err = j.in(ctx, c.event, func(tx *sql.Tx) error {
		r, err := j.lock(ctx, tx, "reference = ?", reference)
		switch {
		case err != nil:
			return err
		case r == nil:
			return fmt.Errorf("%w: %s", ErrNotFound, reference)
		}
		if c.to == "" { // it stays
			c.to = r.state
		}
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

// Release lets a held payout be sent. The limits that hold payouts are not asked again
// for it. ErrState is a payout that is not held. With Payout.Hold this is a second pair of
// eyes.
func (j *Journal) Release(ctx context.Context, reference string, a Act) (Entry, error) {
	return j.act(ctx, reference, a, change{event: eventRelease, to: Queued, set: func(next *row) {
		next.allowed |= allowGuards
		next.cause, next.refusals = "", 0
	}})
}

// Cancel ends a payout that was never sent: one that is held, or queued. ErrState is any
// other; ErrBusy is one that a process may be about to send. OnSettle is called.
func (j *Journal) Cancel(ctx context.Context, reference string, a Act) (Entry, error) {
	return j.act(ctx, reference, a, change{event: eventCancel, to: Canceled})
}

// Resend sends an unknown payout once more, with the same TransactionID, so that it is
// made if it was not, and the provider's answer may tell what became of it. It does not
// pay twice as long as the provider remembers the TransactionID: ask the provider first
// where the first request is old. ErrState is a payout that is not unknown.
func (j *Journal) Resend(ctx context.Context, reference string, a Act) (Entry, error) {
	return j.act(ctx, reference, a, change{event: eventResend, to: Sending, stamp: stampSent, set: func(next *row) {
		next.allowed |= allowSend | allowGuards
		next.attempts = max(next.attempts, 1)
	}})
}

// Settle stores how a payout has ended, by what the provider was asked: as Paid, with the
// provider's id of the payment, or as Failed. No money moves, and OnSettle is called. The
// payout is sending, waiting or unknown; an end may be replaced by the other one only
// where the payout is Contradicted. Else the error is ErrState. A failure may still be
// corrected by a success that the provider tells of later.
func (j *Journal) Settle(ctx context.Context, reference string, as State, paymentID string, a Act) (Entry, error) {
	var found problems.List
	found.If(as != Paid && as != Failed, "as: must be Paid or Failed")
	found.If(as == Paid && paymentID == "", "paymentID: must not be empty for a payout that was paid")
	found.If(len(paymentID) > 256 || paymentID != sqldb.Clean(paymentID), "paymentID: must be at most 256 bytes of UTF-8")
	found = append(found, a.faults()...)
	if len(found) > 0 {
		return Entry{}, invalid(found...)
	}
	return j.act(ctx, reference, a, change{event: eventSettle, to: as, set: func(next *row) {
		next.evidence, next.cause = "", ""
		if paymentID != "" {
			next.paymentID = paymentID
		}
	}})
}

// Note stores a remark in the history, and clears the flags: somebody has seen to them.
// The payout stays as it is, whatever its state.
func (j *Journal) Note(ctx context.Context, reference string, a Act) (Entry, error) {
	return j.act(ctx, reference, a, change{event: eventNote, set: func(next *row) { next.flags = 0 }})
}

// Reissue adds a new payout in place of one that has failed or was canceled, under a new
// Reference and so with a new TransactionID, and returns the new one. The request is that
// of the old one. A payout is reissued once: Reissue with the same newReference returns
// the new payout again, another one is ErrState. So is a payout that has not failed: settle
// an unknown one first. ErrErased is one whose request was erased: add a new Payout.
//
// A nil tx is a transaction of its own; in the caller's tx call Reissue before writing
// rows that OnSettle writes. If the old payout turns out to be paid all the same, the new
// one is held, unless it was sent.
func (j *Journal) Reissue(ctx context.Context, tx *sql.Tx, reference, newReference string, a Act) (Entry, error) {
	faults := a.faults()
	if !visible(newReference, 100) || newReference == reference {
		faults = append(faults, "newReference: must be 1 to 100 visible characters, and another one")
	}
	if len(faults) > 0 {
		return Entry{}, invalid(faults...)
	}
	var e Entry
	err := j.within(ctx, tx, "reissue", func(tx *sql.Tx) (err error) {
		e, err = j.reissue(ctx, tx, reference, newReference, a)
		return err
	})
	return e, failure("reissue", err)
}

func (j *Journal) reissue(ctx context.Context, tx *sql.Tx, reference, newReference string, a Act) (Entry, error) {
	old, err := j.lock(ctx, tx, "reference = ?", reference)
	switch {
	case err != nil:
		return Entry{}, err
	case old == nil:
		return Entry{}, fmt.Errorf("%w: %s", ErrNotFound, reference)
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
	c, err := j.opened(ctx, old)
	if err != nil {
		return Entry{}, err
	}
	fields, err := c.fields()
	if err != nil {
		return Entry{}, err
	}
	next, wrong, err := j.draft(ctx, Payout{
		Reference: newReference, Account: c.Account, User: c.User, Service: c.Service, Fields: fields, AmountField: c.AmountField,
		Recipient: c.Recipient, Mask: old.mask,
	})
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
	added, err := j.add(ctx, tx, []*row{next}, eventAdd, sqldb.Clean(a.By), sqldb.Clean("in place of "+reference+": "+a.Reason))
	if err != nil {
		return Entry{}, err
	}
	if !added[0].Added {
		return Entry{}, &ConflictError{References: []string{newReference}}
	}
	return added[0].Entry, nil
}

// AssumeSent marks every queued payout of the book as one that may have been sent, and
// returns how many. Call it after a restore of the database, or a failover that may have
// lost commits, while the book is paused: what was sent after the backup is then sent
// again with the same TransactionID, and no refusal counts as a no.
func (j *Journal) AssumeSent(ctx context.Context, a Act) (int, error) {
	if faults := a.faults(); len(faults) > 0 {
		return 0, invalid(faults...)
	}
	n := 0
	for {
		var some []*row
		err := j.in(ctx, "assume", func(tx *sql.Tx) (err error) {
			some, err = j.several(ctx, tx, `UPDATE payout_entries SET version = version WHERE id IN (
	SELECT id FROM payout_entries WHERE book = ? AND state = 'queued' ORDER BY id LIMIT `+fmt.Sprint(page)+`) AND state = 'queued' RETURNING `+j.columns(), j.book)
			for _, r := range some {
				if err == nil {
					err = j.move(ctx, tx, r, change{event: eventAssume, to: Sending, who: a.By, note: a.Reason, stamp: stampSent, set: func(next *row) { next.attempts = 1 }})
				}
			}
			return err
		})
		if err != nil {
			return n, failure("assume sent", err)
		}
		if len(some) == 0 {
			return n, nil
		}
		n += len(some)
	}
}
