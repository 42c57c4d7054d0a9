package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// backlog is how many steps the provider's changes may be behind.
const backlog = 100

// rampage kills the processes of a trial and starts them again.
type rampage struct {
	trial
	orders
	steps chan struct{} // one for each request of a process, and each pass that ended

	mu     sync.Mutex
	tally  tally
	worker *process // the last process that sent a request
}

// A kill comes a moment after its victim has reported a number of further events,
// so the speed of the machine does not matter, and a kill may meet anything from
// the start of the process on. With a lease most processes report nothing; the
// kill then comes some time after one of them has started to work.
const (
	longestMoment = 30 * time.Millisecond
	longestWait   = time.Second
	longestIdle   = time.Minute // without any process at work: a lease lasts for seconds
)

// patience is how many times the asked number of kills may be used to see all
// that a trial is for.
const patience = 3

// kill kills processes until there were enough kills, and then lets the processes
// end. It returns the first error of a start, of a process that ended by itself,
// or of ctx.
func (r *rampage) kill(ctx context.Context) (err error) {
	random := rand.New(rand.NewPCG(r.seed, 2))
	processes := make([]*process, 0, r.processes)
	defer func() {
		for _, p := range processes {
			err = errors.Join(err, p.stop())
		}
	}()
	for range r.processes {
		p, err := start(ctx, r.orders, r.hear)
		if err != nil {
			return err
		}
		processes = append(processes, p)
	}
	for r.wants() {
		i, err := r.victim(ctx, random, processes)
		if err != nil {
			return err
		}
		last, err := processes[i].kill()
		if err != nil {
			processes = slices.Delete(processes, i, i+1)
			return err
		}
		r.count(last)
		if processes[i], err = start(ctx, r.orders, r.hear); err != nil {
			return err
		}
	}
	return nil
}

// victim waits until one of the processes may be killed, and returns its index.
// Without a lease the victim is a random process, after a random number of further
// events. With a lease only one process works. Half of the victims, on average, are
// this process, and the others are random. In all cases a random time passes before
// victim returns. It returns the errors of ctx and of working.
func (r *rampage) victim(ctx context.Context, random *rand.Rand, processes []*process) (i int, err error) {
	i, moment := random.IntN(len(processes)), longestMoment
	if r.mode == lease {
		worker, err := r.working(ctx, processes)
		if err != nil {
			return 0, err
		}
		if random.IntN(2) == 0 {
			i = worker
		}
		moment = longestWait
	} else if err := processes[i].awaitEvents(ctx, random.IntN(r.mode.life())); err != nil {
		return 0, err
	}
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(time.Duration(random.Int64N(int64(moment)))):
		return i, nil
	}
}

// working waits until one of the processes is at work, and returns its index. It
// returns an error of ctx, or after longestIdle without any.
func (r *rampage) working(ctx context.Context, processes []*process) (int, error) {
	poll := time.NewTicker(time.Millisecond)
	defer poll.Stop()
	idle := time.After(longestIdle)
	for {
		r.mu.Lock()
		i := slices.Index(processes, r.worker)
		r.mu.Unlock()
		if i >= 0 {
			return i, nil
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-idle:
			return 0, fmt.Errorf("no process has worked for %s", longestIdle)
		case <-poll.C:
		}
	}
}

func (r *rampage) wants() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tally.kills < r.kills || r.tally.kills < patience*r.kills && r.missing(r.tally) != ""
}

func (r *rampage) count(last event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tally.kills++
	if last == applying {
		r.tally.killsApplying++
	}
	if r.tally.passes == 0 {
		r.tally.killsStarting++
	}
}

// hear counts an event of a process.
func (r *rampage) hear(p *process, e event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e {
	case passed:
		r.tally.passes++
		r.step()
	case fenced:
		r.tally.fenced++
	case fetched:
		if r.worker != p && r.worker != nil {
			r.tally.takeovers++
		}
		r.worker = p
		r.step()
	case applying:
	}
}

// step lets the provider make a change, unless it is behind.
func (r *rampage) step() {
	select {
	case r.steps <- struct{}{}:
	default:
	}
}
