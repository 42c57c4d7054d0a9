package main

import (
	"context"
	"time"
)

const retryEvery = 5 * time.Second // for events that were not acknowledged

// hook sends the webhook events of one API.
type hook struct {
	events  func() []event
	deliver func(d delivery) (left int, err error)
	wake    chan struct{}
}

// event is a webhook event that is to be sent.
type event struct {
	paymentID, what string
	body            []byte
	sent            int
	acknowledged    bool
}

// delivery is one round of sending what is not acknowledged yet.
type delivery struct {
	ctx    context.Context //nolint:containedctx // lives as long as the round
	target string
}

func newHook(events func() []event, deliver func(delivery) (int, error)) *hook {
	return &hook{events, deliver, make(chan struct{}, 1)}
}

// look makes run look for new events. It does nothing on a nil hook.
func (h *hook) look() {
	if h == nil {
		return
	}
	select {
	case h.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// run sends events as they come until ctx ends. It sends those that are not
// acknowledged again, with the next event or request and after a while.
func (h *hook) run(ctx context.Context, target string, say *console) {
	shown := map[int]bool{} // numbers of events whose end is printed
	for {
		left, err := h.deliver(delivery{ctx, target})
		if ctx.Err() != nil {
			return
		}
		for i, e := range h.events() {
			switch {
			case e.acknowledged && !shown[i]:
				shown[i] = true
				say.printf("webhook %s %s: acknowledged\n", e.paymentID, e.what)
			case !e.acknowledged && e.sent == 1:
				say.printf("webhook %s %s: not acknowledged, will be sent again\n", e.paymentID, e.what)
			}
		}
		if err != nil {
			say.printf("webhook: %v\n", err)
		}
		h.wait(ctx, left > 0)
	}
}

// wait returns for the next request, and after a while where something is left.
func (h *hook) wait(ctx context.Context, left bool) {
	var again <-chan time.Time
	if left {
		timer := time.NewTimer(retryEvery)
		defer timer.Stop()
		again = timer.C
	}
	select {
	case <-h.wake:
	case <-again:
	case <-ctx.Done():
	}
}
