package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/payclients/payclients-go/wallet"
)

// shop is paid through wallet.best. It keeps what it knows of payments in memory;
// a real one keeps it in a database, the key of an event and its effect in one
// transaction.
type shop struct {
	client *wallet.Client

	mu     sync.Mutex
	seen   map[string]bool         // keys of events
	status map[int64]wallet.Status // of payments, as last read
}

func newShop(client *wallet.Client) *shop {
	return &shop{client: client, seen: map[string]bool{}, status: map[int64]wallet.Status{}}
}

// notice acts on an event whose token is right. An error is answered with 500,
// so that the service may send the event again.
func (s *shop) notice(ctx context.Context, event *wallet.Event) error {
	line := line(ctx)
	*line = fmt.Sprintf("%-8s  of %d", event.Type, event.Payment.ID)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen[event.Key()] {
		*line += "  seen before"
		return nil
	}
	// The token says nothing about the content, and events come in any order: what
	// counts is what the service says now.
	now, err := s.client.GetPayment(ctx, event.Payment.ID)
	if err != nil {
		*line += "  cannot be read now, to be sent again"
		return err
	}
	s.seen[event.Key()] = true
	s.status[now.Payment.ID] = now.Payment.Status
	*line += fmt.Sprintf("  now %-9s", now.Payment.Status)
	if now.Payment.Total != nil {
		*line += fmt.Sprintf("  %s RUB", now.Payment.Total.Pad(2))
	}
	return nil
}

// sum is what the shop knows at the end.
func (s *shop) sum() (text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(s.status)) {
		text += fmt.Sprintf("%d is %s\n", id, s.status[id])
	}
	return text
}
