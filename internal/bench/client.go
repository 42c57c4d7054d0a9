package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/metrics"
	"runtime/pprof"
	"slices"
	"time"
)

// report is what a client prints about its sync, one line of JSON.
type report struct {
	Operations  int     `json:"operations"`
	Seconds     float64 `json:"seconds"`     // of wall time, without the start of the process
	Allocations uint64  `json:"allocations"` // of Go clients only
	Heap        uint64  `json:"heap"`        // the peak in bytes, of Go clients only
}

// readAll is the role of a Go client.
func (r role) readAll() error {
	list := contenders
	if r.Workers > 0 {
		list = paced
	}
	i := slices.IndexFunc(list, func(c contender) bool { return c.name == r.Client })
	if i < 0 {
		return fmt.Errorf("there is no client %q", r.Client)
	}
	stop, err := profile(r.Profile)
	if err != nil {
		return err
	}
	done, err := observe(func() (int, error) {
		if r.Workers > 0 {
			return list[i].pace(context.Background(), r.Endpoint, r.Workers)
		}
		return list[i].sync(context.Background(), r.Endpoint)
	})
	if err := errors.Join(err, stop()); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(done)
}

// profile writes a CPU profile to the file name until stop; "" is none.
func profile(name string) (stop func() error, err error) {
	if name == "" {
		return func() error { return nil }, nil
	}
	file, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return file.Close()
	}, nil
}

// observe runs sync and counts what the runtime can count.
func observe(sync func() (int, error)) (report, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	stop, begun := watchHeap(), time.Now()
	n, err := sync()
	r := report{Operations: n, Seconds: time.Since(begun).Seconds(), Heap: stop()}
	runtime.ReadMemStats(&after)
	r.Allocations = after.Mallocs - before.Mallocs
	return r, err
}

// watchHeap samples the heap's objects, garbage included, a hundred times a
// second until stop: too seldom to be seen in the CPU time.
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
