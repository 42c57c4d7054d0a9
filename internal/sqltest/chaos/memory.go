package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// flat is the most memory that the larger pass may use, in percent of the smaller
// one.
const flat = 130

var errNotFlat = errors.New("the memory of a pass grows with the number of operations")

// usage is what a first pass needed, in bytes.
type usage struct {
	Operations int
	Heap       uint64 // peak of the live heap
	rss        uint64 // peak of the process; 0 if the system does not report it
	lasted     time.Duration
}

// runMemory lets one process make a first pass over few operations and another
// over many, on each database. It returns errNotFlat if the second needs more
// memory.
func runMemory(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("chaos memory", flag.ContinueOnError)
	few := set.Int("few", 100_000, "operations of the smaller pass")
	many := set.Int("many", 1_000_000, "operations of the larger pass")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *few < 1 || *many < 1 || set.NArg() > 0 {
		return errors.New("-few, -many: must be above zero, without further arguments")
	}
	on := []string{sqlite}
	if os.Getenv(postgresVariable) == "" {
		fmt.Printf("no PostgreSQL: %s is not set\n\n", postgresVariable)
	} else {
		on = append(on, postgresql)
	}
	fmt.Printf("%-10s  %10s  %12s  %11s  %4s\n", "database", "operations", "live heap MB", "peak RSS MB", "s")
	used := map[string][]usage{}
	for _, operations := range []int{*few, *many} {
		err := collected(ctx, operations, func(url string) error {
			for _, kind := range on {
				u, err := firstPass(ctx, kind, url)
				if err != nil {
					return err
				}
				if u.Operations != operations {
					return fmt.Errorf("%s: %d operations of %d", kind, u.Operations, operations)
				}
				used[kind] = append(used[kind], u)
				fmt.Printf("%-10s  %10d  %12s  %11s  %4.0f\n", kind, operations, megabytes(u.Heap), megabytes(u.rss), u.lasted.Seconds())
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	fmt.Println()
	grows := false
	for _, kind := range on {
		heap, rss := ratio(used[kind], func(u usage) uint64 { return u.Heap }), ratio(used[kind], func(u usage) uint64 { return u.rss })
		fmt.Printf("%s: %d times the operations take %s times the heap and %s times the RSS\n", kind, *many / *few, hundredths(heap), hundredths(rss))
		grows = grows || max(heap, rss) > flat
	}
	if grows {
		return errNotFlat
	}
	return nil
}

// collected starts a collector in its own process, because it needs much memory,
// and calls use once with the collector's URL. operations is the number of
// operations of the collector. After use has returned, collected ends the process
// and waits. It returns the errors of use and of the process.
func collected(ctx context.Context, operations int, use func(url string) error) (err error) {
	cmd, stdin, err := orders{Task: collectTask, Operations: operations}.command(ctx)
	if err != nil {
		return err
	}
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stdin.Close(), cmd.Wait()) }()
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return fmt.Errorf("the collector did not start: %w", err)
	}
	return use(strings.TrimSpace(url))
}

// firstPass lets a process make a first pass into an empty database. It returns
// an error of the database or of the process.
func firstPass(ctx context.Context, kind, url string) (u usage, err error) {
	d, err := newDatabase(ctx, kind)
	if err != nil {
		return u, err
	}
	defer func() { err = errors.Join(err, d.remove()) }()
	cmd, stdin, err := orders{Task: measureTask, Subject: vimaSubject{}.name(), URL: url, Database: d}.command(ctx)
	if err != nil {
		return u, err
	}
	defer stdin.Close() //nolint:errcheck // the process has ended
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	began := time.Now()
	if err := runUnless(ctx, cmd, stdin); err != nil {
		return u, fmt.Errorf("%s: %w", kind, err)
	}
	if err := json.Unmarshal(out.Bytes(), &u); err != nil {
		return u, fmt.Errorf("%s: %w", kind, err)
	}
	u.lasted, u.rss = time.Since(began), peakRSS(cmd.ProcessState)
	return u, nil
}

// runUnless starts cmd, a child, and waits until it ends. stdin is the child's
// stdin: when ctx ends, runUnless closes it, which asks the child to end. runUnless
// returns the error of the start, or the child's error joined with the error of
// ctx.
func runUnless(ctx context.Context, cmd *exec.Cmd, stdin io.Closer) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = stdin.Close() })()
	return errors.Join(cmd.Wait(), ctx.Err())
}

func ratio(few []usage, of func(usage) uint64) uint64 {
	return 100 * of(few[1]) / max(of(few[0]), 1)
}

func hundredths(n uint64) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }

func megabytes(n uint64) string {
	if n == 0 {
		return "unknown"
	}
	return fmt.Sprintf("%d.%d", n/1e6, n/1e5%10)
}
