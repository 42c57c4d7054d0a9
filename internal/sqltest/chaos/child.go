package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// orders are what a child process has to do: this program, run once more.
type orders struct {
	Task     string
	Subject  string
	URL      string
	Database database

	Mode mode          // of syncTask
	Work time.Duration // of syncTask: what a transaction takes in addition, where it applies rows

	Operations int // of collectTask
}

// The tasks.
const (
	syncTask    = "sync"    // to sync until it is killed
	collectTask = "collect" // to be a collector
	measureTask = "measure" // to make one pass and measure its memory
)

// ordersVariable makes this program a child. It is not an argument, because a
// connection string may hold a password.
const ordersVariable = "PAYCLIENTS_CHAOS_CHILD"

// graceful is how long a child may take to end once its parent is done with it,
// or gone.
const graceful = 10 * time.Second

// command is a child that is not started yet. It is not ctx that ends it: that
// is its task, a kill, or the end of stdin, which comes however the parent ends.
func (o orders) command(ctx context.Context) (*exec.Cmd, io.Closer, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	text, err := json.Marshal(o)
	if err != nil {
		return nil, nil, err
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), program)
	cmd.Env = append(os.Environ(), ordersVariable+"="+string(text))
	stdin, err := cmd.StdinPipe()
	return cmd, stdin, err
}

// isChild does the work of a child, if this is one.
func isChild() bool {
	text := os.Getenv(ordersVariable)
	if text == "" {
		return false
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
		time.AfterFunc(graceful, func() { os.Exit(1) })
	}()
	if err := obey(ctx, text); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return true
}

func obey(ctx context.Context, text string) error {
	var o orders
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	switch o.Task {
	case syncTask:
		return o.sync(ctx)
	case collectTask:
		return o.collect(ctx)
	case measureTask:
		return o.measure(ctx)
	default:
		return fmt.Errorf("there is no task %q", o.Task)
	}
}
