package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// backlog is how many steps the provider may be behind with its changes.
const backlog = 100

// rampage kills the processes of a trial and starts them anew.
type rampage struct {
	trial
	orders
	steps chan struct{} // one for each request that a process has made, and each pass that it has ended

	mu     sync.Mutex
	tally  tally
	worker *process // the last one that asked for something
}

// A kill comes when its victim has told of a number of events more, and a moment
// later: how fast the machine is does not matter, and a kill may meet anything
// from the start of the process on. With a lease most processes tell of nothing,
// and the time is taken in which another one gets to work.
const (
	longestMoment = 30 * time.Millisecond
	longestWait   = 2 * time.Second
)

// patience is how many times the wanted kills may be needed to have seen all
// that a trial is for.
const patience = 5

// kill goes on until there were enough kills, and then lets the processes end.
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
		i := r.victim(random, processes)
		if err := r.spare(ctx, random, processes[i]); err != nil {
			return err
		}
		last, err := processes[i].kill()
		if err != nil {
			return err
		}
		r.count(last)
		if processes[i], err = start(ctx, r.orders, r.hear); err != nil {
			return err
		}
	}
	return nil
}

// victim is any of the processes. With a lease the others have nothing to do, so
// every second time it is the one that works, if it lives.
func (r *rampage) victim(random *rand.Rand, processes []*process) int {
	i := random.IntN(len(processes))
	if r.mode != lease || random.IntN(2) == 0 {
		return i
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if worker := slices.Index(processes, r.worker); worker >= 0 {
		return worker
	}
	return i
}

func (r *rampage) wants() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tally.kills < r.kills || r.tally.kills < patience*r.kills && r.missing(r.tally) != ""
}

// spare lets a process live for a while.
func (r *rampage) spare(ctx context.Context, random *rand.Rand, p *process) error {
	longest := longestMoment
	if r.mode == lease {
		longest = longestWait
	} else if err := p.tells(ctx, random.IntN(r.mode.life())); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Duration(random.Int64N(int64(longest)))):
		return nil
	}
}

func (r *rampage) count(last event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tally.kills++
	if last == applying {
		r.tally.killsApplying++
	}
}

// hear counts what the processes tell.
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

// step lets the provider change, unless it is behind.
func (r *rampage) step() {
	select {
	case r.steps <- struct{}{}:
	default:
	}
}
