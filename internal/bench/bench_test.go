package main

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

const benchOperations = 20_000

func TestMain(m *testing.M) {
	if n, err := strconv.Atoi(os.Getenv(asCollector)); err == nil {
		serveCollector(n, 0)
		return
	}
	os.Exit(m.Run())
}

func collect(t testing.TB, operations int) string {
	t.Helper()
	c, err := startCollector(operations, 0, "-test.run=^$")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.stop)
	return c.url
}

// BenchmarkSync is a sync of 20,000 operations; the collector is another
// process. It ends in the figures of one operation.
func BenchmarkSync(b *testing.B) {
	endpoint := collect(b, benchOperations)
	for _, c := range contenders {
		name := strings.TrimSuffix(c.name, "(1)")
		if _, ahead, ok := strings.Cut(name, ", "); ok {
			name = strings.ToLower(ahead)
		}
		b.Run(name, func(b *testing.B) {
			var cpu time.Duration
			var allocations uint64
			rounds := 0
			for b.Loop() {
				r, err := measure(endpoint, c)
				if err != nil || r.operations != benchOperations {
					b.Fatalf("%d operations, %v", r.operations, err)
				}
				cpu += r.cpu
				allocations += r.allocations
				rounds++
			}
			n := float64(rounds * benchOperations)
			b.ReportMetric(float64(cpu.Nanoseconds())/n, "cpu-ns/operation")
			b.ReportMetric(float64(allocations)/n, "allocs/operation")
			b.ReportMetric(n/b.Elapsed().Seconds(), "operations/s")
			b.ReportMetric(0, "ns/op") // of a whole sync: says little
		})
	}
}

func TestEveryContenderSeesEveryOperation(t *testing.T) {
	for _, operations := range []int{0, 1, 100, 1234} {
		endpoint := collect(t, operations)
		for _, c := range contenders {
			r, err := measure(endpoint, c)
			if err != nil || r.operations != operations {
				t.Errorf("%s: %d operations of %d, %v", c.name, r.operations, operations, err)
			}
		}
	}
}
