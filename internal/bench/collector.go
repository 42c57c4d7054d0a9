package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/payclients/payclients-go/vima/vimatest"
)

// collector is a vimatest server in a child process.
type collector struct {
	url   string
	cmd   *exec.Cmd
	stdin io.Closer
}

// startCollector runs this program again with role, which must lead to
// serveCollector, and waits until the data is there.
func startCollector(operations int, latency time.Duration, role string) (*collector, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(context.Background(), program, role, "-operations", strconv.Itoa(operations), "-latency", latency.String())
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), asCollector+"="+strconv.Itoa(operations))
	stdin, err := cmd.StdinPipe() // its end ends the child, however this process ends
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	c := &collector{url: strings.TrimSpace(line), cmd: cmd, stdin: stdin}
	if err != nil {
		c.stop()
		return nil, fmt.Errorf("the collector did not start: %w", err)
	}
	return c, nil
}

// asCollector tells a test binary, which has no such flags, to be the collector.
const asCollector = "BENCH_COLLECTOR_OPERATIONS"

func (c *collector) stop() {
	_ = c.stdin.Close()
	_ = c.cmd.Wait()
}

// serveCollector prints the URL and serves until stdin ends.
func serveCollector(operations int, latency time.Duration) {
	srv := vimatest.NewServer()
	defer srv.Close()
	seed(srv, operations)
	if latency > 0 {
		srv.Inject(vimatest.Fault{Delay: latency, Times: -1})
	}
	fmt.Println(srv.URL())
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// seed leaves out the few made-up operations whose custom data imitates a
// cursor: the floor does not parse, and would be misled.
func seed(srv *vimatest.Server, operations int) {
	n := 0
	for o := range (vimatest.Plan{Operations: operations + operations/5 + 10, Seed: 1, Days: 30}).All() {
		if bytes.Contains(o.Raw, []byte("99999999999")) {
			continue
		}
		if n == operations {
			break
		}
		srv.Seed(o)
		n++
	}
}
