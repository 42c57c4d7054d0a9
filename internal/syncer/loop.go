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

// Loop calls pass at once, and then after each time every, while this process
// holds the lease of the stream. Of the processes that loop over one stream, one
// holds the lease. The others ask for it after each third of its length. Loop
// returns nil when ctx ends. If pass returns an error, Loop ends and returns that
// error; pass must return one only if it cannot go on. every must be positive.
//
// pass gets a context that ends when the lease is lost, with the cause
// ErrLeaseLost. Loop calls trouble with errors of the lease itself, on any
// goroutine and also during a pass. It goes on after them.
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

// hold calls pass at once, and then after each time every. It returns nil when ctx
// ends or the lease is lost, and the error of pass if pass returns one.
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
// calls trouble and asks again until the lease has expired. It then calls lose
// with ErrLeaseLost, because another process may have the lease. It does so at
// once if another process has it.
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

// leave ends the lease, so that the next process can start at once. If that fails,
// leave calls trouble, and the lease expires later.
func (k *keeper) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, shortestLease)
	defer cancel()
	if err := k.Leave(ctx, k.stream, k.holder); err != nil {
		k.trouble(err)
	}
}
