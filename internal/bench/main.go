// Command bench measures a whole sync of a Vima collector by the client of this
// repository, beside a floor and a naive client:
//
//	go run . [-operations 200000] [-latency 0] [-rounds 5]
//
// The collector is a process of its own, so that what is measured is the
// client's part alone.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"
)

func main() {
	operations := flag.Int("operations", 200_000, "operations that the collector holds")
	latency := flag.Duration("latency", 0, "what each answer waits for")
	rounds := flag.Int("rounds", 5, "rounds; the table gives medians")
	serve := flag.Bool("serve", false, "be the collector; used by the program itself")
	flag.Parse()
	if *serve {
		serveCollector(*operations, *latency)
		return
	}
	if err := run(*operations, *latency, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(operations int, latency time.Duration, rounds int) error {
	collector, err := startCollector(operations, latency, "-serve")
	if err != nil {
		return err
	}
	defer collector.stop()
	results := make([][]result, len(contenders))
	for range rounds {
		for i, c := range contenders { // interleaved: the machine changes its mind
			r, err := measure(collector.url, c)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			if r.operations != operations {
				return fmt.Errorf("%s saw %d operations of %d", c.name, r.operations, operations)
			}
			results[i] = append(results[i], r)
		}
	}
	fmt.Printf("%d operations in pages of 100, latency %s, medians of %d rounds, %s, %d cores\n",
		operations, latency, rounds, runtime.Version(), runtime.GOMAXPROCS(0))
	fmt.Printf("CPU is %s of the client's process alone, and each client saw all operations.\n\n", cpuSource)
	printTable(results, operations)
	return nil
}

func printTable(results [][]result, operations int) {
	n := float64(operations)
	floor, naive := median(results[0], result.seconds), median(results[1], result.seconds)
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(out, "client\twall s\tCPU s\tspread\tCPU s per million\tallocs per operation\tpeak heap MB\tCPU / floor\tCPU / naive\t")
	for i, c := range contenders {
		r := results[i]
		cpu := median(r, result.seconds)
		_, _ = fmt.Fprintf(out, "%s\t%.2f\t%.2f\t%.2f-%.2f\t%.2f\t%.1f\t%.1f\t%.2f\t%.2f\t\n", c.name,
			median(r, func(r result) float64 { return r.wall.Seconds() }), cpu,
			slices.Min(values(r, result.seconds)), slices.Max(values(r, result.seconds)), cpu/n*1e6,
			median(r, func(r result) float64 { return float64(r.allocations) / n }),
			median(r, func(r result) float64 { return float64(r.peak) / 1e6 }), cpu/floor, cpu/naive)
	}
	_ = out.Flush()
}

func median(results []result, of func(result) float64) float64 {
	all := values(results, of)
	slices.Sort(all)
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}

func values(results []result, of func(result) float64) []float64 {
	all := make([]float64, len(results))
	for i, r := range results {
		all[i] = of(r)
	}
	return all
}
