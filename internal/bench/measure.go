package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/payclients/payclients-go/vima/vimatest"
)

// result is one sync by one contender.
type result struct {
	report

	cpu time.Duration // user and system time of the whole process, its start included
	rss uint64        // the peak in bytes
}

// series is the results of one contender, a round each.
type series struct {
	contender

	results []result
}

// measure lets c read from endpoint once, in a process of its own. workers is 0
// for one walk over all days.
func measure(c contender, endpoint string, workers int, profile string) (result, error) {
	program, err := os.Executable()
	if err != nil {
		return result{}, err
	}
	cmd := exec.CommandContext(context.Background(), program)
	if c.peer != nil {
		cmd = exec.CommandContext(context.Background(), c.peer.interpreter, "-", endpoint, vimatest.DefaultAPIKey, c.peer.mode)
		cmd.Stdin = strings.NewReader(c.peer.script)
		cmd.Stderr = os.Stderr
	} else {
		var settings []string
		if c.gogc != "" {
			settings = append(settings, "GOGC="+c.gogc)
		}
		if err := (role{Client: c.name, Endpoint: endpoint, Workers: workers, Profile: profile}).assign(cmd, settings...); err != nil {
			return result{}, err
		}
	}
	out, err := cmd.Output()
	if err != nil {
		return result{}, fmt.Errorf("%s: %w", c.name, err)
	}
	r := result{cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), rss: peakRSS(cmd.ProcessState)}
	if err := json.Unmarshal(out, &r.report); err != nil {
		return result{}, fmt.Errorf("%s: it printed %.80q: %w", c.name, out, err)
	}
	return r, nil
}

// rounds measures each of list rounds times. The contenders take turns, because
// the machine's load changes.
func rounds(list []contender, n int, endpoint string, operations, workers int) ([]series, error) {
	all := make([]series, len(list))
	for range n {
		for i, c := range list {
			r, err := measure(c, endpoint, workers, "")
			if err != nil {
				return nil, err
			}
			if r.Operations != operations {
				return nil, fmt.Errorf("%s saw %d operations of %d", c.name, r.Operations, operations)
			}
			all[i].contender = c
			all[i].results = append(all[i].results, r)
		}
	}
	return all, nil
}
