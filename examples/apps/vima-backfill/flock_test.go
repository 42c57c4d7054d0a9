//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima/vimatest"
)

func TestCtrlCSaysHowToGoOn(t *testing.T) {
	t.Parallel()
	srv := serve(t, 300, false)
	out := filepath.Join(t.TempDir(), "out.csv")
	args := append(january[:len(january):len(january)], "-workers", "4", "-out", out)
	cmd := command(t, environment(srv), args...)
	reached := make(chan struct{})
	srv.Inject(vimatest.Fault{Delay: time.Hour, Times: -1, Match: func(r vimatest.Request) bool {
		if r.Query().Get("date") != "2026-01-09" {
			return false
		}
		close(reached)
		return true
	}})
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	require.NoError(t, cmd.Start())
	<-reached
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.Error(t, cmd.Wait())
	assert.Equal(t, 130, cmd.ProcessState.ExitCode(), stderr.String())
	assert.Contains(t, stderr.String(), "interrupted: 8 of 31 days are written; the same command goes on with 2026-01-09")

	srv.ClearFaults()
	got := start(t, environment(srv), args...)
	require.Zero(t, got.code, got.stderr)
	assert.Contains(t, got.stderr, "8 days are there, it goes on with 2026-01-09")
	assert.Equal(t, start(t, environment(srv), january...).stdout, read(t, out))
}

func TestASecondProcessIsRefused(t *testing.T) {
	t.Parallel()
	srv := serve(t, 100, false)
	out := filepath.Join(t.TempDir(), "out.csv")
	var second atomic.Pointer[result]
	args := append(january[:len(january):len(january)], "-out", out)
	srv.Inject(vimatest.Fault{Match: func(vimatest.Request) bool {
		got := start(t, map[string]string{"VIMA_URL": "http://127.0.0.1:1", "VIMA_API_KEY": "k"}, args...)
		second.Store(&got)
		return true
	}})
	got := start(t, environment(srv), args...)
	require.Zero(t, got.code, got.stderr)
	require.NotNil(t, second.Load())
	assert.Equal(t, 1, second.Load().code)
	assert.Contains(t, second.Load().stderr, "out.csv: another process writes to it")
}
