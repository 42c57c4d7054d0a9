package syncer

import (
	"context"
	"crypto/rand"
	"time"
)

// Leaser is what a loop needs of a [Store].
type Leaser interface {
	Take(ctx context.Context, stream, holder string, d time.Duration) (bool, error)
	Leave(ctx context.Context, stream, holder string) error
}

// The lease lasts for as long as the time between passes, within these bounds:
// so long nobody works after its holder was killed. It is renewed at each third
// of that time.
const (
	shortestLease = 3 * time.Second
	longestLease  = 30 * time.Second
)

// Loop calls pass at once and then at each tick of every, in one process of
// those that loop over the same stream: the one that holds the lease. The others
// ask for it at each third of its length. It ends when ctx does, with nil, or
// when pass reports an error that it cannot go on after.
//
// pass gets a context that ends when the lease is lost. trouble is told of
// errors of the lease itself, on any goroutine and also beside a pass.
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

// hold works until ctx ends, the lease is lost, or pass says that it cannot go
// on.
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
	for ctx.Err() == nil { // a tick may come with the end
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

// renew keeps the lease until ctx ends. A database that does not answer is asked
// again until the lease has run out: then somebody else may have it.
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

// leave lets the next process begin at once. Where it fails the lease runs out
// by itself.
func (k *keeper) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, shortestLease)
	defer cancel()
	if err := k.Leave(ctx, k.stream, k.holder); err != nil {
		k.trouble(err)
	}
}
