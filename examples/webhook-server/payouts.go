package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/payclients/payclients-go/finik"
)

// payouts are payments that were made through Finik. They are kept in memory; a
// real service keeps them in a database.
type payouts struct {
	ours func(transactionID string) bool // whether it is one of them

	mu     sync.Mutex
	done   map[string]bool         // keys of events that were acted upon
	status map[string]finik.Status // final, by transaction
}

func newPayouts(ours func(string) bool) *payouts {
	return &payouts{ours: ours, done: map[string]bool{}, status: map[string]finik.Status{}}
}

// notice acts on an event whose signature is right, and so its content too. The
// payment is not read again: the id of an event need not be the one that
// GetPayment takes, and there is no call by TransactionID. So what counts is that
// the transaction is ours and its status final, whatever comes before or after.
func (p *payouts) notice(ctx context.Context, event *finik.Event) error {
	line := line(ctx)
	*line = fmt.Sprintf("%-10s  of %s", plain(event.Status), plain(event.TransactionID))
	ours := p.ours(event.TransactionID) // may ask a database
	p.mu.Lock()
	defer p.mu.Unlock()
	before, ended := p.status[event.TransactionID]
	switch {
	case !ours:
		*line += "  not ours"
	case !event.Status.Final() && ended:
		*line += fmt.Sprintf("  late, it is %s already", plain(before))
	case !event.Status.Final():
		*line += "  not at its end"
	case ended && !before.Is(event.Status):
		*line += fmt.Sprintf("  was %s, a person has to look", plain(before))
	case p.done[event.Key()]:
		*line += "  seen before"
	default:
		p.done[event.Key()] = true
		p.status[event.TransactionID] = event.Status
		if event.Amount != nil {
			*line += fmt.Sprintf("  %s som", event.Amount.Pad(2))
		}
	}
	return nil
}

// sum is what is known at the end.
func (p *payouts) sum() (text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(p.status)) {
		text += fmt.Sprintf("%s is %s\n", plain(id), plain(p.status[id]))
	}
	return text
}
