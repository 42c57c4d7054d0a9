package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// The operations are spread over these days.
var (
	firstDay = vima.Date{Year: 2026, Month: time.January, Day: 1}
	lastDay  = firstDay.AddDays(days - 1)
)

const days = 32

// collector is a vimatest server in a child process, so that a client's CPU time
// does not include the server's.
type collector struct {
	url   string
	cmd   *exec.Cmd
	stdin io.Closer
}

// startCollector returns once the collector has its data.
func startCollector(operations int, latency time.Duration) (*collector, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(context.Background(), program)
	if err := (role{Operations: operations, Latency: latency}).assign(cmd); err != nil {
		return nil, err
	}
	stdin, err := cmd.StdinPipe() // its end stops the child, however this process ends
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

func (c *collector) stop() {
	_ = c.stdin.Close()
	_ = c.cmd.Wait()
}

// collect prints the URL and serves until standard input ends.
func (r role) collect() error {
	srv := vimatest.NewServer()
	defer srv.Close()
	seed(srv, r.Operations)
	if r.Latency > 0 {
		srv.Inject(vimatest.Fault{Delay: r.Latency, Times: -1})
	}
	if _, err := fmt.Println(srv.URL()); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// seed leaves out the few generated operations whose custom data imitates a
// cursor: the floor does not parse, so they would mislead it.
func seed(srv *vimatest.Server, operations int) {
	n := 0
	for o := range (vimatest.Plan{Operations: operations + operations/5 + 10, Seed: 1, From: firstDay, Days: days}).All() {
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
