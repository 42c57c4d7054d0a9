package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/payclients/payclients-go/wallet"
)

// shop is paid through wallet.best. It keeps what it knows of payments in memory;
// a real one keeps it in a database, the key of an event and its effect in one
// transaction.
type shop struct {
	client *wallet.Client

	mu    sync.Mutex      // never held while the service is asked
	seen  map[string]bool // keys of events that were acted upon
	known map[int64]known // payments
	reads int             // that were begun
}

// known is what is known of a payment.
type known struct {
	status wallet.Status
	read   int       // number of the read that the status is from
	newest time.Time // of the events that were acted upon
}

// readTimeout bounds the read of a payment: a service that sends an event does
// not wait for long.
const readTimeout = 5 * time.Second

var errNotYet = errors.New("the service does not show yet what its event reports")

func newShop(client *wallet.Client) *shop {
	return &shop{client: client, seen: map[string]bool{}, known: map[int64]known{}}
}

// notice acts on an event whose token is right. An error is answered with 500,
// so that the service may send the event again. Whether it ever does is
// Unverified: a real shop also reads its unfinished payments on a schedule.
func (s *shop) notice(ctx context.Context, event *wallet.Event) error {
	line := line(ctx)
	*line = fmt.Sprintf("%-8s  of %d", plain(event.Type), event.Payment.ID)
	read, seen := s.begin(event)
	if seen {
		*line += "  seen before"
		return nil
	}
	// The token says nothing about the content, and events come in any order: what
	// counts is what the service says now.
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	now, err := s.client.GetPayment(ctx, event.Payment.ID)
	if err != nil {
		*line += "  cannot be read now, to be sent again"
		return err
	}
	text, err := s.act(event, &now.Payment, read)
	*line += text
	return err
}

// begin numbers a read, unless the event has been acted upon.
func (s *shop) begin(event *wallet.Event) (read int, seen bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	return s.reads, s.seen[event.Key()]
}

// act takes over what the service says, unless a read that began later has been
// taken over already.
func (s *shop) act(event *wallet.Event, now *wallet.Payment, read int) (text string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.known[now.ID]
	switch {
	case s.seen[event.Key()]: // another delivery of it was quicker
		return "  seen before", nil
	case ahead(event, now.Status, before.newest):
		return fmt.Sprintf("  still %s, to be sent again", plain(now.Status)), errNotYet
	}
	s.seen[event.Key()] = true
	after := known{now.Status, read, event.CreatedAt}
	if before.read > read {
		after.status, after.read = before.status, before.read
	}
	if clock := time.Now(); after.newest.After(clock) { // made up, maybe
		after.newest = clock
	}
	if before.newest.After(after.newest) {
		after.newest = before.newest
	}
	s.known[now.ID] = after
	text = fmt.Sprintf("  now %-9s", plain(now.Status))
	if now.Total != nil {
		text += fmt.Sprintf("  %s RUB", now.Total.Pad(2))
	}
	return text, nil
}

// ahead reports whether an event has overtaken the status that the service
// shows. An event that is older than one acted upon is late instead.
func ahead(event *wallet.Event, now wallet.Status, newest time.Time) bool {
	if now == event.To || !event.CreatedAt.IsZero() && event.CreatedAt.Before(newest) {
		return false
	}
	return !now.Final() || now == event.From
}

// sum is what the shop knows at the end.
func (s *shop) sum() (text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(s.known)) {
		text += fmt.Sprintf("%d is %s\n", id, s.known[id].status)
	}
	return text
}
