package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"time"
)

// herd is some processes of this program that work on one database, of which one
// at a time is killed at random and replaced.
type herd struct {
	config
	env    map[string]string // what leads them to the services
	stderr io.Writer

	kills   int
	members []*member
	ended   chan *member
}

// member is one of the processes.
type member struct {
	cmd    *exec.Cmd
	input  io.Closer // at its end the process stops by itself
	killed bool
	err    error // once it has ended
}

// run keeps the processes until ctx ends.
func (h *herd) run(ctx context.Context) (err error) {
	h.ended = make(chan *member)
	defer func() { err = errors.Join(err, h.stop()) }()
	for range h.processes {
		if err := h.start(ctx); err != nil {
			return err
		}
	}
	var kill <-chan time.Time
	if h.kill > 0 {
		ticker := time.NewTicker(h.kill)
		defer ticker.Stop()
		kill = ticker.C
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-kill:
			h.members[rand.IntN(len(h.members))].end()
		case m := <-h.ended:
			h.forget(m)
			if !m.killed {
				pause(ctx, time.Second) // the terminal's Ctrl-C reaches them too, maybe first
				if ctx.Err() == nil {
					return fmt.Errorf("a process ended by itself: %w", m.err)
				}
				return m.err
			}
			h.kills++
			if err := h.start(ctx); err != nil {
				return err
			}
		}
	}
}

// start starts this program once more. What is secret in the name of the
// database stays out of the list of processes.
func (h *herd) start(ctx context.Context) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), program, "run", "-migrate=false", "-http=", "-log=warn", "-every="+h.every.String())
	cmd.Env = append(os.Environ(), childVariable+"=1", "SYNCD_DB="+h.db)
	for name, value := range h.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Stderr = h.stderr
	m := &member{cmd: cmd}
	if m.input, err = cmd.StdinPipe(); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start a process: %w", err)
	}
	h.members = append(h.members, m)
	go func() {
		m.err = cmd.Wait()
		h.ended <- m
	}()
	return nil
}

func (h *herd) forget(m *member) {
	for i, other := range h.members {
		if other == m {
			h.members = append(h.members[:i], h.members[i+1:]...)
			return
		}
	}
}

// stop lets all processes end, and kills those that do not.
func (h *herd) stop() error {
	for _, m := range h.members {
		_ = m.input.Close()
	}
	late := time.AfterFunc(2*stopTime, func() {
		for _, m := range h.members {
			_ = m.cmd.Process.Kill()
		}
	})
	defer late.Stop()
	var failed error
	for range h.members {
		switch m := <-h.ended; {
		case m.killed:
			h.kills++
		case m.err != nil:
			failed = errors.Join(failed, fmt.Errorf("a process did not end well: %w", m.err))
		}
	}
	return failed
}

// end kills a process, by SIGKILL where there are signals.
func (m *member) end() {
	m.killed = true
	_ = m.cmd.Process.Kill()
}

// untilInputEnds is ctx until the process that has started this one closes its
// end of the standard input, or is gone.
func untilInputEnds(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	return ctx, cancel
}
