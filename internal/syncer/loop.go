package syncer

import (
	"context"
	"crypto/rand"
	"time"
)

// Leaser is the part of [Store] that [Loop] needs. A lease is the right of one
// process (the holder) to work on a stream for a time.
type Leaser interface {
	// Take makes holder the holder of the stream's lease for the duration d from now,
	// or extends the lease that holder has, and returns true. It returns false
	// without an error if another holder has the lease. See Store.Take.
	Take(ctx context.Context, stream, holder string, d time.Duration) (bool, error)
	// Leave ends the lease of the stream if holder has it, and otherwise does nothing
	// and returns nil. See Store.Leave.
	Leave(ctx context.Context, stream, holder string) error
}

// The length of a lease is the argument interval of [Loop], but at least
// shortestLease and at most longestLease. The holder renews the lease after each
// third of the length. If the holder is killed, no process works until the lease has
// expired.
const (
	shortestLease = 3 * time.Second
	longestLease  = 30 * time.Second
)

// Loop calls runPass as soon as this process holds the lease of the stream (see
// [Leaser]), and then once in each interval while it holds the lease. If a call of
// runPass takes longer than interval, the next call begins right after it. interval
// must be positive; otherwise Loop panics when it gets the lease. runPass and
// onLeaseError must not be nil.
//
// Of the processes that loop over one stream, one holds the lease. The others ask
// for the lease after each third of its length. The length is interval, but at
// least 3 and at most 30 seconds.
//
// Loop blocks until ctx ends or runPass returns an error. It always waits for a
// running runPass. If runPass returns an error, Loop returns the error unchanged,
// even if ctx has ended or the lease was lost meanwhile. Otherwise Loop returns nil
// after ctx has ended. runPass must return an error only if it cannot go on. Before
// Loop returns, it ends the lease, so that another process can start.
//
// runPass gets a context that ends when ctx ends or when the lease is lost. If the
// lease is lost, the cause of that context is ErrLeaseLost, and Loop asks for the
// lease again after runPass has returned nil.
//
// Loop calls onLeaseError with an error of taking, renewing or ending the lease, and
// goes on. Loop may call onLeaseError from another goroutine and while runPass runs,
// but two calls of onLeaseError never run at the same time. Loop drops two kinds of
// errors, without a call of onLeaseError:
//
//   - an error of renewing after the lease has expired: the lease is then lost;
//   - an error of taking or renewing after ctx has ended or runPass has returned an
//     error.
func Loop(ctx context.Context, l Leaser, stream string, interval time.Duration, runPass func(context.Context) error, onLeaseError func(error)) error {
	k := keeper{Leaser: l, stream: stream, holder: rand.Text(), length: min(max(interval, shortestLease), longestLease), onLeaseError: onLeaseError}
	defer k.leave(context.WithoutCancel(ctx))
	beat := time.NewTicker(k.length / 3)
	defer beat.Stop()
	for ctx.Err() == nil {
		if k.take(ctx) {
			if err := k.hold(ctx, interval, runPass); err != nil {
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
	onLeaseError   func(error)
}

// hold calls runPass at once, and then once in each interval, until ctx ends, the
// lease is lost or runPass returns an error. It renews the lease meanwhile. runPass
// gets a context that ends in these cases:
//
//   - ctx ends: the cause is the cause of ctx.
//   - The lease is lost: the cause is ErrLeaseLost.
//   - hold returns.
//
// hold always waits for a running runPass. It returns the error of runPass
// unchanged, even if ctx has ended or the lease was lost meanwhile. Otherwise it
// returns nil. hold does not end the lease. It panics if interval is not positive.
func (k *keeper) hold(ctx context.Context, interval time.Duration, runPass func(context.Context) error) error {
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
		if err := runPass(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	return nil
}

// renew extends the lease after each third of its length, until ctx ends. The
// result of Take decides what follows:
//
//   - Take returns true: the lease is extended, and renew goes on.
//   - Take returns false (another process has the lease), or an error after the
//     lease has expired: renew calls lose with ErrLeaseLost and returns.
//   - Take returns an error before the lease has expired: renew calls
//     k.onLeaseError with the error, and tries again after the next third.
//   - ctx has ended: renew returns, and an error of Take is dropped.
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
			k.onLeaseError(err)
		}
	}
}

func (k *keeper) take(ctx context.Context) bool {
	k.taken = time.Now()
	held, err := k.Take(ctx, k.stream, k.holder, k.length)
	if err != nil && ctx.Err() == nil {
		k.onLeaseError(err)
	}
	return held
}

// leave ends the lease, so that the next process can start at once. If Leave
// returns an error, or the database has not answered after 3 seconds, leave calls
// k.onLeaseError with the error. The lease then stays until it expires. Use a ctx
// that has not ended.
func (k *keeper) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, shortestLease)
	defer cancel()
	if err := k.Leave(ctx, k.stream, k.holder); err != nil {
		k.onLeaseError(err)
	}
}
