//go:build !race

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

const child = "RECONCILE_TEST_CHILD"

// peak is the largest resident set of a process in KiB, by its own /proc.
var peak = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// TestMain makes the test binary the program itself where a test starts it so,
// which then tells its peak.
func TestMain(m *testing.M) {
	if os.Getenv(child) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := program().Run(ctx, &cli.Call{Args: os.Args[1:], Env: os.Getenv, Out: os.Stdout, Err: os.Stderr}, run)
	stop()
	status, err := os.ReadFile("/proc/self/status")
	fmt.Printf("%s %v\n", peak.Find(status), err)
	os.Exit(code)
}

// The memory of the whole process is flat, that of SQLite included, which is not
// in Go's heap. The race detector's would be among it.
func TestTheProcessIsFlat(t *testing.T) {
	t.Parallel()
	measure := func(n int) int {
		d := sqlite(t)
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-db", d.where, "-csv", d.many(n))
		// On a busy machine the garbage collector falls behind, and the heap
		// grows by garbage: the limit makes the program wait for it instead.
		cmd.Env = append(os.Environ(), child+"=1", "GOMAXPROCS=1", "GOMEMLIMIT=8MiB")
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		require.True(t, errors.As(err, &exit) && exit.ExitCode() == 1, "%s", out)
		found := peak.FindSubmatch(out)
		require.NotNil(t, found, "%s", out)
		kib, err := strconv.Atoi(string(found[1]))
		require.NoError(t, err)
		return kib
	}
	few, many := measure(20_000), measure(200_000)
	t.Logf("peak with 20,000 rows a side: %d KiB, with 200,000: %d KiB", few, many)
	assert.Less(t, many, few*3/2)
}

// A signal ends the program in order: what it has begun to write is gone.
func TestASignalEndsItInOrder(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			d, dir := sqlite(t), t.TempDir()
			pipe := filepath.Join(dir, "payshack.csv")
			require.NoError(t, syscall.Mkfifo(pipe, 0o600))
			var out bytes.Buffer
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-db", d.where, "-csv", pipe, "-out", filepath.Join(dir, "out.csv"))
			cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), child+"=1"), &out, &out
			require.NoError(t, cmd.Start())
			file, err := os.OpenFile(pipe, os.O_WRONLY, 0) // waits until the program reads it
			require.NoError(t, err)
			require.Len(t, files(t, dir), 2, "-out is begun")
			require.NoError(t, cmd.Process.Signal(signal))
			for _, err = file.WriteString(header); err == nil; { // until the program has gone
				_, err = file.WriteString("1,1,INR,success\n")
			}
			require.NoError(t, file.Close())
			var exit *exec.ExitError
			require.ErrorAs(t, cmd.Wait(), &exit)
			assert.Equal(t, 130, exit.ExitCode(), out.String())
			assert.Contains(t, out.String(), "Interrupted: nothing was compared to the end, and no file is written.")
			assert.Equal(t, []string{pipe}, files(t, dir))
		})
	}
}
