package main

import (
	"context"
	"errors"
	"time"
)

// replica is a sync, in a child process or, to catch up, in the parent.
type replica struct {
	migrate func(context.Context) error
	runOnce func(context.Context) (changed int, caughtUp bool, err error)
	runLoop func(ctx context.Context, told func(error)) error // with the lease, until ctx ends
	isFence error                                             // what the errors of fenced passes match
	again   error                                             // what the error of a pass matches that gave up because too much changed; nil if none
}

// outcome is the result of a pass. A fenced pass has no error.
type outcome struct {
	changed          int
	caughtUp, fenced bool
}

func (r replica) pass(ctx context.Context) (outcome, error) {
	changed, caughtUp, err := r.runOnce(ctx)
	switch {
	case errors.Is(err, r.isFence):
		return outcome{fenced: true}, nil
	case r.again != nil && errors.Is(err, r.again):
		return outcome{}, nil
	}
	return outcome{changed: changed, caughtUp: caughtUp}, err
}

// passes makes one pass after the other until ctx ends or a pass fails.
func (r replica) passes(ctx context.Context, tell func(event)) error {
	for ctx.Err() == nil {
		o, err := r.pass(ctx)
		switch {
		case err != nil:
			return err
		case o.fenced:
			tell(fenced)
		case o.caughtUp:
			tell(passed)
			select {
			case <-ctx.Done():
			case <-time.After(betweenPasses):
			}
		}
	}
	return nil
}

// loop makes passes while it holds the lease, until ctx ends or a pass fails.
func (r replica) loop(ctx context.Context, tell func(event)) (failed error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	err := r.runLoop(ctx, func(err error) {
		switch {
		case err == nil:
			tell(passed)
		case errors.Is(err, r.isFence):
			tell(fenced)
		case errors.Is(err, context.DeadlineExceeded): // a database that is too busy to renew the lease in time: the loop asks again
		case r.again != nil && errors.Is(err, r.again):
		case ctx.Err() == nil:
			failed = err
			stop()
		}
	})
	return errors.Join(err, failed)
}
