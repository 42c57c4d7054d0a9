//go:build !race

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
	code := run(context.Background(), os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
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
