package finikjournal

import (
	"fmt"
	"slices"
)

// State is the state of a payout: one of the constants below, or "" where a field says so.
// The package doc has the table of all states.
type State string

// The states. Paid, failed and canceled are ends.
const (
	Held     State = "held"     // waits for a person: Release or Cancel
	Queued   State = "queued"   // nothing was sent yet
	Sending  State = "sending"  // a request may have left; the same TransactionID is sent again
	Waiting  State = "waiting"  // the payment exists and is not finished
	Unknown  State = "unknown"  // neither sent nor read any more; a person or a webhook event decides
	Paid     State = "paid"     // the money has moved
	Failed   State = "failed"   // no money has moved, as the provider or a person says
	Canceled State = "canceled" // never sent, and never will be
)

// Settled reports whether s is an end: Paid, Failed or Canceled. It returns false for any
// other state and for "".
func (s State) Settled() bool { return s == Paid || s == Failed || s == Canceled }

// Moving reports whether workers make steps of a payout in s: Queued, Sending or Waiting.
// It returns false for any other state and for "".
func (s State) Moving() bool { return s == Queued || s == Sending || s == Waiting }

// The events by which a payout moves, as the history names them.
const (
	eventAdd      = "add"
	eventRelease  = "release"
	eventCancel   = "cancel"
	eventHold     = "hold"
	eventIntent   = "intent"
	eventRefused  = "refused"
	eventAgain    = "again"
	eventAway     = "turned_away"
	eventAccepted = "accepted"
	eventLook     = "look"
	eventEnded    = "ended"
	eventGaveUp   = "gave_up"
	eventEvidence = "evidence"
	eventResend   = "resend"
	eventSettle   = "settle"
	eventPaid     = "told_paid"
	eventFailed   = "told_failed"
	eventUnsent   = "told_unsent"
	eventNote     = "note"
	eventReissue  = "reissue"
	eventAssume   = "assume_sent"
)

// condition is what a rule requires of a payout besides its state.
type condition int

const (
	always       condition = iota
	neverSent              // no intent was ever committed
	sent                   // one was
	first                  // one was, and the answer is the answer to it
	contradicted           // two sources disagree about its end
)

// rule is a row of the table of transitions.
type rule struct {
	event    string
	from, to []State
	needs    condition
}

var anyState = []State{Held, Queued, Sending, Waiting, Unknown, Paid, Failed, Canceled}

var ends = []State{Paid, Failed}

// rules are all allowed transitions. Any other one fails with ErrState.
var rules = []rule{
	{eventAdd, nil, []State{Queued, Held}, neverSent},
	{eventRelease, []State{Held}, []State{Queued}, always},
	{eventCancel, []State{Held, Queued}, []State{Canceled}, neverSent},
	{eventHold, []State{Queued}, []State{Held}, neverSent},
	{eventIntent, []State{Queued, Sending}, []State{Sending}, always},
	{eventRefused, []State{Queued}, []State{Failed}, neverSent},
	{eventAgain, []State{Queued}, []State{Queued}, neverSent},
	{eventRefused, []State{Sending}, []State{Failed}, first},
	{eventAway, []State{Sending}, []State{Queued, Held}, first},
	{eventAgain, []State{Sending}, []State{Sending}, always},
	{eventAccepted, []State{Sending, Unknown}, []State{Waiting}, sent},
	{eventLook, []State{Waiting}, []State{Waiting}, always},
	{eventEnded, []State{Sending, Waiting}, ends, always},
	{eventGaveUp, []State{Sending, Waiting}, []State{Unknown}, always},
	{eventEvidence, []State{Waiting, Unknown}, ends, always},
	{eventResend, []State{Unknown}, []State{Sending}, always},
	{eventSettle, []State{Sending, Waiting, Unknown}, ends, always},
	{eventSettle, []State{Failed}, []State{Paid}, contradicted},
	{eventSettle, []State{Paid}, []State{Failed}, contradicted},
	{eventPaid, []State{Sending, Waiting, Unknown, Failed}, []State{Paid}, sent},
	{eventFailed, []State{Sending, Waiting, Unknown}, []State{Failed}, sent},
	{eventUnsent, []State{Held, Queued, Failed, Canceled}, []State{Unknown}, neverSent},
	{eventFailed, []State{Paid}, []State{Paid}, always},
	{eventNote, anyState, anyState, always},
	{eventReissue, []State{Failed, Canceled}, []State{Failed, Canceled}, always},
	{eventAssume, []State{Queued}, []State{Sending}, neverSent},
}

// may reports whether an event may move r to a state.
func (r *row) may(event string, to State) bool {
	return slices.ContainsFunc(rules, func(t rule) bool {
		return t.event == event && slices.Contains(t.from, r.state) && slices.Contains(t.to, to) && r.is(t.needs) &&
			(event != eventNote && event != eventReissue || r.state == to)
	})
}

// is reports whether r meets a condition.
func (r *row) is(c condition) bool {
	switch c {
	case neverSent:
		return r.firstSent == 0
	case sent:
		return r.firstSent != 0
	case first:
		return r.firstSent != 0 && r.attempts == 1
	case contradicted:
		return r.flags&Contradicted != 0
	case always:
	}
	return true
}

// refuse returns the ErrState of an event that no rule allows.
func (r *row) refuse(event string, to State) error {
	return fmt.Errorf("%w: %s: a payout that is %s cannot become %s by %s", ErrState, r.reference, r.state, to, event)
}
