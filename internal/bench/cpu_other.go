//go:build !unix

package main

import (
	"runtime/metrics"
	"time"
)

const cpuSource = "the runtime's estimate (there is no getrusage)"

// cpuTime is what the runtime says that goroutines and the collector have used.
func cpuTime() time.Duration {
	sample := []metrics.Sample{{Name: "/cpu/classes/user:cpu-seconds"}, {Name: "/cpu/classes/gc/total:cpu-seconds"}}
	metrics.Read(sample)
	return time.Duration((sample[0].Value.Float64() + sample[1].Value.Float64()) * float64(time.Second))
}
