package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// rampage kills the processes of a trial and starts them anew.
type rampage struct {
	trial
	orders

	mu     sync.Mutex
	tally  tally
	worker *process      // the last one that asked for something
	first  time.Duration // what the youngest process took to its first event
}

// The time between two kills is anything up to a few times what a process needs
// to get going, so that kills meet all that it does; with a lease, up to the time
// that it takes somebody else to work.
const (
	lives         = 6
	shortestSpan  = 200 * time.Millisecond
	longestSpan   = 3 * time.Second
	spanWithLease = 2 * time.Second
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
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(random.Int64N(int64(r.span())))):
		}
		i := r.victim(random, processes)
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

func (r *rampage) span() time.Duration {
	if r.mode == lease {
		return spanWithLease
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return min(max(lives*r.first, shortestSpan), longestSpan)
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
	if p.last.Load() == 0 {
		r.first = time.Since(p.born)
	}
	switch e {
	case passed:
		r.tally.passes++
	case fenced:
		r.tally.fenced++
	case fetched:
		if r.worker != p && r.worker != nil {
			r.tally.takeovers++
		}
		r.worker = p
	case applying:
	}
}
