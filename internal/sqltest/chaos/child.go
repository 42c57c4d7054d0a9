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

// orders say what a child process does. A child is this program, started again.
type orders struct {
	Task     string
	Subject  string
	URL      string
	Database database

	Mode mode          // for syncTask
	Work time.Duration // for syncTask: extra time that a transaction takes where it applies rows

	Operations int // for collectTask
}

// The tasks.
const (
	syncTask    = "sync"    // sync until killed
	collectTask = "collect" // serve as a collector
	measureTask = "measure" // make one pass and measure its memory
)

// ordersVariable is the environment variable that makes this program a child. It
// is not an argument, because a connection string may hold a password.
const ordersVariable = "PAYCLIENTS_CHAOS_CHILD"

// graceful is how long a child may take to end after its parent has finished with
// it or has died.
const graceful = 10 * time.Second

// command returns a child that is not started yet, and its stdin. The end of ctx
// does not end the child. The child ends when its task is done, when it is killed,
// or when its stdin ends, which happens when the parent ends in any way. command
// returns an error if the program's own path is unknown or stdin cannot be made.
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

// isChild does the work of a child if this process is one, and reports whether it
// was.
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
		return fmt.Errorf("unknown task %q", o.Task)
	}
}
