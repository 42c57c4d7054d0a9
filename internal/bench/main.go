// Command bench measures a whole sync of a Vima collector by the client of this
// repository, beside what users would write or take instead:
//
//	go run . [-peers] [-svg benchmark.svg]
//
// The collector and each measured client are processes of their own, so that a
// client's CPU time is known to the kernel and holds nothing else.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

type options struct {
	operations, rounds         int
	peers                      bool
	svg, profile               string
	latencies                  []time.Duration
	paceOperations, paceRounds int
}

func main() {
	if play() {
		return
	}
	if err := run(os.Stdout, parse()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func parse() options {
	var o options
	flag.IntVar(&o.operations, "operations", 200_000, "operations that the collector holds")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds; the tables show medians")
	flag.BoolVar(&o.peers, "peers", false, "measure the Python and Node clients, too")
	flag.StringVar(&o.svg, "svg", "", "file for the chart")
	flag.StringVar(&o.profile, "profile", "", "file for a CPU profile of vima, in one more sync")
	latencies := flag.String("latencies", "0,5ms,50ms", `latencies at which walks by day are measured; "" is none`)
	flag.IntVar(&o.paceOperations, "pace-operations", 6_400, "operations of those walks")
	flag.IntVar(&o.paceRounds, "pace-rounds", 3, "rounds of those walks")
	flag.Parse()
	for text := range strings.SplitSeq(*latencies, ",") {
		if text == "" {
			continue
		}
		latency, err := time.ParseDuration(text)
		if err != nil || latency < 0 {
			fmt.Fprintf(os.Stderr, "bench: -latencies: %q is not a duration of 0 or more\n", text)
			os.Exit(2)
		}
		o.latencies = append(o.latencies, latency)
	}
	if o.operations < 1 || o.rounds < 1 || o.paceOperations < 1 || o.paceRounds < 1 {
		fmt.Fprintln(os.Stderr, "bench: operations and rounds must be at least 1")
		os.Exit(2)
	}
	return o
}

func run(w io.Writer, o options) error {
	if err := walk(w, o); err != nil || len(o.latencies) == 0 {
		return err
	}
	t, err := pace(o.latencies, o.paceOperations, o.paceRounds)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(w, "Wall time of a walk by day: %s operations, %d days, medians of %d rounds.\n\n", thousands(o.paceOperations), days, o.paceRounds)
	t.print(w)
	return nil
}

// walk measures one walk over all operations.
func walk(w io.Writer, o options) error {
	list := slices.Clone(contenders)
	if o.peers {
		list = append(list, present(w)...)
	}
	collector, err := startCollector(o.operations, 0)
	if err != nil {
		return err
	}
	defer collector.stop()
	all, err := rounds(list, o.rounds, collector.url, o.operations, 0)
	if err != nil {
		return err
	}
	if o.profile != "" {
		if _, err := measure(contenders[1], collector.url, 0, o.profile); err != nil {
			return err
		}
	}
	caption := fmt.Sprintf("%s operations in pages of 100, medians of %d interleaved rounds with their spread, %s, %s/%s, %d cores",
		thousands(o.operations), o.rounds, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0))
	_, _ = fmt.Fprintf(w, "%s.\nCPU is user and system time of the client's process; each client saw all operations.\n\n", caption)
	syncTable(all).print(w)
	if o.svg == "" {
		return nil
	}
	return writeChart(o.svg, all, caption)
}

// present returns the peers whose interpreters are installed, and says which are
// not.
func present(w io.Writer) []contender {
	var list []contender
	for _, c := range peers {
		if _, err := exec.LookPath(c.peer.interpreter); err != nil {
			_, _ = fmt.Fprintf(w, "%s: not measured, there is no %s\n", c.name, c.peer.interpreter)
			continue
		}
		list = append(list, c)
	}
	return list
}
