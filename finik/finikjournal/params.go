package finikjournal

import (
	"cmp"
	"context"
	"time"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/poll"
	"github.com/payclients/payclients-go/internal/problems"
)

// Params say how Run, RunOnce, Loop and Step send payouts. In each number and Duration, and
// in Wait, zero means the default, and a negative value makes these methods return
// ErrInvalidRequest. All processes that use one book ([New]) should have the same Params.
type Params struct {
	Workers int           // payouts at a time in this process; the default is 8; above 1000 is ErrInvalidRequest
	Poll    time.Duration // how often Run and Loop look for payouts that are due; the default is 1 s
	// StepTimeout is how long the requests of one step of a payout may take; the default
	// is 3 min. A process that was killed keeps its payouts from others for at most 7/6 of
	// StepTimeout.
	StepTimeout time.Duration
	Grace       time.Duration // how long requests may go on after the end of ctx; the default is 15 s
	// ResendFor limits repeats. A payout without a final answer is sent again, with the
	// same TransactionID, until ResendFor after the first request. Later it becomes
	// unknown. The default is 1 h. A ResendFor below StepTimeout is ErrInvalidRequest. How
	// long the provider remembers a TransactionID is Unverified: set a longer time only if
	// the provider promises it.
	ResendFor time.Duration
	// Trip is how many refusals in a row close an account: its payouts are then not sent.
	// The default is 3. A refusal is a 401, 402, 403, 429, 5xx, or no usable answer to a
	// request that sends a payout or checks its recipient, and a 401 or 403 to a read. A
	// second 403 of one payout does not count. An answer that shows a payment, a 409, and a
	// 400 or 404 that makes a payout failed set the count to zero. Other answers leave the
	// count.
	//
	// After a 401 or 403 as the last refusal the account stays closed until Resume, after a
	// 402 for 5 min, after any other refusal for 1 min. Each further refusal in a row
	// doubles the time, to at most 1 h (402) or 15 min (others). A refusal with a
	// Retry-After header closes the account at once, for any Trip, for the time that the
	// header asks for, at most 24 h.
	Trip int
	// Wait says when a payment that has not ended is read. The first read is Wait.First
	// after the request, by default 30 s. The second is Wait.MinInterval later, by default
	// 10 s. Each further interval doubles, up to Wait.MaxInterval, by default 10 min. From
	// an hour after the first request on, the payment is read every 6 h.
	Wait finik.WaitParams
	// SkipRecipient reports whether to send payouts to a service without asking the
	// provider about the recipient. A nil SkipRecipient asks about every recipient, before
	// the first request of a payout only. Several goroutines call SkipRecipient at a time.
	SkipRecipient func(service string) bool
	// Check decides about the recipient r, as the service knows the recipient, before the
	// first request of the payout e. No transaction is open. If Check returns an error,
	// nothing is sent: the payout becomes held, and its Cause has the error's text. A nil
	// Check accepts every recipient. Check is not called where SkipRecipient returns true.
	// Several goroutines call Check at a time.
	Check func(ctx context.Context, e Entry, r finik.Recipient) error
	// OnEvent is called with every event, for metrics, by several goroutines at a time. A
	// nil OnEvent logs EventUnstored, EventTripped and EventTrouble to slog.Default.
	OnEvent func(Event)
}

// EventKind is the kind of an [Event]: one of the constants below.
type EventKind string

// The kinds of events.
const (
	EventMoved EventKind = "moved" // a worker has stored the result of a step; the state may be the same
	// EventFenced: another process or a person changed the payout during a step. An answer
	// that shows or names the payment is stored all the same, and an EventMoved follows. Any
	// other answer is dropped.
	EventFenced  EventKind = "fenced"
	EventTripped EventKind = "tripped" // refusals have closed the account of the payout, see Params.Trip
	// EventUnstored: an answer of the provider could not be stored. Entry, To, PaymentID
	// and Code may be the only copy of the answer.
	EventUnstored EventKind = "unstored"
	EventTrouble  EventKind = "trouble" // the database failed, see Err; workers go on
)

// Event is what Params.OnEvent is called with.
type Event struct {
	Kind  EventKind
	Entry Entry // the payout; zero for an EventTrouble that is not about one payout
	From  State // of EventMoved: the state before; else ""
	// To is the state after an EventMoved. For EventFenced and EventUnstored To is the
	// state that the answer leads to, "" without an answer. For any other event To is "".
	To        State
	PaymentID string // the provider's id of the payment; "" if not known, and for EventTripped and EventTrouble
	Code      int    // of the answer: finik.Error.StatusCode, or statusCode of the payment; 0 if it has none
	Err       error  // of EventUnstored and EventTrouble; else nil
}

// Result counts the steps of a run, and the states in which the steps left payouts. A
// payout with several steps is counted several times.
type Result struct {
	Steps                                        int // how many steps were made
	Paid, Failed, Waiting, Queued, Held, Unknown int // how often a payout was stored in this state; Queued includes Sending
}

// lease returns how long a claim keeps a payout from other processes.
func (p Params) lease() time.Duration { return p.StepTimeout + p.StepTimeout/6 }

// lookAfter returns the wait before a payment is read again, for the number of reads so
// far and the time since the first request.
func (p Params) lookAfter(tries int, age time.Duration) time.Duration {
	switch {
	case tries == 0:
		return p.Wait.First
	case age > overdue:
		return 6 * time.Hour
	}
	return min(p.Wait.MinInterval<<min(tries-1, 20), p.Wait.MaxInterval)
}

func (p Params) problems() problems.List {
	var found problems.List
	found.If(p.Workers < 0 || p.Workers > 1000, "Params: Workers: must be 0 to 1000")
	found.If(p.Poll < 0 || p.StepTimeout < 0 || p.Grace < 0 || p.ResendFor < 0 || p.Trip < 0, "Params: must not be negative")
	found = append(found, poll.Params(p.Wait).Problems()...)
	d := p.withDefaults()
	found.If(d.ResendFor < d.StepTimeout, "Params: ResendFor: must not be below StepTimeout")
	return found
}

func (p Params) withDefaults() Params {
	p.Workers = cmp.Or(p.Workers, 8)
	p.Poll = cmp.Or(p.Poll, time.Second)
	p.StepTimeout = cmp.Or(p.StepTimeout, 3*time.Minute)
	p.Grace = cmp.Or(p.Grace, 15*time.Second)
	p.ResendFor = cmp.Or(p.ResendFor, time.Hour)
	p.Trip = cmp.Or(p.Trip, 3)
	p.Wait = finik.WaitParams(poll.Params(p.Wait).Or(poll.Params{First: 30 * time.Second, MinInterval: 10 * time.Second, MaxInterval: 10 * time.Minute}))
	return p
}
