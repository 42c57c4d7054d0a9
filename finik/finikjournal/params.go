package finikjournal

import (
	"context"
	"time"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/poll"
	"github.com/payclients/payclients-go/internal/problems"
)

// Params say how payouts are sent. A zero field is its default. All processes of a book
// should have the same.
type Params struct {
	Workers int           // payouts at a time in this process; the default is 8
	Poll    time.Duration // between looks for payouts that are due; the default is 1 s
	// StepTimeout is how long the requests of one step of a payout may take; the default
	// is 3 min. A process that was killed keeps its payouts from others for that long and
	// a sixth of it.
	StepTimeout time.Duration
	Grace       time.Duration // that steps get when Loop or Run has to end; the default is 15 s
	// ResendFor is how long after the first request the same TransactionID is sent
	// again. The default is 1 h. How long the provider remembers one is Unverified: a
	// longer time is the caller's word that it does. After it the payout is unknown.
	ResendFor time.Duration
	// Trip is after how many refusals of an account in a row (401, 402, 403, or no usable
	// answer) no more is sent from it: 402 for 5 min, doubling to 1 h; no answer for 1 min,
	// doubling to 15 min; 401 and 403 until Resume. The default is 3. Any other word of
	// the provider forgets them.
	Trip int
	// Wait is when payments on their way are looked at: First after the request, 30 s by
	// default, then after MinInterval, 10 s, doubling to MaxInterval, 10 min. A payment
	// that is older than an hour is looked at every 6 h.
	Wait finik.WaitParams
	// SkipRecipient reports whether a service has no check of recipients. Nil is that all
	// have one. The recipient is asked for before the first request only.
	SkipRecipient func(service string) bool
	// Check is asked about the recipient before the first request. Its error holds the
	// payout and is stored as its cause. Nil agrees.
	Check func(ctx context.Context, e Entry, r finik.Recipient) error
	// OnEvent is told what happens, for metrics, on any goroutine. With nil, trouble is
	// logged to slog.Default.
	OnEvent func(Event)
}

// EventKind is what an [Event] tells.
type EventKind string

// The kinds of events.
const (
	EventMoved    EventKind = "moved"    // a payout was stored in another state, or looked at
	EventFenced   EventKind = "fenced"   // an answer came when another process or a person had moved the payout on
	EventTripped  EventKind = "tripped"  // refusals have closed an account
	EventUnstored EventKind = "unstored" // an answer could not be stored: Entry, To and PaymentID may be its last copy
	EventTrouble  EventKind = "trouble"  // the database failed; the loop goes on
)

// Event is something that has happened.
type Event struct {
	Kind      EventKind
	Entry     Entry // zero for EventTrouble
	From, To  State
	PaymentID string
	Code      int // HTTP status of the answer, 0 is none
	Err       error
}

// Result counts what a run has done.
type Result struct {
	Steps                                        int // that payouts were taken
	Paid, Failed, Waiting, Queued, Held, Unknown int // what they came to; Queued includes Sending
}

// lease is for how long a claim keeps a payout from others.
func (p Params) lease() time.Duration { return p.StepTimeout + p.StepTimeout/6 }

// lookAfter is the wait before a payment is looked at again.
func (p Params) lookAfter(tries int, age time.Duration) time.Duration {
	switch {
	case tries == 0:
		return p.Wait.First
	case age > overdue:
		return 6 * time.Hour
	}
	return min(p.Wait.MinInterval<<min(tries-1, 20), p.Wait.MaxInterval)
}

func (p Params) faults() []string {
	var found problems.List
	found.If(p.Workers < 0 || p.Workers > 1000, "Params: Workers: must be 0 to 1000")
	found.If(p.Poll < 0 || p.StepTimeout < 0 || p.Grace < 0 || p.ResendFor < 0 || p.Trip < 0, "Params: must not be negative")
	found = append(found, poll.Params(p.Wait).Problems()...)
	d := p.withDefaults()
	found.If(d.ResendFor < d.StepTimeout, "Params: ResendFor: must not be below StepTimeout")
	return found
}

func (p Params) withDefaults() Params {
	either := func(d *time.Duration, otherwise time.Duration) {
		if *d == 0 {
			*d = otherwise
		}
	}
	either(&p.Poll, time.Second)
	either(&p.StepTimeout, 3*time.Minute)
	either(&p.Grace, 15*time.Second)
	either(&p.ResendFor, time.Hour)
	p.Wait = finik.WaitParams(poll.Params(p.Wait).Or(poll.Params{First: 30 * time.Second, MinInterval: 10 * time.Second, MaxInterval: 10 * time.Minute}))
	if p.Workers == 0 {
		p.Workers = 8
	}
	if p.Trip == 0 {
		p.Trip = 3
	}
	return p
}
