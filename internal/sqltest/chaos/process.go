package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync/atomic"
	"time"
)

// process is a child process.
type process struct {
	cmd    *exec.Cmd
	stdin  io.Closer // its end ends the child, however the parent ends
	stderr bytes.Buffer
	last   atomic.Int32  // the last event; 0 before the first
	told   atomic.Int64  // number of events
	ended  chan struct{} // closed once the process is gone
	err    error         // the error of Wait
}

// start runs this program again as a child with the orders o. hear is called for
// each event of the child, one at a time, on another goroutine. The end of ctx does
// not end the child: the caller ends it with kill or stop. start returns an error
// if the child cannot be started.
func start(ctx context.Context, o orders, hear func(*process, event)) (*process, error) {
	p := &process{ended: make(chan struct{})}
	var err error
	if p.cmd, p.stdin, err = o.command(ctx); err != nil {
		return nil, err
	}
	p.cmd.Stderr = &p.stderr
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(p.ended)
		events := make([]byte, 256)
		for {
			n, err := stdout.Read(events)
			for _, e := range events[:n] {
				hear(p, event(e))
				p.last.Store(int32(e))
				p.told.Add(1)
			}
			if err != nil {
				break
			}
		}
		p.err = p.cmd.Wait()
	}()
	return p, nil
}

// awaitEvents waits until the process has reported n more events, or has ended.
// It returns the error of ctx.
func (p *process) awaitEvents(ctx context.Context, n int) error {
	poll := time.NewTicker(time.Millisecond)
	defer poll.Stop()
	for until := p.told.Load() + int64(n); p.told.Load() < until; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.ended:
			return nil
		case <-poll.C:
		}
	}
	return nil
}

// kill sends SIGKILL and waits until the process is gone. It returns the last event
// that the process reported, 0 if there was none. If the process had ended by
// itself, or cannot be killed, kill returns 0 and an error.
func (p *process) kill() (event, error) {
	select {
	case <-p.ended:
		return 0, p.failure()
	default:
	}
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return 0, err
	}
	<-p.ended
	if p.cmd.ProcessState.Exited() { // just before
		return 0, p.failure()
	}
	return event(p.last.Load()), nil
}

// stop closes the stdin of the process, which asks it to end, and waits for its
// end. If the process does not end within twice [graceful], stop kills it and
// returns an error. stop also returns an error if the process ended with one.
func (p *process) stop() error {
	_ = p.stdin.Close()
	select {
	case <-p.ended:
	case <-time.After(2 * graceful):
		_ = p.cmd.Process.Kill()
		<-p.ended
		return fmt.Errorf("a process had to be killed: it did not end within %s", 2*graceful)
	}
	if p.err != nil {
		return p.failure()
	}
	return nil
}

func (p *process) failure() error {
	return fmt.Errorf("a process ended by itself: %w: %s", p.err, bytes.TrimSpace(p.stderr.Bytes()))
}
