package main

import (
	"context"
	"maps"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// fake is a service on this machine whose rows are made up.
type fake struct {
	stream      string
	env         map[string]string // what leads a process to it
	first, last time.Time         // days of its rows
	size        *atomic.Int64     // number of its rows
	stir        func(*rand.Rand)  // adds a row or changes one
	settle      func()            // shows rows that are still late; nil where there are none
	versions    func() map[string]string
	table       string // of its copy
	id, version string // its columns there; no version is the digest
	close       func()
}

// Faults are 12 of 100 requests: a third of them each of a refusal, an answer cut
// short and a reset.
const faultShare = 0.04

// latency is how long an answer takes, so that a kill finds a pass under way.
const latency = 25 * time.Millisecond

// stirEach is how often a row is added or changed, of each fake.
const stirEach = 20 * time.Millisecond

// mostRows is how many rows a fake grows to: a run that is left alone must not
// fill the memory.
const mostRows = 20_000

// startFakes starts those of all services, with some rows each.
func startFakes(rows int) []*fake {
	var all []*fake
	for _, s := range services {
		all = append(all, s.fake(rows))
	}
	return all
}

func closeFakes(all []*fake) {
	for _, f := range all {
		f.close()
	}
}

// overlay is env with what leads to fakes.
func overlay(all []*fake, env func(string) string) func(string) string {
	values := variables(all)
	return func(name string) string {
		if value, ok := values[name]; ok {
			return value
		}
		return env(name)
	}
}

func variables(all []*fake) map[string]string {
	values := map[string]string{}
	for _, f := range all {
		maps.Copy(values, f.env)
	}
	return values
}

// stirAll changes rows until ctx ends.
func stirAll(ctx context.Context, all []*fake) {
	random := rand.New(rand.NewPCG(1, 1))
	ticker := time.NewTicker(stirEach)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		for _, f := range all {
			f.stir(random)
		}
	}
}
