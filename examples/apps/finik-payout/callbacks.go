package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/payclients/payclients-go/finik"
)

// callback takes what the provider tells about a payment. Its signature has been
// checked. An end is on the disk before the callback is answered; an error makes
// the provider repeat it.
func (p *payer) callback(_ context.Context, event *finik.Event) error {
	p.mu.Lock()
	e := p.byTransaction[event.TransactionID]
	if e == nil {
		p.strangers++
	}
	p.mu.Unlock()
	if e == nil || !event.Status.Final() {
		return nil
	}
	r := e.record()
	r.State, r.Code = stateFailed, event.StatusCode
	if event.Status.Is(finik.StatusSucceeded) {
		r.State = statePaid
	}
	return p.advance(e, r, "")
}

// listen serves callbacks at address until its answer is called. The address may
// end in port 0; ready is told the one that it is.
func (p *payer) listen(ctx context.Context, address string, hook finik.Webhook, ready func(address string)) (stop func() error, err error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", address, err)
	}
	server := &http.Server{
		Handler:           hook.Handler(p.callback),
		ReadHeaderTimeout: 10 * time.Second, // the handler bounds the body itself
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	ready(listener.Addr().String())
	return func() error {
		// A callback that is cut off would come again, but nobody would listen.
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		err := server.Shutdown(ending)
		if e := <-served; !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, e)
		}
		return err
	}, nil
}

// await waits for callbacks about rows whose outcome is unknown, for so long at
// most.
func (p *payer) await(ctx context.Context, longest time.Duration) {
	timer := time.NewTimer(longest)
	defer timer.Stop()
	for _, e := range p.entries {
		if e.state().report() != reportUnknown {
			continue
		}
		select {
		case <-e.settled:
		case <-timer.C:
			return
		case <-ctx.Done():
			return
		}
	}
}
