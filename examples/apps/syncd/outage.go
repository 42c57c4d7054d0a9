package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/payclients/payclients-go/examples/apps/internal/explain"
)

// outage tells of a database that does not answer: a line when that begins, one a
// minute, and one when it has ended. What passes, ticks and River have to say about it
// in the meantime is the same each time, and is not logged.
type outage struct {
	log   *slog.Logger
	ping  func(context.Context) error
	begun chan struct{}

	mu    sync.Mutex
	since time.Time // zero is no outage
	ended time.Time // of the last one
}

const (
	pingTime   = 5 * time.Second
	lookEach   = time.Second
	repeatEach = time.Minute
	// settleTime is how long after its end River may still speak of an outage.
	settleTime = 10 * time.Second
)

func newOutage(log *slog.Logger, ping func(context.Context) error) *outage {
	return &outage{log: log, ping: ping, begun: make(chan struct{}, 1)}
}

// on reports whether there is an outage. Something has failed that may be due to one:
// where none is known it asks the database.
func (o *outage) on(ctx context.Context) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.since.IsZero() {
		return true
	}
	began := time.Now()
	err := o.ask(ctx)
	if err == nil {
		return false
	}
	o.since = began
	o.log.WarnContext(ctx, "the database does not answer", slog.String("class", string(explain.Database)), slog.Any("error", err),
		slog.String("advice", "Passes fail until it answers, and then go on where they were."))
	o.begun <- struct{}{}
	return true
}

// over reports whether an outage has ended just now, or goes on.
func (o *outage) over(ctx context.Context) bool {
	o.mu.Lock()
	just := !o.ended.IsZero() && time.Since(o.ended) < settleTime
	o.mu.Unlock()
	return just || o.on(ctx)
}

// ask pings the database, whatever has become of ctx.
func (o *outage) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pingTime)
	defer cancel()
	return o.ping(ctx)
}

// watch waits for outages and for their ends, until ctx ends.
func (o *outage) watch(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-o.begun:
		}
		o.last(ctx)
	}
}

// last waits for the end of an outage.
func (o *outage) last(ctx context.Context) {
	look, repeat := time.NewTicker(lookEach), time.NewTicker(repeatEach)
	defer look.Stop()
	defer repeat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-repeat.C:
			o.log.WarnContext(ctx, "the database still does not answer", slog.String("class", string(explain.Database)), slog.Duration("duration", o.length()))
		case <-look.C:
			if o.ask(ctx) == nil {
				o.log.InfoContext(ctx, "the database answers again", slog.Duration("duration", o.end()))
				return
			}
		}
	}
}

func (o *outage) length() time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	return time.Since(o.since)
}

func (o *outage) end() time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	length := time.Since(o.since)
	o.since, o.ended = time.Time{}, time.Now()
	return length
}

// outageHandler leaves out what is logged because of an outage.
type outageHandler struct {
	slog.Handler
	outage *outage
}

func (h outageHandler) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelWarn && h.outage.over(ctx) {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

func (h outageHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return outageHandler{h.Handler.WithAttrs(attrs), h.outage}
}

func (h outageHandler) WithGroup(name string) slog.Handler {
	return outageHandler{h.Handler.WithGroup(name), h.outage}
}
