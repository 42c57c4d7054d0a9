package syncer

import (
	"context"
	"crypto/rand"
	"time"
)

// Leaser is the part of [Store] that [Loop] needs: see Store.Take and Store.Leave. A
// lease is the right of one process (the holder) to work on a stream for a time.
type Leaser interface {
	Take(ctx context.Context, stream, holder string, d time.Duration) (bool, error)
	Leave(ctx context.Context, stream, holder string) error
}

// The limits of a lease's length. Within them it is the time between two passes, the
// argument interval of [Loop]. The holder renews the lease after each third of the
// length. If the holder is killed, no process works until the lease has expired.
const (
	shortestLease = 3 * time.Second
	longestLease  = 30 * time.Second
)

// Loop calls pass at once, and then once in each interval, while this process holds
// the lease of the stream. If a pass takes longer than interval, the next pass
// begins right after it. Of the processes that loop over one stream, one holds the
// lease. The others ask for the lease after each third of its length. The length is
// interval, but at least 3 and at most 30 seconds. interval must be positive;
// otherwise Loop panics when it gets the lease. pass and trouble must not be nil.
//
// Loop blocks until ctx ends or pass returns an error. It always waits for a running
// pass. If pass returns an error, Loop returns the error unchanged, also if ctx has
// ended or the lease was lost during that pass. Otherwise Loop returns nil when ctx
// has ended. pass must return an error only if it cannot go on. Before Loop returns,
// it ends the lease, so that another process can start.
//
// pass gets a context that ends with ctx, or when the lease is lost. If the lease
// is lost, the cause of that context is ErrLeaseLost. After pass has returned nil,
// Loop then asks for the lease again. Loop calls trouble with errors of taking,
// renewing or ending the lease, and continues. Such a call may come from any
// goroutine, also during a pass.
func Loop(ctx context.Context, l Leaser, stream string, interval time.Duration, pass func(context.Context) error, trouble func(error)) error {
	k := keeper{Leaser: l, stream: stream, holder: rand.Text(), length: min(max(interval, shortestLease), longestLease), trouble: trouble}
	defer k.leave(context.WithoutCancel(ctx))
	beat := time.NewTicker(k.length / 3)
	defer beat.Stop()
	for ctx.Err() == nil {
		if k.take(ctx) {
			if err := k.hold(ctx, interval, pass); err != nil {
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
	taken          time.Time // start of the Take that took the lease
	trouble        func(error)
}

// hold calls pass at once, and then once in each interval. It renews the lease
// meanwhile. If pass returns an error, hold returns the error unchanged, also if ctx
// has ended or the lease was lost during that pass. Otherwise hold returns nil when
// ctx has ended or the lease is lost. hold always waits for a running pass. It does
// not end the lease. It panics if interval is not positive.
func (k *keeper) hold(ctx context.Context, interval time.Duration, pass func(context.Context) error) error {
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
	tick := time.NewTicker(interval)
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

// renew extends the lease after each third of its length, until ctx ends. If Take
// reports that another process has the lease, renew calls lose with ErrLeaseLost and
// returns. If Take returns an error and the lease has expired, renew does the same.
// If Take returns an error before the lease has expired, renew calls trouble with
// the error and tries again after the next third.
//
// renew measures the expiry by the clock of this process: one length after the
// start of the last Take that took or extended the lease.
func (k *keeper) renew(ctx context.Context, lose context.CancelCauseFunc) {
	beat := time.NewTicker(k.length / 3)
	defer beat.Stop()
	until := k.taken.Add(k.length)
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
	k.taken = time.Now()
	held, err := k.Take(ctx, k.stream, k.holder, k.length)
	if err != nil && ctx.Err() == nil {
		k.trouble(err)
	}
	return held
}

// leave ends the lease, so that the next process can start at once. If Leave returns
// an error, or the database has not answered after 3 seconds, leave calls trouble
// with the error. The lease then stays until it expires. Use a ctx that has not
// ended.
func (k *keeper) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, shortestLease)
	defer cancel()
	if err := k.Leave(ctx, k.stream, k.holder); err != nil {
		k.trouble(err)
	}
}
