package syncer

import (
	"context"
	"crypto/rand"
	"time"
)

// Leaser is the part of [Store] that a loop needs.
type Leaser interface {
	Take(ctx context.Context, stream, holder string, d time.Duration) (bool, error)
	Leave(ctx context.Context, stream, holder string) error
}

// The lease lasts as long as the time between passes, within these limits. After
// its holder was killed, no process works for that long. The holder renews it
// after each third of that time.
const (
	shortestLease = 3 * time.Second
	longestLease  = 30 * time.Second
)

// Loop calls pass at once and then every so often, in one of the processes that
// loop over the same stream: the one that holds the lease. The others ask for the
// lease after each third of its length. Loop returns nil when ctx ends, or the
// error of pass, which must return one only if it cannot go on.
//
// pass gets a context that ends when the lease is lost, with the cause
// ErrLeaseLost. trouble is called with errors of the lease itself, on any
// goroutine and also during a pass.
func Loop(ctx context.Context, l Leaser, stream string, every time.Duration, pass func(context.Context) error, trouble func(error)) error {
	k := keeper{Leaser: l, stream: stream, holder: rand.Text(), length: min(max(every, shortestLease), longestLease), trouble: trouble}
	defer k.leave(context.WithoutCancel(ctx))
	beat := time.NewTicker(k.length / 3)
	defer beat.Stop()
	for ctx.Err() == nil {
		if k.take(ctx) {
			if err := k.hold(ctx, every, pass); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
		case <-beat.C:
		}
	}
	return nil
}

type keeper struct {
	Leaser
	stream, holder string
	length         time.Duration
	trouble        func(error)
}

// hold calls pass until ctx ends, the lease is lost, or pass returns an error,
// which hold returns.
func (k *keeper) hold(ctx context.Context, every time.Duration, pass func(context.Context) error) error {
	ctx, lose := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		k.renew(ctx, lose)
	}()
	defer func() {
		lose(nil)
		<-ended
	}()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for ctx.Err() == nil { // a tick may come at the same time as the end
		if err := pass(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	return nil
}

// renew extends the lease until ctx ends. If the database does not answer, renew
// asks again until the lease has expired, and then calls lose: another process
// may have it.
func (k *keeper) renew(ctx context.Context, lose context.CancelCauseFunc) {
	beat := time.NewTicker(k.length / 3)
	defer beat.Stop()
	until := time.Now().Add(k.length)
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
		}
		began := time.Now()
		attempt, cancel := context.WithTimeout(ctx, min(k.length/3, time.Until(until)))
		held, err := k.Take(attempt, k.stream, k.holder, k.length)
		cancel()
		switch {
		case ctx.Err() != nil:
			return
		case err == nil && held:
			until = began.Add(k.length)
		case err == nil || !time.Now().Before(until):
			lose(ErrLeaseLost)
			return
		default:
			k.trouble(err)
		}
	}
}

func (k *keeper) take(ctx context.Context) bool {
	held, err := k.Take(ctx, k.stream, k.holder, k.length)
	if err != nil && ctx.Err() == nil {
		k.trouble(err)
	}
	return held
}

// leave ends the lease, so that the next process can start at once. If that
// fails, the lease expires.
func (k *keeper) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, shortestLease)
	defer cancel()
	if err := k.Leave(ctx, k.stream, k.holder); err != nil {
		k.trouble(err)
	}
}
