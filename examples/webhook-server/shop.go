package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"

	"github.com/payclients/payclients-go/wallet"
)

// shop keeps what it knows of payments in memory; a real one keeps it in a
// database, the key of an event and its effect in one transaction.
type shop struct {
	client *wallet.Client
	stdout io.Writer

	mu     sync.Mutex
	seen   map[string]bool         // keys of events
	status map[int64]wallet.Status // of payments, as last read
}

func newShop(client *wallet.Client, stdout io.Writer) *shop {
	return &shop{client: client, stdout: stdout, seen: map[string]bool{}, status: map[int64]wallet.Status{}}
}

type lineKey struct{}

// notice acts on an event whose token is right. An error is answered with 500,
// so that the service may send the event again.
func (s *shop) notice(ctx context.Context, event *wallet.Event) error {
	line, _ := ctx.Value(lineKey{}).(*string)
	*line = fmt.Sprintf("  %-8s  of %d", event.Type, event.Payment.ID)
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

// logged prints a line for each request: no query, which holds the token, and
// nothing of the body.
func (s *shop) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		line := "  forged"
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(recorder, r.WithContext(context.WithValue(r.Context(), lineKey{}, &line)))
		s.say("%s %s %d%s\n", r.Method, r.URL.Path, recorder.status, line)
	})
}

// sum prints what the shop knows at the end.
func (s *shop) sum() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.say("\n")
	for _, id := range slices.Sorted(maps.Keys(s.status)) {
		s.say("%d is %s\n", id, s.status[id])
	}
}

// say prints; a log that is gone is no reason to refuse notices.
func (s *shop) say(format string, args ...any) { _, _ = fmt.Fprintf(s.stdout, format, args...) }

// statusRecorder remembers the status of an answer.
type statusRecorder struct {
	http.ResponseWriter

	status int
}

func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the deadlines of the connection.
func (r *statusRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
