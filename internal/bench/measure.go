package main

import (
	"context"
	"runtime"
	"runtime/metrics"
	"time"
)

// result is one sync by one contender.
type result struct {
	operations  int
	wall, cpu   time.Duration
	allocations uint64
	peak        uint64 // of the heap's objects, in bytes
}

func (r result) seconds() float64 { return r.cpu.Seconds() }

// measure lets a contender sync once.
func measure(endpoint string, c contender) (result, error) {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	stop := watchHeap()
	cpu, begun := cpuTime(), time.Now()
	n, err := c.sync(context.Background(), endpoint)
	r := result{operations: n, wall: time.Since(begun), cpu: cpuTime() - cpu}
	r.peak = stop()
	runtime.ReadMemStats(&after)
	r.allocations = after.Mallocs - before.Mallocs
	return r, err
}

// watchHeap samples the heap's objects, garbage included, a hundred times a
// second until it is told to stop: too seldom to be seen in the CPU time.
func watchHeap() (stop func() (peak uint64)) {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	quit, peak := make(chan struct{}), make(chan uint64)
	go func() {
		tick := time.NewTicker(10 * time.Millisecond)
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
