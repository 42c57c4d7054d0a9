package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime/metrics"
	"time"

	"github.com/payclients/payclients-go/vima/vimatest"
)

// collect prints the URL of a collector and serves until ctx ends. The error is
// always nil.
func (o orders) collect(ctx context.Context) error {
	srv := vimatest.NewServer()
	defer srv.Close()
	for one := range (vimatest.Plan{Operations: o.Operations, Days: 30, Seed: 1}).All() {
		srv.Seed(one)
	}
	fmt.Println(srv.URL())
	<-ctx.Done()
	return nil
}

// measure makes one pass and prints the operations stored and the heap used. It
// returns an error of the pass, or if the pass did not read everything.
func (o orders) measure(ctx context.Context) error {
	pool, err := o.Database.pool()
	if err != nil {
		return err
	}
	defer pool.Close() //nolint:errcheck // the stored rows have been counted
	if _, err := pool.ExecContext(ctx, createLedger); err != nil {
		return err
	}
	s := find(o.Subject)
	r, err := s.open(o.URL, o.Database, pool, passes, func(event) {})
	if err != nil {
		return err
	}
	if err := r.migrate(ctx); err != nil {
		return err
	}
	heap := watchHeap()
	done, err := r.pass(ctx)
	u := usage{Operations: done.changed, Heap: heap()}
	if err != nil {
		return err
	}
	if !done.caughtUp {
		return fmt.Errorf("the pass did not finish")
	}
	return json.NewEncoder(os.Stdout).Encode(u)
}

// watchHeap samples the live heap, what the last garbage collection has left,
// until stop is called, which returns the peak. Garbage is not counted: its peak
// depends on chance and duration.
func watchHeap() (stop func() (peak uint64)) {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	quit, peak := make(chan struct{}), make(chan uint64)
	go func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		var highest uint64
		for {
			metrics.Read(sample)
			highest = max(highest, sample[0].Value.Uint64())
			select {
			case <-tick.C:
			case <-quit:
				peak <- highest
				return
			}
		}
	}()
	return func() uint64 {
		close(quit)
		return <-peak
	}
}
