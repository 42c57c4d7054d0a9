//go:build unix

package main

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// A container is stopped by SIGTERM, and Ctrl-C is SIGINT.
func TestSignalsStopIt(t *testing.T) { //nolint:paralleltest // the signals are of the whole process
	for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		ctx, stop := untilStopped(t.Context())
		require.NoError(t, syscall.Kill(syscall.Getpid(), s))
		<-ctx.Done()
		stop()
	}
}
