package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
)

// errStopped ends a run before all rows were begun.
var errStopped = errors.New("the run was stopped")

// takePlace pays, and serves webhook events meanwhile if -listen is set.
func (l *ledger) takePlace(ctx context.Context, s *source, client *finik.Client, stderr io.Writer) error {
	if s.listen == "" {
		return l.run(ctx, s, client)
	}
	hook := finik.Webhook{PublicURL: s.publicURL, Keys: s.keys}
	stop, err := l.listen(ctx, s.listen, hook, func(address string) { say(stderr, "finik-payout: callbacks at %s\n", address) })
	if err != nil {
		return err
	}
	err = l.run(ctx, s, client)
	if ctx.Err() == nil {
		err = errors.Join(err, l.await(ctx, s.listenFor))
	}
	err = errors.Join(err, stop())
	if stats, failed := l.journal.Stats(context.WithoutCancel(ctx)); failed == nil {
		say(stderr, "finik-payout: %d callbacks about other payments, %d payouts that are flagged\n", stats.Strangers, stats.Flagged)
	}
	return err
}

// run pays until no payout moves any more, no payout has moved for the time of -wait, or ctx
// ends. It fails with errStopped or ctx's error.
func (l *ledger) run(ctx context.Context, s *source, client *finik.Client) error {
	going, stop := context.WithCancel(ctx)
	defer stop()
	patience := time.AfterFunc(s.wait, stop)
	defer patience.Stop()
	if s.demo {
		go l.hurry(going)
	}
	params := finikjournal.Params{
		Workers: s.workers, Poll: min(s.pause, time.Second),
		StepTimeout:   min(max(60*s.pause, 3*time.Second), time.Minute), // the next run waits for that after a kill
		Wait:          finik.WaitParams{First: s.firstLook, MinInterval: max(s.firstLook/3, 1), MaxInterval: 2 * s.firstLook},
		SkipRecipient: func(string) bool { return s.skipRecipient },
		OnEvent: func(e finikjournal.Event) {
			if e.Kind == finikjournal.EventMoved && e.From != e.To {
				patience.Reset(s.wait)
			}
		},
	}
	_, err := l.journal.Run(going, client, params)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && going.Err() != nil: // it has waited long enough
		return nil
	case err != nil:
		return fmt.Errorf("%w: %w", errStopped, err)
	}
	return nil
}

// hurry makes rows due at once until ctx ends: on loopback nobody needs the pauses.
func (l *ledger) hurry(ctx context.Context) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		_, _ = l.db.ExecContext(ctx, "UPDATE payout_entries SET next_at = 1 WHERE worker IS NULL AND next_at > 1 AND state IN ('queued', 'sending', 'waiting')")
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// listen serves webhook events at address until stop is called. The address may end in port
// 0; listen calls ready with the real address.
func (l *ledger) listen(ctx context.Context, address string, hook finik.Webhook, ready func(address string)) (stop func() error, err error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", address, err)
	}
	server := &http.Server{
		Handler:           l.journal.Webhook(hook),
		ReadHeaderTimeout: 10 * time.Second, // the handler bounds the body itself
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	ready(listener.Addr().String())
	return func() error {
		// An event that is cut off would be sent again, but nobody would listen.
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		err := server.Shutdown(ending)
		if e := <-served; !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, e)
		}
		return err
	}, nil
}

// await waits for webhook events about rows that have not ended, at most for longest.
func (l *ledger) await(ctx context.Context, longest time.Duration) error {
	ending, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		stats, err := l.journal.Stats(ending)
		open := stats.Open[finikjournal.Unknown].Count + stats.Open[finikjournal.Sending].Count + stats.Open[finikjournal.Waiting].Count
		if ending.Err() != nil {
			return ctx.Err()
		}
		if err != nil || open == 0 {
			return err
		}
		select {
		case <-ending.Done():
		case <-tick.C:
		}
	}
}
