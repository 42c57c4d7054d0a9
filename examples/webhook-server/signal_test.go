//go:build unix

package main

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A supervisor stops a service by SIGTERM.
func TestSIGTERMEndsIt(t *testing.T) { //nolint:paralleltest // the signal is of the whole process
	ctx, stop := untilStopped(t.Context())
	defer stop()
	require.NoError(t, syscall.Kill(syscall.Getpid(), syscall.SIGTERM))
	select {
	case <-ctx.Done():
	case <-time.After(30 * time.Second):
		t.Fatal("SIGTERM changes nothing")
	}
}
